"""Whether a buyer has access to a product: facts in, a decision out, by the table of rules.

Pure: no query and no clock. No combination of facts raises: what the rules do not know is answered "unknown",
with the rule that says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.models import Product
from sales.states import AccessStatus, SaleStatus
from sales.usual import is_late, is_silence_odd, is_waiting_too_long

from .claims import Claim, claims_of
from .facts import GrantFact, ProductFacts, SaleFact, SubscriptionFact
from .table import GROUNDS, NOTHING_BOUGHT, NOTHING_TO_OPEN, REVOKED_BY_HAND, RULES, Answer, Rule

__all__ = ["RULES", "Answer", "Decision", "Reported", "decide"]

# The best ground decides: access that may stop before what nobody can tell, and that before none.
_RANK: Final = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.AT_RISK: 2, Answer.YES: 3}
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Reported(TextChoices):
    """What the delivering platform says, whatever the books say."""

    SILENT = "silent", _("Nothing reported")
    OPEN = "open", pgettext_lazy("access", "Open")
    SHUT = "shut", pgettext_lazy("access", "Shut")
    WAITING = "waiting", _("On its way")
    NOTHING = "nothing", _("Nothing to open")


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, the rule that gave it, and the facts it stands on.

    `differs`: the platform reports the opposite. `is_overdue`: it should have opened by now and has not
    said so, by the rule of `sales.usual` that the checks go by. `is_stale`: its payment should have
    arrived by now.
    """

    answer: Answer
    rule: str
    reported: Reported
    differs: bool = False
    is_overdue: bool = False
    is_stale: bool = False
    since: datetime | None = None
    until: datetime | None = None
    sale: SaleFact | None = None
    subscription: SubscriptionFact | None = None
    grant: GrantFact | None = None


@dataclass(frozen=True, slots=True)
class _Verdict:
    rule: Rule
    claim: Claim

    @property
    def until(self) -> datetime | None:
        return self.rule.until(self.claim)

    @property
    def worth(self) -> tuple[int, datetime, datetime, str]:
        """The better answer, then the later end, then what happened last."""
        answer = self.rule.answer
        end = (self.until or _NEVER) if answer == Answer.YES else _NEVER
        return _RANK[answer], end, self.claim.began_at, self.claim.key


def decide(facts: ProductFacts, now: datetime) -> Decision:
    """The decision about one product of one customer at a moment; at the end of a period it is over."""
    revoked = _revoked_by_hand(facts)
    if revoked:
        return _decision(
            facts, now, _Verdict(REVOKED_BY_HAND, Claim(now, hand=revoked)), since=revoked.shut_at
        )
    verdicts = [_Verdict(_rule_for(claim), claim) for claim in claims_of(facts, now)]
    verdicts += [_Verdict(_rule_for(claim), claim) for claim in _by_hand(facts, verdicts, now)]
    best = max(verdicts, key=lambda verdict: verdict.worth, default=_Verdict(NOTHING_BOUGHT, Claim(now)))
    if facts.delivery == Product.Delivery.NONE:
        best = _Verdict(NOTHING_TO_OPEN, best.claim)
    return _decision(facts, now, best, since=best.rule.since(best.claim))


def _rule_for(claim: Claim) -> Rule:
    return next(rule for rule in GROUNDS if rule.applies(claim))


def _revoked_by_hand(facts: ProductFacts) -> GrantFact | None:
    """The last act by hand, where it took access away."""
    acts = [grant for grant in facts.grants if grant.is_manual]
    revoked = max(
        (each for each in acts if each.status == AccessStatus.REVOKED),
        key=lambda each: each.shut_at,
        default=None,
    )
    if revoked is None:
        return None
    given = [each.opened_at for each in acts if each.status == AccessStatus.GRANTED]
    return None if any(at > revoked.shut_at for at in given) else revoked


def _by_hand(facts: ProductFacts, verdicts: list[_Verdict], now: datetime) -> Iterable[Claim]:
    """What a person opened by hand, as a ground of its own.

    For a sale or subscription whose money tells enough it is only a report about that. It counts where it was
    given for nothing that was bought, or for what was not paid, or after the money of it had ended.
    """
    for grant in facts.grants:
        if not (grant.is_manual and grant.is_open(now)):
            continue
        about = [each for each in verdicts if _names(grant, each.claim)]
        if all(_is_after_the_money(grant, each) for each in about):
            yield Claim(now, hand=grant)


def _names(grant: GrantFact, claim: Claim) -> bool:
    if claim.subscription and grant.subscription == claim.subscription.public_id:
        return True
    charges = claim.charges or filter(None, (claim.sale,))
    return any(grant.sale == sale.public_id for sale in charges)


def _is_after_the_money(grant: GrantFact, verdict: _Verdict) -> bool:
    """Whether the person who gave it could know all that speaks against it."""
    if _RANK[verdict.rule.answer] > _RANK[Answer.UNKNOWN]:
        return False
    claim = verdict.claim
    ends = [
        (claim.is_lost, claim.lost_at),
        (claim.is_given_back, claim.refunded_at),
        (claim.is_over, claim.over_at),
    ]
    return all(at is not None and at <= grant.opened_at for has_ended, at in ends if has_ended)


def _decision(facts: ProductFacts, now: datetime, verdict: _Verdict, since: datetime | None) -> Decision:
    answer, claim = verdict.rule.answer, verdict.claim
    reported = _reported(facts, now)
    return Decision(
        answer=answer,
        rule=verdict.rule.code,
        reported=reported,
        differs=_differs(answer, reported),
        is_overdue=answer == Answer.YES and _is_overdue(facts, claim, reported, now),
        is_stale=claim.is_sale(SaleStatus.PENDING) and answer == Answer.NO and _is_stale(claim.sale, now),
        since=since,
        until=verdict.until,
        sale=claim.sale,
        subscription=claim.subscription,
        grant=claim.hand,
    )


def _reported(facts: ProductFacts, now: datetime) -> Reported:
    """What the platform says: open if any report says so, else what the last one says."""
    if any(grant.is_open(now) for grant in facts.grants):
        return Reported.OPEN
    last = max(facts.grants, key=lambda grant: (grant.changed_at, grant.status), default=None)
    if last is None:
        return Reported.SILENT
    said = {AccessStatus.PENDING.value: Reported.WAITING, AccessStatus.NOT_APPLICABLE.value: Reported.NOTHING}
    return said.get(last.status, Reported.SHUT)


def _differs(answer: Answer, reported: Reported) -> bool:
    if answer == Answer.NO:
        return reported == Reported.OPEN
    return answer in (Answer.YES, Answer.AT_RISK) and reported in (Reported.SHUT, Reported.NOTHING)


def _is_stale(sale: SaleFact | None, now: datetime) -> bool:
    return sale is not None and is_waiting_too_long(sale.method, sale.ordered_at, now)


def _is_overdue(facts: ProductFacts, claim: Claim, reported: Reported, now: datetime) -> bool:
    """Whether a platform that was paid for has not opened the door, or not said so, in its usual time.

    That it says nothing counts only where it tells of other buyers.
    """
    if reported == Reported.WAITING:
        return is_late(facts.delivery, facts.usual_minutes, claim.since, now)
    if reported != Reported.SILENT or not (claim.is_paid and facts.is_told_of_others):
        return False
    return is_silence_odd(facts.delivery, facts.usual_minutes, claim.since, now)
