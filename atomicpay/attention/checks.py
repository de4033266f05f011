"""The checks: one table, each a pure function from facts to passed, failed with evidence, or not applicable.

No query inside. The page of a customer, of a sale and of a subscription, the list of what needs attention and
the worker that fills it all run these. docs/decisions/0014-needs-attention.md says why each is as it is.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sales.states import AccessStatus, SaleStatus
from sales.usual import is_late, is_silence_odd, is_told_of, is_waiting_too_long
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.running import OVER

from .facts import Check, Facts, Suspect

_S, _U = SaleStatus, SubscriptionStatus

KEPT: Final = (_S.APPROVED, _S.COMPLETED, _S.REFUND_REQUESTED, _S.PARTIALLY_REFUNDED, _S.DISPUTED)
"""States in which the seller has been paid and has not given everything back."""

UNPAID: Final = (_S.PENDING, _S.DECLINED, _S.EXPIRED, _S.CANCELED)
LOST: Final = (_S.REFUNDED, _S.CHARGEBACK)
LIVING: Final = (_U.TRIALING, _U.ACTIVE, _U.PAST_DUE, _U.UNPAID, _U.PAUSED)
"""Subscriptions that are not over. Whether an unpaid or paused one opens anything is the seller's policy."""


class Verdict(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a check failed on.

    `evidence` is what its words are made from, without personal data, for it is kept. `digest` is of what
    decided it: while that is the same, a finding that was dismissed stays so.
    """

    suspect: Suspect
    evidence: Mapping[str, Any]
    digest: str

    @property
    def key(self) -> tuple[int, str, str]:
        """What stays the same while its evidence changes."""
        return self.suspect.customer_id, self.suspect.check.value, self.suspect.subject


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check: `looked_at` records, of which `more` beside those found may fail it too."""

    check: Check
    verdict: Verdict
    looked_at: int = 0
    found: tuple[Found, ...] = ()
    more: int = 0


Decided = tuple[Any, ...] | None
"""What decided that a check failed; None where it did not."""


def run_checks(facts: Facts, checks: Iterable[Check]) -> list[Result]:
    """What came of each of the checks, in the order of the table."""
    wanted = set(checks)
    return [_result(check, facts) for check in JUDGES if check in wanted]


def find(suspects: Iterable[Suspect], at: datetime) -> list[Found]:
    """Everything that the checks fail on, of one customer or of many."""
    return [found for suspect in suspects if (found := judge(suspect, at))]


def judge(suspect: Suspect, at: datetime) -> Found | None:
    """Whether a check fails on what it is suspected to fail on."""
    decided = JUDGES[suspect.check](suspect, at)
    if decided is None:
        return None
    text = json.dumps([suspect.customer_id, suspect.product_id, *decided], default=str)
    return Found(suspect, evidence_of(suspect), hashlib.sha256(text.encode()).hexdigest()[:32])


def evidence_of(suspect: Suspect) -> dict[str, Any]:
    """What the words of a finding are made from. No email and no name: findings outlive an erasure."""
    records = {
        name: [ref.public_id, ref.label]
        for name in ("sale", "subscription")
        if (ref := getattr(suspect, name)) is not None
    }
    if suspect.other is not None:
        records["other"] = [suspect.other.public_id, ""]
    if suspect.together:
        records["together"] = [[ref.public_id, ref.label] for ref in suspect.together]
    known = {name: getattr(suspect, name) for name in _KEPT_WITH_FINDING}
    return records | {name: _plain(value) for name, value in known.items() if value}


_KEPT_WITH_FINDING: Final = (
    *("sale_status", "subscription_status", "access", "method", "delivery", "shared", "has_own", "dispute"),
    *("is_refunded", "reported", "sampled", "before", "after", "number"),
    *("ordered_at", "approved_at", "paid_until", "canceled_at", "occurred_at"),
)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _result(check: Check, facts: Facts) -> Result:
    suspects = [suspect for suspect in facts.suspects if suspect.check is check]
    found = tuple(find(suspects, facts.at))
    looked_at = max(facts.looked_at.get(check, 0), len(suspects))
    if found:
        more = max(suspect.total for suspect in suspects) - len(suspects)
        return Result(check, Verdict.FAILED, looked_at, found, more)
    return Result(check, Verdict.PASSED if looked_at else Verdict.NOT_APPLICABLE, looked_at)


# The checks -------------------------------------------------------------------------------------------------


def _email(it: Suspect, at: datetime) -> Decided:
    """Another email each time is another finding; the next sale with the same one is not."""
    return (it.email,) if it.email else None


def _unpaid_access(it: Suspect, at: datetime) -> Decided:
    """A trial opens before anything is paid, and what is granted by hand is the seller's own decision."""
    opens_anyway = it.is_manual or it.others_paid or it.is_running(at)
    if it.access != AccessStatus.GRANTED or it.sale_status not in UNPAID or opens_anyway:
        return None
    return _id(it.sale), it.sale_status


def _no_access(it: Suspect, at: datetime) -> Decided:
    """Reported as not yet there, or not reported at all by a platform that reports it of others."""
    since, minutes = it.started_at or it.approved_at or it.ordered_at, it.access_within_minutes
    is_paid = it.sale_status in (_S.APPROVED, _S.COMPLETED, _S.PARTIALLY_REFUNDED)
    was_lost = it.is_refunded or it.dispute == "lost"
    is_expected = it.is_running(at) if it.subscription_status else is_paid and not was_lost
    if not is_expected or it.others_paid:
        return None
    if it.access in (AccessStatus.PENDING, AccessStatus.FAILED):
        return (_id(it.sale), it.access) if is_late(it.delivery, minutes, since, at) else None
    is_odd = is_paid and not (it.access or it.dispute) and is_silence_odd(it.delivery, minutes, since, at)
    return (_id(it.sale), "unreported") if is_odd and is_told_of(it.reported, it.sampled) else None


def _unexplained_loss(it: Suspect, at: datetime) -> Decided:
    """Access is away although the sale is paid, and no refund, dispute, end or hand explains it."""
    is_away = it.access in (AccessStatus.REVOKED, AccessStatus.EXPIRED)
    if not is_away or it.is_manual or it.others_paid or it.dispute == "open":
        return None
    # Without a subscription only a revocation is odd: what was bought for a time ends with it.
    was_lost = it.is_refunded or bool(it.dispute) or it.sale_status not in KEPT
    is_odd_alone = not it.subscription_status and it.access == AccessStatus.REVOKED and not was_lost
    is_odd = it.is_running(at) or is_odd_alone
    return (_id(it.sale) or _id(it.subscription), it.access) if is_odd else None


def _access_after_loss(it: Suspect, at: datetime) -> Decided:
    """The money went back whole and the access stayed. A refund of a part takes no access away."""
    was_lost = it.is_refunded or it.dispute == "lost" or it.sale_status in LOST
    if it.access != AccessStatus.GRANTED or not was_lost or it.is_manual or it.others_paid:
        return None
    return _id(it.sale), it.sale_status, it.dispute


def _subscription_access(it: Suspect, at: datetime) -> Decided:
    """What is canceled opens until the end of what was paid for; what is expired or never began, nothing.

    A price that was paid in instalments to the last is paid: its access stays.
    """
    has_ended = it.expires_at is not None and it.expires_at <= at
    is_right = it.is_manual or it.others_paid or it.is_paid_up or has_ended
    if it.access != AccessStatus.GRANTED or is_right:
        return None
    if not it.is_over(at) and it.subscription_status != _U.INCOMPLETE:
        return None
    return _id(it.subscription), it.subscription_status


def _delivery(it: Suspect, at: datetime) -> Decided:
    """What was reported is not what the product's way of delivery would report."""
    opens_nothing = it.delivery == "none"
    says_nothing_to_open = it.access == AccessStatus.NOT_APPLICABLE
    says_access = it.access in (AccessStatus.GRANTED, AccessStatus.PENDING, AccessStatus.FAILED)
    if (opens_nothing and says_access) or (not opens_nothing and says_nothing_to_open):
        return it.delivery, says_access
    return None


def _no_subscription(it: Suspect, at: datetime) -> Decided:
    """Charged again and approved, and names none. What was given back needs none any more."""
    is_charged_again = it.payment_model in ("recurring", "installment_plan")
    ends_there = it.plan_type in ("lifetime", "free")
    began = it.sale_status in KEPT or (it.plan_type == "trial" and it.sale_status == _S.PENDING)
    if not is_charged_again or ends_there or not began:
        return None
    return it.subject, it.has_own


def _subscription_elsewhere(it: Suspect, at: datetime) -> Decided:
    """A card alone is no sign: four digits and a brand are shared by thousands. With the same name and the
    same product it is one."""
    signs = set(it.shared) & {"document", "email", "checkout_email", "card_and_name"}
    if not signs or it.subscription_status not in LIVING or it.has_own:
        return None
    return _id(it.subscription), *sorted(signs)


def _subscribed_twice(it: Suspect, at: datetime) -> Decided:
    return tuple(sorted(ref.id for ref in it.together)) if len(it.together) > 1 else None


def _paid_after_cancel(it: Suspect, at: datetime) -> Decided:
    """Each further charge is new evidence: money was taken again."""
    is_after = it.canceled_at and it.ordered_at and it.ordered_at > it.canceled_at
    if not is_after or it.subscription_status not in OVER or it.sale_status not in KEPT:
        return None
    return _id(it.subscription), _id(it.sale)


def _stale_pending(it: Suspect, at: datetime) -> Decided:
    if it.sale_status != _S.PENDING or it.ordered_at is None:
        return None
    return (_id(it.sale),) if is_waiting_too_long(it.method, it.ordered_at, at) else None


def _illegal_change(it: Suspect, at: datetime) -> Decided:
    return (it.event_id,) if it.event_id else None


def _scope(it: Suspect, at: datetime) -> Decided:
    """What is shown is in the workspace and the member may see it: everything else is not found at all."""
    return None


def _id(ref: Any) -> int | None:
    return ref.id if ref else None


JUDGES: Final[Mapping[Check, Callable[[Suspect, datetime], Decided]]] = {
    Check.EMAIL: _email,
    Check.UNPAID_ACCESS: _unpaid_access,
    Check.NO_ACCESS: _no_access,
    Check.UNEXPLAINED_LOSS: _unexplained_loss,
    Check.ACCESS_AFTER_LOSS: _access_after_loss,
    Check.SUBSCRIPTION_ACCESS: _subscription_access,
    Check.DELIVERY: _delivery,
    Check.NO_SUBSCRIPTION: _no_subscription,
    Check.SUBSCRIPTION_ELSEWHERE: _subscription_elsewhere,
    Check.SUBSCRIBED_TWICE: _subscribed_twice,
    Check.PAID_AFTER_CANCEL: _paid_after_cancel,
    Check.STALE_PENDING: _stale_pending,
    Check.ILLEGAL_CHANGE: _illegal_change,
    Check.SCOPE: _scope,
}
"""The table."""
