"""The table of the rules of access, first to last.

`docs/access-rules.md` holds the same table with the reason of each rule; a test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from sales.states import SaleStatus
from subscriptions.lifecycle import SubscriptionStatus

from .claims import Claim

_T, _S = SaleStatus, SubscriptionStatus
_Moment = Callable[[Claim], datetime | None]


class Answer(TextChoices):
    """Whether the buyer is entitled to access now."""

    YES = "yes", pgettext_lazy("access", "Yes")
    NO = "no", pgettext_lazy("access", "No")
    AT_RISK = "at_risk", _("At risk")
    UNKNOWN = "unknown", pgettext_lazy("access", "Unknown")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. `since` and `until` find the moments the answer holds between, where known."""

    code: str
    answer: Answer
    applies: Callable[[Claim], bool]
    since: _Moment = lambda claim: claim.since
    until: _Moment = lambda claim: None


# About the product as a whole, before any money.
REVOKED_BY_HAND: Final = Rule("revoked_by_hand", Answer.NO, lambda claim: claim.hand is not None)
NOTHING_TO_OPEN: Final = Rule("nothing_to_open", Answer.NO, lambda claim: True)
# Where there is no ground at all.
NOTHING_BOUGHT: Final = Rule("nothing_bought", Answer.NO, lambda claim: True)

GROUNDS: Final = (
    Rule(
        "granted_by_hand",
        Answer.YES,
        lambda claim: claim.hand is not None,
        until=lambda claim: claim.hand_ends_at,
    ),
    # What no lifecycle knows, and what is not real.
    Rule("status_unknown", Answer.UNKNOWN, lambda claim: claim.is_unknown),
    Rule("test_sale", Answer.NO, lambda claim: claim.is_test),
    # Money that was taken back.
    Rule("dispute_lost", Answer.NO, lambda claim: claim.is_lost, since=lambda claim: claim.lost_at),
    Rule("refunded", Answer.NO, lambda claim: claim.is_given_back, since=lambda claim: claim.refunded_at),
    # Facts that cannot be true together.
    Rule("dispute_over_status_behind", Answer.UNKNOWN, lambda claim: claim.is_behind),
    Rule("refund_failed_status_refunded", Answer.UNKNOWN, lambda claim: claim.is_bounced),
    Rule("reversed_but_never_paid", Answer.UNKNOWN, lambda claim: claim.is_reversed_unpaid),
    # A subscription that is over, or never began.
    Rule("paid_after_end", Answer.UNKNOWN, lambda claim: claim.is_paid_after_end),
    Rule(
        "subscription_expired",
        Answer.NO,
        lambda claim: claim.is_in(_S.EXPIRED) and claim.is_over,
        since=lambda claim: claim.over_at,
    ),
    Rule("period_over", Answer.NO, lambda claim: claim.is_over, since=lambda claim: claim.over_at),
    Rule("paid_but_incomplete", Answer.UNKNOWN, lambda claim: claim.is_in(_S.INCOMPLETE) and claim.is_paid),
    Rule("first_payment_open", Answer.NO, lambda claim: claim.is_in(_S.INCOMPLETE)),
    # A subscription about which the books do not say enough.
    Rule("canceled_without_end", Answer.UNKNOWN, lambda claim: claim.has_no_end),
    Rule(
        "trial_over",
        Answer.UNKNOWN,
        lambda claim: claim.is_trial_overdue,
        since=lambda claim: claim.trial_ends_at,
    ),
    Rule(
        "unpaid",
        Answer.UNKNOWN,
        lambda claim: claim.is_in(_S.UNPAID),
        since=lambda claim: claim.period_ends_at,
    ),
    Rule("paused", Answer.UNKNOWN, lambda claim: claim.is_in(_S.PAUSED), since=lambda claim: None),
    # A sale by itself that was never paid.
    Rule(
        "not_paid_yet",
        Answer.NO,
        lambda claim: claim.is_sale(_T.PENDING),
        since=lambda claim: claim.ordered_at,
    ),
    Rule(
        "declined", Answer.NO, lambda claim: claim.is_sale(_T.DECLINED), since=lambda claim: claim.ordered_at
    ),
    Rule(
        "payment_expired",
        Answer.NO,
        lambda claim: claim.is_sale(_T.EXPIRED),
        since=lambda claim: claim.ordered_at,
    ),
    Rule(
        "sale_canceled",
        Answer.NO,
        lambda claim: claim.is_sale(_T.CANCELED),
        since=lambda claim: claim.ordered_at,
    ),
    # A sale by itself that opened access for a time.
    Rule(
        "term_over",
        Answer.NO,
        lambda claim: claim.is_alone and claim.is_term_over,
        since=lambda claim: claim.term_ends_at,
    ),
    Rule(
        "term_unknown",
        Answer.UNKNOWN,
        lambda claim: claim.is_alone and claim.is_term_unknown,
        since=lambda claim: None,
    ),
    Rule(
        "subscription_missing",
        Answer.UNKNOWN,
        lambda claim: claim.misses_subscription and claim.pays_until is None,
    ),
    # Access that somebody is about to take away.
    Rule("dispute_open", Answer.AT_RISK, lambda claim: claim.is_contested),
    Rule("refund_requested", Answer.AT_RISK, lambda claim: claim.is_asked_back),
    Rule("past_due", Answer.AT_RISK, lambda claim: claim.is_in(_S.PAST_DUE)),
    Rule("renewal_missing", Answer.AT_RISK, lambda claim: claim.is_renewal_overdue),
    # Access that stands.
    Rule("instalments_paid", Answer.YES, lambda claim: claim.is_paid_in_full),
    Rule(
        "canceled_until_period_end",
        Answer.YES,
        lambda claim: claim.over_at is not None,
        until=lambda claim: claim.over_at,
    ),
    Rule(
        "trial", Answer.YES, lambda claim: claim.is_in(_S.TRIALING), until=lambda claim: claim.trial_ends_at
    ),
    Rule("subscription_active", Answer.YES, lambda claim: claim.is_in(_S.ACTIVE)),
    Rule(
        "charge_paid",
        Answer.YES,
        lambda claim: claim.misses_subscription,
        until=lambda claim: claim.pays_until,
    ),
    Rule("lifetime", Answer.YES, lambda claim: claim.is_lifetime),
    Rule(
        "partly_refunded",
        Answer.YES,
        lambda claim: claim.is_partly_refunded,
        until=lambda claim: claim.term_ends_at,
    ),
    Rule("sale_paid", Answer.YES, lambda claim: claim.is_paid, until=lambda claim: claim.term_ends_at),
    # Nothing above: the table is not complete, and says so instead of guessing.
    Rule("no_rule", Answer.UNKNOWN, lambda claim: True),
)
"""The rules about one ground, first to last; the first that applies decides it."""

RULES: Final = (REVOKED_BY_HAND, NOTHING_TO_OPEN, *GROUNDS, NOTHING_BOUGHT)
"""Every rule there is, in the order of `docs/access-rules.md`."""
