"""The panel of checks on the pages of a customer, a sale and a subscription, as its template draws it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from atomicpay.ui.explainers import Answer
from atomicpay.ui.moments import format_day, format_moment
from atomicpay.workspaces.models import Membership
from customers.models import Customer
from sales.models import Sale
from subscriptions.models import Subscription

from .checks import Found, Result, Verdict, run_checks
from .facts import Check, Facts
from .labels import LABELS
from .models import LONGEST_REASON, Finding, Rounds
from .places import ON_SALE, ON_SUBSCRIPTION, checks_for
from .queries import dismissals_of, facts_of_customer, facts_of_sale, facts_of_subscription
from .services import PERMISSION
from .words import links, name_of_check, next_step, only_here, say

TEMPLATE: Final = "attention/checks.html"
LATER: Final = "attention/later.html"
MANY_SALES: Final = 2_000
"""To check 20,000 sales takes 60 ms, for which no page waits; 2,000 take less than it takes to plan."""

OPEN: Final = 5
"""Of one check no more than so many findings stand open; the list has the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """A check that passed, or that had nothing to look at."""

    tone: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding. `before` says that and why it was dismissed, of one that still is or has come back."""

    check: str
    subject: str
    name: str
    words: str
    detail: str
    next_step: str
    links: list[tuple[str, str]]
    before: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What templates/attention/checks.html draws."""

    failed: list[Shown]
    more: list[tuple[str, str]]
    dismissed: list[Shown]
    others: list[Line]
    count: str
    folded: str
    dismiss_url: str
    restore_url: str
    may_dismiss: bool
    longest_reason: int = LONGEST_REASON


def checks_of_customer(
    customer: Customer, member: Membership, purchases: Any = None, *, runs_scripts: bool = False
) -> Answer | None:
    """The panel on the page of a customer. Where scripts run the page asks for it once it is there, and where
    there are very many purchases too; beside `purchases` that is the page itself."""
    if purchases is not None and (runs_scripts or purchases.count > MANY_SALES) and not customer.is_test:
        return Answer(LATER, reverse("findings:checks", args=[customer.public_id]))
    return _answer(customer, member, frozenset(Check), lambda: facts_of_customer(customer))


def checks_of_sale(sale: Sale, member: Membership) -> Answer | None:
    """The panel on the page of a sale."""
    return _answer(sale.customer, member, ON_SALE, lambda: facts_of_sale(sale))


def checks_of_subscription(subscription: Subscription, member: Membership) -> Answer | None:
    """The panel on the page of a subscription."""
    return _answer(
        subscription.customer, member, ON_SUBSCRIPTION, lambda: facts_of_subscription(subscription)
    )


def _answer(customer: Customer, member: Membership, checks: Collection[Check], read: Any) -> Answer | None:
    """Nothing for who may not see sales, for all checks look at them, and of test data."""
    if not member.may("sales.view") or customer.is_test:
        return None
    allowed = checks_for(may_see_sales=True, may_see_subscriptions=member.may("subscriptions.view"))
    facts: Facts = read()
    results = run_checks(facts, allowed & frozenset(checks))
    dismissals = {(each.check_code, each.subject): each for each in dismissals_of(customer.pk)}
    return Answer(TEMPLATE, panel(results, dismissals, customer, member))


def panel(
    results: Iterable[Result],
    dismissals: Mapping[tuple[str, str], Finding],
    customer: Customer,
    member: Membership,
) -> Panel:
    """The results in words. No query is made here."""
    results = list(results)
    failed: list[Shown] = []
    dismissed: list[Shown] = []
    more: list[tuple[str, str]] = []
    for result in results:
        open_ones: list[Shown] = []
        for found in result.found:
            kept = dismissals.get((found.suspect.check, found.suspect.subject))
            is_dismissed = kept is not None and kept.dismissed_digest == found.digest
            shown = _shown(found, kept, member, is_dismissed=is_dismissed)
            (dismissed if is_dismissed else open_ones).append(shown)
        failed += open_ones[:OPEN]
        if left := len(open_ones[OPEN:]) + result.more:
            more.append((_more(left), _list_url(result.check, member)))
    others = [_line(result) for result in results if result.verdict is not Verdict.FAILED]
    return Panel(
        failed=failed,
        more=more,
        dismissed=dismissed,
        others=others,
        count=_count(len(failed)),
        folded=_folded(others),
        dismiss_url=reverse("findings:dismiss", args=[customer.public_id]),
        restore_url=reverse("findings:restore", args=[customer.public_id]),
        may_dismiss=member.may("customers.view") and member.may(PERMISSION),
    )


def progress_words(rounds: Rounds | None) -> str:
    """Up to when everything was checked, and how far a round is that is under way."""
    if rounds is None:
        return gettext("Nothing was checked yet.")
    if rounds.checked_until is None or (rounds.round_began_at and not rounds.round_ended_at):
        done = number_format(rounds.round_done, force_grouping=True)
        words = gettext("Everybody is being checked: %(number)s customers so far.") % {"number": done}
        if rounds.checked_until is None:
            return words
        return f"{words} {_checked_up_to(rounds.checked_until)}"
    return _checked_up_to(rounds.checked_until)


def _checked_up_to(moment: datetime) -> str:
    return gettext("Checked up to %(moment)s.") % {"moment": format_moment(moment)}


def _shown(found: Found, kept: Finding | None, member: Membership, *, is_dismissed: bool) -> Shown:
    code = found.suspect.check.value
    may_see_subscriptions = member.may("subscriptions.view")
    return Shown(
        check=code,
        subject=found.suspect.subject,
        name=name_of_check(code),
        words=say(code, found.evidence),
        detail=only_here(found.suspect),
        next_step=next_step(code),
        links=list(links(found.evidence, may_see_subscriptions=may_see_subscriptions)),
        before=dismissal_words(kept, is_dismissed=is_dismissed) if kept and kept.dismissed_at else "",
    )


def dismissal_words(finding: Finding, *, is_dismissed: bool) -> str:
    """Who dismissed it when and why; of one that has come back, that it was dismissed before."""
    words = (
        gettext("Dismissed on %(day)s by %(name)s: %(reason)s")
        if is_dismissed
        else gettext(
            "It was dismissed before, on %(day)s by %(name)s: %(reason)s. Its evidence has changed since."
        )
    )
    name = finding.dismissed_by.user.name if finding.dismissed_by else gettext("a former member")
    day = format_day(finding.dismissed_at) if finding.dismissed_at else ""
    return words % {"day": day, "name": name, "reason": finding.dismiss_reason.rstrip(".")}


def _line(result: Result) -> Line:
    label = LABELS[result.check]
    if result.check is Check.SCOPE or result.verdict is Verdict.PASSED:
        return Line("ok", str(label.name), str(label.passed))
    return Line("off", str(label.name), str(label.not_applicable))


def _list_url(check: Check, member: Membership) -> str:
    return f"{reverse('attention:list')}?check={check}" if member.may("attention.view") else ""


def _more(number: int) -> str:
    words = ngettext("And %(number)d more like these", "And %(number)d more like these", number)
    return words % {"number": number}


def _count(number: int) -> str:
    if not number:
        return gettext("nothing needs attention")
    words = ngettext("%(number)d needs attention", "%(number)d need attention", number)
    return words % {"number": number}


def _folded(lines: list[Line]) -> str:
    """ "9 passed, 3 not applicable"."""
    passed = sum(line.tone == "ok" for line in lines)
    others = len(lines) - passed
    parts = []
    if passed:
        parts.append(ngettext("%(number)d passed", "%(number)d passed", passed) % {"number": passed})
    if others:
        words = ngettext("%(number)d not applicable", "%(number)d not applicable", others)
        parts.append(words % {"number": others})
    return ", ".join(parts)
