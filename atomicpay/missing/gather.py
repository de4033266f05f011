"""All facts about a list in which somebody misses a record, put together from the reads of this room."""

from dataclasses import replace

from atomicpay.ui.listing import ListState
from atomicpay.workspaces.scope import is_limited_to_products
from subscriptions.models import Subscription

from . import budget
from .causes import check_causes
from .facts import CheckedCause, Facts
from .held import latest_sale_that_renews, read_sale_facts
from .queries import read_counts
from .records import Meant, look_up, near_people, tell, tell_of_people


def read_facts(state: ListState, expected: str = "", *, is_empty: bool = False) -> Facts:
    """All that is known of the list, and of what was expected in it; without that, of what it searches.

    `is_empty`: the list was found to be empty just now.
    """
    text = expected or state.value("q") or ""
    counts = read_counts(state, budget.SECONDS, is_empty=is_empty)
    facts = Facts(counts.listed, text, counts.narrowings, is_limited=is_limited_to_products())
    return with_records(state, facts) if text else facts


def with_records(state: ListState, facts: Facts) -> Facts:
    """The facts with all records that their text may mean in the list."""
    meant = look_up(state, facts.text)
    known = {customer: (how, "") for customer, how in meant.people.items()}
    has_none = bool(known) and not meant.records
    near = near_people(state, facts.text, meant.people) if meant.people or not meant.records else {}
    return replace(
        facts,
        found=tell(state, meant.records),
        near=tell_of_people(state, near),
        buyers=tell_of_people(state, known) if has_none else (),
        causes=_causes(state, meant) if has_none else (),
    )


def _causes(state: ListState, meant: Meant) -> tuple[CheckedCause, ...]:
    """Why somebody who is known has no subscription: by their latest sale that should have made one."""
    if state.page.model is not Subscription or not state.membership.may("sales.view"):
        return ()
    sale = latest_sale_that_renews(meant.people)
    return tuple(check_causes(read_sale_facts(sale, state.membership))) if sale else ()
