"""What a merge does with each key to customers, and why. One without a decision fails a test and every merge.

A key is named "app.Model.field". Whoever adds one decides here; `plan.py` finds them in the models.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Act(Enum):
    """What becomes of the rows of a key. The words are shown in the preview."""

    MOVE = _("go over to the survivor")
    UNITE = _("are united with the survivor's")
    RECOMPUTE = _("are added up anew by the database")
    SET_ASIDE = _("are taken out, and come back with an undo")
    KEEP = _("stay where they are")
    REFUSE = _("must come to their end first")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with the rows of one key.

    key        UNITE: the columns that, beside the customer, tell two rows apart
    widened    UNITE: columns of which the row that stays takes the least ("min") or the greatest ("max")
    main       UNITE: the choice by which one of them is the main one (see `choosing.py`)
    follows    keys to rows that these belong to: in an undo they go where those go
    is_derived the program finds them by itself, so an undo asks nobody about them
    """

    act: Act
    why: str | Promise
    key: tuple[str, ...] = ()
    widened: Mapping[str, str] = field(default_factory=dict)
    main: str = ""
    follows: tuple[str, ...] = ()
    is_derived: bool = False

    def __post_init__(self) -> None:
        if (self.act is Act.UNITE) != bool(self.key):
            raise ValueError("Rows are united by a key, and only those are.")


_SEEN: Final = {"first_seen_at": "min", "last_seen_at": "max"}
_KNOWN_BY: Final = _("each finds the survivor from now on, with the time in which it was seen")
_BOUGHT: Final = _("what was bought belongs to whoever it is; the buyer as typed stays as it is")


_MATCHED: Final = Decision(
    Act.SET_ASIDE, _("the worker compares the survivor anew, with all that it is known by"), is_derived=True
)
_SUGGESTED: Final = Decision(
    Act.SET_ASIDE, _("what was suggested of a record has been decided upon"), is_derived=True
)


def _contact(*key: str, main: str) -> Decision:
    return Decision(Act.UNITE, _KNOWN_BY, key=key, widened=_SEEN, main=main)


def _of_sale(why: Promise) -> Decision:
    return Decision(Act.MOVE, why, follows=("sale",))


DECISIONS: Final[dict[str, Decision]] = {
    "customers.Customer.merged_into": Decision(
        Act.MOVE, _("a record that was merged before leads straight to where it lives on")
    ),
    "customers.CustomerEmail.customer": _contact("normalised", main="email"),
    "customers.CustomerPhone.customer": _contact("digits", main="phone"),
    "customers.CustomerDocument.customer": _contact("normalised", main="document"),
    "customers.CustomerIdentity.customer": _contact("provider", "external_id", main="identity"),
    "customers.CustomerTag.customer": Decision(Act.UNITE, _("each tag once"), key=("tag_id",)),
    "customers.Note.customer": Decision(Act.MOVE, _("they are about the person")),
    "customers.Message.customer": Decision(Act.MOVE, _("they were said by or to the person")),
    "subscriptions.Subscription.customer": Decision(Act.MOVE, _BOUGHT),
    "sales.Sale.customer": Decision(Act.MOVE, _BOUGHT),
    "sales.Payment.customer": _of_sale(_("they belong to their sale")),
    "sales.Refund.customer": _of_sale(_("they belong to their sale")),
    "sales.Dispute.customer": _of_sale(_("they belong to their sale")),
    "sales.AccessGrant.customer": Decision(
        Act.MOVE, _("they belong to their sale or subscription"), follows=("sale", "subscription")
    ),
    "sales.CustomerSpend.customer": Decision(Act.RECOMPUTE, _("they are sums over the rows")),
    "sales.CustomerProduct.customer": Decision(Act.RECOMPUTE, _("they are made of the rows")),
    "sales.CustomerMethod.customer": Decision(Act.RECOMPUTE, _("they are made of the rows")),
    "attention.Finding.customer": Decision(
        Act.UNITE,
        _("the worker looks at the survivor anew soon"),
        key=("check_code", "subject"),
        is_derived=True,
    ),
    "duplicates.MatchRecord.customer": _MATCHED,
    "duplicates.CustomerKey.customer": _MATCHED,
    "duplicates.Suggestion.low": _SUGGESTED,
    "duplicates.Suggestion.high": _SUGGESTED,
    "privacy.Erasure.customer": Decision(Act.KEEP, _("it proves what was done with that very record")),
    "merging.Merge.survivor": Decision(Act.KEEP, _("the log of merges says what happened then")),
    "merging.MergedRecord.customer": Decision(Act.KEEP, _("the log of merges says what happened then")),
}
