"""What the pages of this room show: the reasons in words, and where else may be looked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from atomicpay.search.keys import key_of
from atomicpay.team.queries import is_member_elsewhere
from atomicpay.ui.explainers import Answer
from atomicpay.ui.listing import ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from sales.models import Sale

from .cause_words import say_cause
from .causes import check_causes, needs_none
from .facts import Facts
from .findings import OF_ALL_LISTS, Kind, find_reasons
from .gather import read_facts, with_records
from .held import read_sale_facts
from .services import look_outside
from .words import Reason, Teller

LIST: Final = "list"
"""The parameter of the address that names the list; the others are the list's own."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What templates/missing/reasons.html draws. `elsewhere` is the key that may be looked for in the
    member's other workspaces, "" where there is none; `away_from` is this one. `lists` are the title of each
    list with what is told of it, where no list was named."""

    reasons: list[Reason]
    elsewhere: str = ""
    away_from: str = ""
    lists: Sequence[tuple[str | Promise, list[Reason]]] = ()


def explain_list(state: ListState, *, is_empty: bool = False) -> Explanation:
    """Why the list is as it is, and what it hides of what it searches for. Leaves no trace.

    `is_empty`: the list was found to be empty just now, and is not counted again.
    """
    return _explanation(state, read_facts(state, is_empty=is_empty))


def explain_expected(state: ListState, expected: str) -> Explanation:
    """Why something that was expected is not in the list."""
    return _explanation(state, _with_outside(state.membership, read_facts(state, expected)))


def lists_of(member: Membership) -> list[ListState]:
    """The lists of all that can be searched for, as far as the member may see them, without filters."""
    pages = [get_list_page(name) for name in ("customers", "sales", "subscriptions")]
    return [page.parse(QueryDict(), member) for page in pages if member.may(page.permission)]


def explain_anywhere(states: Sequence[ListState], expected: str) -> Explanation:
    """What each of the lists has of something that was expected, and what holds for all of them."""
    asked = Facts(None, expected, is_limited=is_limited_to_products())
    known = [with_records(state, asked) for state in states]
    # Who is nearly meant is the same for every list.
    known[1:] = [replace(facts, near=()) for facts in known[1:]]
    together = replace(
        asked,
        found=tuple(each for facts in known for each in facts.found),
        near=known[0].near,
        buyers=tuple(each for facts in known for each in facts.buyers),
    )
    first = states[0]
    of_all = _explanation(first, _with_outside(first.membership, together), lambda kind: kind in OF_ALL_LISTS)
    lists = [
        (state.page.title, reasons)
        for state, facts in zip(states, known, strict=True)
        if (reasons := _said(state, facts, lambda kind: kind not in OF_ALL_LISTS))
    ]
    return replace(of_all, lists=lists)


def explain_empty_list(state: ListState) -> Answer:
    """The same for the page of the list itself."""
    return Answer("missing/reasons.html", explain_list(state, is_empty=True))


def explain_no_subscription(sale: Sale, member: Membership) -> Answer | None:
    """Every cause for which a sale may name no subscription; None for one that does name one, for one that
    needs none, and for who may not see subscriptions."""
    if sale.subscription_id is not None or not member.may("subscriptions.view"):
        return None
    facts = read_sale_facts(sale, member)
    if needs_none(facts):
        return None
    causes = check_causes(facts)
    content = {"reasons": [say_cause(cause) for cause in causes], "is_limited": is_limited_to_products()}
    return Answer("missing/no_subscription.html", content)


def query_of_list(parameters: QueryDict) -> QueryDict:
    """The list's own address in that of the page."""
    own = parameters.copy()
    own.pop(LIST, None)
    return own


def _with_outside(member: Membership, facts: Facts) -> Facts:
    """Whether it lies outside the member's products is only asked so, on purpose, and leaves a trace."""
    if not facts.is_limited or facts.found or facts.buyers:
        return facts
    return replace(facts, outside=look_outside(acting_member=member, key=key_of(facts.text)))


def _explanation(
    state: ListState, facts: Facts, is_told: Callable[[Kind], bool] = lambda kind: True
) -> Explanation:
    member = state.membership
    key = facts.text if key_of(facts.text) and is_member_elsewhere(member.user) else ""
    return Explanation(_said(state, facts, is_told), key, member.workspace.slug)


def _said(state: ListState, facts: Facts, is_told: Callable[[Kind], bool]) -> list[Reason]:
    teller = Teller(state, reverse(state.page.list_url), facts)
    return [
        say_cause(finding.cause) if finding.kind is Kind.CAUSE and finding.cause else teller.say(finding)
        for finding in find_reasons(facts)
        if is_told(finding.kind)
    ]
