"""What the pages of this room show: the reasons in words, and where else may be looked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict
from django.urls import reverse

from atomicpay.search.keys import key_of
from atomicpay.team.queries import is_member_elsewhere
from atomicpay.ui.explainers import Answer
from atomicpay.ui.listing import ListState
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from sales.models import Sale

from .cause_words import say_cause
from .causes import check_causes
from .facts import Facts
from .findings import Finding, Kind, find_reasons
from .gather import read_facts
from .held import read_sale_facts
from .services import look_outside
from .words import Reason, Teller

LIST: Final = "list"
"""The parameter of the address that names the list; the others are the list's own."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What templates/missing/reasons.html draws. `elsewhere` is the key that may be looked for in the
    member's other workspaces, "" where there is none; `away_from` is this one."""

    reasons: list[Reason]
    elsewhere: str = ""
    away_from: str = ""


def explain_list(state: ListState, *, is_empty: bool = False) -> Explanation:
    """Why the list is as it is, and what it hides of what it searches for. Leaves no trace.

    `is_empty`: the list was found to be empty just now, and is not counted again.
    """
    return _explanation(state, read_facts(state, is_empty=is_empty))


def explain_expected(state: ListState, expected: str) -> Explanation:
    """Why something that was expected is not in the list. Whether it lies outside the member's products is
    only asked so, on purpose, and leaves a trace."""
    facts = read_facts(state, expected)
    if facts.is_limited and not (facts.found or facts.buyers):
        facts = replace(facts, outside=look_outside(acting_member=state.membership, key=key_of(expected)))
    return _explanation(state, facts)


def explain_empty_list(state: ListState) -> Answer:
    """The same for the page of the list itself."""
    return Answer("missing/reasons.html", explain_list(state, is_empty=True))


def explain_no_subscription(sale: Sale, member: Membership) -> Answer | None:
    """Every cause for which a sale may name no subscription; None for one that does name one, or for who may
    not see subscriptions."""
    if sale.subscription_id is not None or not member.may("subscriptions.view"):
        return None
    causes = check_causes(read_sale_facts(sale, member))
    content = {"reasons": [say_cause(cause) for cause in causes], "is_limited": is_limited_to_products()}
    return Answer("missing/no_subscription.html", content)


def query_of_list(parameters: QueryDict) -> QueryDict:
    """The list's own address in that of the page."""
    own = parameters.copy()
    own.pop(LIST, None)
    return own


def _explanation(state: ListState, facts: Facts) -> Explanation:
    teller = Teller(state, reverse(state.page.list_url), facts)
    member = state.membership
    key = facts.text if key_of(facts.text) and is_member_elsewhere(member.user) else ""
    return Explanation(_said(teller, find_reasons(facts)), key, member.workspace.slug)


def _said(teller: Teller, findings: Iterable[Finding]) -> list[Reason]:
    return [
        say_cause(finding.cause) if finding.kind is Kind.CAUSE and finding.cause else teller.say(finding)
        for finding in findings
    ]
