"""Why a row of a file was refused: the code that is stored, and the words that are read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """What is wrong with a row, or with one cell of it."""

    EMPTY = "empty", _("This may not be empty.")
    NOT_AN_AMOUNT = "not_an_amount", _("This is not an amount.")
    AMBIGUOUS_AMOUNT = (
        "ambiguous_amount",
        _("This can be read in two ways. Name the decimal mark in the mapping."),
    )
    TOO_PRECISE = "too_precise", _("This has more decimals than the currency has.")
    TOO_LARGE = "too_large", _("This number is too large.")
    NEGATIVE_AMOUNT = "negative_amount", _("The amount of a sale may not be negative.")
    MORE_REFUNDED = "more_refunded", _("More was refunded than was charged.")
    REFUND_UNKNOWN = (
        "refund_unknown",
        _("The status says that a part was refunded; map the column that says how much."),
    )
    NOT_A_CURRENCY = "not_a_currency", _("This is not an ISO 4217 currency.")
    NOT_A_DATE = "not_a_date", _("This is not a date of the form that the mapping names.")
    NOT_A_NUMBER = "not_a_number", _("This is not a whole number.")
    UNKNOWN_WORD = "unknown_word", _("The mapping does not say what this word means.")
    NOT_AN_EMAIL = "not_an_email", _("This is not an email.")
    NOT_A_COUNTRY = "not_a_country", _("This is not a country code of two letters.")
    NOT_FOUR_DIGITS = "not_four_digits", _("This is not the last four digits of a card.")
    NO_BUYER = "no_buyer", _("Nothing here identifies the buyer: no id, no valid document, no email.")
    WRONG_CELLS = "wrong_cells", _("The row has more or fewer cells than the heading.")
    BROKEN_QUOTES = "broken_quotes", _("A quotation mark is not closed, or stands inside a cell.")
    CELL_TOO_LONG = "cell_too_long", _("A cell is too long; perhaps a quotation mark is not closed.")
    TWICE_IN_FILE = "twice_in_file", _("An earlier row of the file has the same identity and says otherwise.")
    SALE_NOT_KNOWN = "sale_not_known", _("This names a sale that is neither known nor in the file.")
    NOT_A_CHANNEL = (
        "not_a_channel",
        _("This is not a channel: email, chat, WhatsApp, phone, social or other."),
    )
    NOT_A_DIRECTION = (
        "not_a_direction",
        _("This is not a direction: in, from the buyer, or out, to the buyer."),
    )
    NOT_A_MOMENT = "not_a_moment", _("This is not a time of the form 2026-03-02 14:05.")
    TO_COME = "to_come", _("This time is yet to come.")
    NOT_A_LINK = "not_a_link", _("This is not an address that begins with https://.")
    TEXT_TOO_LONG = "text_too_long", _("This text is too long.")
    NOT_TEXT = "not_text", _("This holds a character that is none.")
    NO_TEXT = "no_text", _("Neither the subject nor the body says anything.")
    NOBODY = "nobody", _("No customer is known by any of these.")
    SEVERAL_PEOPLE = "several_people", _("Several customers have this id at different providers.")
    OTHER_KIND = (
        "other_kind",
        _("The same identity is known as a sale where this is a refund, or the other way round."),
    )
