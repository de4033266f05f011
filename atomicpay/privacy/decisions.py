"""What becomes of each table and each text about a customer who is anonymised, with the reason.

A table that points at customers and is not in here, or a text column of one that stays and is named nowhere,
fails a test: whoever adds it decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.models import WHO


class Reason(Enum):
    """Why something stays. The words are shown to who asks, with the law."""

    BOOKS = _(
        "It proves what was sold, for how much and when: the law makes the seller keep it until tax and"
        " consumer claims have lapsed (LGPD art. 16 I; Código Tributário Nacional art. 195; Código de Defesa"
        " do Consumidor art. 27)."
    )
    SUMS = _("It is a sum over the books and names nobody (LGPD art. 12 and 16 IV).")
    PROOF = _("It proves that the request was answered, and names nobody (LGPD art. 37).")


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a table's rows. None as `stays` deletes them.

    empty          columns that lose what they hold
    unless_named   columns that are emptied only where they hold a value of the person
    kept           text columns that stay, each with what it is
    """

    stays: Reason | None
    empty: tuple[str, ...] = ()
    unless_named: tuple[str, ...] = ()
    kept: Mapping[str, str | Promise] = field(default_factory=dict)


_KEY: Final = _("a key by which the books are compared with the provider's")
_CODE: Final = _("a word from a fixed list")
_SOURCE: Final = _("which system it came from")

DELETED: Final = Decision(None)

DECISIONS: Final[dict[str, Decision]] = {
    "customers.Customer": Decision(
        Reason.BOOKS,
        empty=WHO,
        kept={
            "country": _("where it was sold"),
            "contacts_text": _("made of the contacts, and empty with them"),
        },
    ),
    "customers.CustomerEmail": DELETED,
    "customers.CustomerPhone": DELETED,
    "customers.CustomerDocument": DELETED,
    # The provider's id of a person is theirs as their email is; a later sale of theirs makes a new customer.
    "customers.CustomerIdentity": DELETED,
    "customers.CustomerTag": DELETED,
    "customers.Note": DELETED,
    "customers.Message": DELETED,
    # What is compared of them, and with whom they were taken for one.
    "duplicates.MatchRecord": DELETED,
    "duplicates.CustomerKey": DELETED,
    "duplicates.Suggestion": DELETED,
    # What does not fit is found again in what stays.
    "attention.Finding": DELETED,
    "subscriptions.Subscription": Decision(
        Reason.BOOKS,
        empty=("cancel_reason",),
        unless_named=("source_status",),
        kept={
            "provider": _SOURCE,
            "external_id": _KEY,
            "status": _CODE,
            "canceled_by": _CODE,
            "currency": _CODE,
        },
    ),
    "subscriptions.SubscriptionEvent": Decision(
        Reason.BOOKS,
        empty=("detail",),
        kept={"kind": _CODE, "from_status": _CODE, "to_status": _CODE, "source": _SOURCE},
    ),
    "sales.Sale": Decision(
        Reason.BOOKS,
        empty=("buyer_name", "buyer_email", "buyer_document", "buyer_phone"),
        unless_named=("source_status", "coupon", "utm_source", "utm_campaign", "affiliate", "agent"),
        kept={
            "offer_type": _CODE,
            "provider": _SOURCE,
            "external_id": _KEY,
            "reference": _KEY,
            "status": _CODE,
            "method": _CODE,
            "currency": _CODE,
            "settlement_currency": _CODE,
        },
    ),
    "sales.SaleEvent": Decision(
        Reason.BOOKS,
        unless_named=("source_status",),
        kept={"from_status": _CODE, "to_status": _CODE, "source": _SOURCE},
    ),
    # How it was paid stays; which card it was is the person's.
    "sales.Payment": Decision(
        Reason.BOOKS,
        empty=("card_brand", "card_last4", "decline_reason"),
        kept={"method": _CODE, "status": _CODE, "currency": _CODE, "external_id": _KEY},
    ),
    "sales.Refund": Decision(
        Reason.BOOKS,
        empty=("reason", "failure_reason"),
        kept={"status": _CODE, "currency": _CODE, "provider": _SOURCE, "external_id": _KEY},
    ),
    "sales.Dispute": Decision(
        Reason.BOOKS,
        empty=("reason",),
        kept={"kind": _CODE, "status": _CODE, "currency": _CODE, "provider": _SOURCE, "external_id": _KEY},
    ),
    "sales.AccessGrant": Decision(
        Reason.BOOKS, empty=("revoke_reason",), kept={"status": _CODE, "source": _SOURCE}
    ),
    "sales.CustomerSpend": Decision(Reason.SUMS, kept={"currency": _CODE}),
    "sales.CustomerProduct": Decision(Reason.SUMS),
    "sales.CustomerMethod": Decision(Reason.SUMS, kept={"method": _CODE}),
    # That records became one, with counts and sums. What stood in them goes: such a merge is not undone.
    "merging.Merge": Decision(
        Reason.PROOF,
        empty=("reason", "undo_reason"),
        kept={
            "counts": _("numbers"),
            "spend": _("numbers"),
            "columns": _("names of columns"),
            "marks": _("numbers"),
            "undo_counts": _("numbers"),
        },
    ),
    "merging.MergedRecord": Decision(Reason.PROOF),
    "merging.MergedRow": DELETED,
    "privacy.Erasure": Decision(
        Reason.PROOF,
        kept={
            "reason": _("written so that it names nobody"),
            "touched": _("numbers"),
            "files_left": _("paths without names"),
        },
    ),
}
