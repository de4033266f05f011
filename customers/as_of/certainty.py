"""What is not as certain as it looks: states that no event tells of, and records that were merged since."""

from collections.abc import Iterator

from django.utils.translation import ngettext

from sales.queries import DISPUTE, REFUND, SALE, TEST_SALE

from .queries import Books


def derived_words(books: Books) -> Iterator[str]:
    """What of the page is derived, a sentence for each kind of record."""
    sales = books.derived[SALE] + books.derived[TEST_SALE]
    if sales:
        yield ngettext(
            "No event tells of the state of %(number)d sale by then: it is derived from the dates of order,"
            " approval, completion, refund and dispute.",
            "No event tells of the state of %(number)d sales by then: it is derived from the dates of order,"
            " approval, completion, refund and dispute.",
            sales,
        ) % {"number": sales}
    back = books.derived[REFUND] + books.derived[DISPUTE]
    if back:
        yield ngettext(
            "When %(number)d refund or dispute took its present state is not on record in full: it is shown"
            " in the likeliest one.",
            "When %(number)d refunds or disputes took their present states is not on record in full: they are"
            " shown in the likeliest ones.",
            back,
        ) % {"number": back}
    subscriptions = sum(each.is_derived for each in books.subscriptions or ())
    if subscriptions:
        yield ngettext(
            "No event tells of the state of %(number)d subscription by then: its dates do.",
            "No event tells of the state of %(number)d subscriptions by then: their dates do.",
            subscriptions,
        ) % {"number": subscriptions}


def merged_later_words(number: int) -> str:
    """What merges since then mean for the figures; "" where there was none."""
    if not number:
        return ""
    words = ngettext(
        "%(number)d other record had not been merged into this one by then. What it brought along counts here"
        " as if it had always been this customer's.",
        "%(number)d other records had not been merged into this one by then. What they brought along counts"
        " here as if it had always been this customer's.",
        number,
    )
    return words % {"number": number}
