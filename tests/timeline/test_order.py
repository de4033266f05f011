"""Everything that happened stands in a timeline once, in one order, and is found again page by page."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings as hypothesis_settings, strategies as st

from atomicpay.audit.actions import ACTIONS
from atomicpay.timeline import words
from atomicpay.timeline.kinds import ACT, KIND_OF_ACT, TOLD_ELSEWHERE, Kind, kind_of
from atomicpay.timeline.lists import TimelineList
from atomicpay.timeline.models import TimelineEntry, place_at, position_of
from atomicpay.ui.listing import AFTER, BEFORE
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, Note
from subscriptions.lifecycle import EventKind
from tests import factories
from tests.factories import NOON
from tests.lists import all_pages, listed, open_list

from .conftest import Everything, another_email

RELATED = {
    "attention.Finding": "no event: stands among the checks",
    "customers.Customer": "one that was merged into this one",
    "customers.CustomerDocument": "no event: what is known stands under Identity, a reveal in the audit log",
    "customers.CustomerEmail": "each after the first",
    "customers.CustomerIdentity": "no event: stands under Identity",
    "customers.CustomerPhone": "no event: stands under Identity",
    "customers.CustomerTag": "put on; taken off by the audit log",
    "customers.Message": "said",
    "customers.Note": "written",
    "duplicates.CustomerKey": "no event: what is compared to find duplicates",
    "duplicates.MatchRecord": "no event: what is compared to find duplicates",
    "merging.Merge": "that, by whom and why is told by the audit log",
    "merging.MergedRecord": "the record itself is told as one that was merged into this one",
    "privacy.Erasure": "that it was done is told by the audit log",
    "sales.AccessGrant": "granted, first used, expired, revoked",
    "sales.CustomerMethod": "kept sums: the payments are told",
    "sales.CustomerProduct": "kept for the scope: the sales are told",
    "sales.CustomerSpend": "kept sums: the sales are told",
    "sales.Dispute": "opened, closed",
    "sales.Payment": "attempted",
    "sales.Refund": "asked for, closed",
    "sales.Sale": "ordered, and its events",
    "subscriptions.Subscription": "its events",
}
"""Every kind of row about a customer, and what the timeline tells of it. A new one must be decided on."""


def entries(query: str, member: Membership) -> list[Any]:
    """The rows of every page, in order."""
    with open_list("timeline", query, member) as state:
        return all_pages(state)


def steps(query: str, member: Membership) -> list[tuple[str, str]]:
    return [(entry.kind, entry.step) for entry in entries(query, member)]


# Once and in order ------------------------------------------------------------------------------------------


def test_everything_stands_once_in_the_order_in_which_it_happened(
    everything: Everything, owner: Membership
) -> None:
    assert steps(f"{everything.query}&sort=at", owner) == everything.steps
    assert steps(everything.query, owner) == everything.steps[::-1]
    assert len(listed("timeline", everything.query, owner)) == len(everything.steps)


def test_every_kind_and_every_event_has_its_words_icon_and_tone(
    everything: Everything, owner: Membership
) -> None:
    found = entries(everything.query, owner)
    assert {kind_of(entry.kind, entry.step) for entry in found} == set(Kind)
    assert {entry.step for entry in found if entry.kind == Kind.SUBSCRIPTION} == set(EventKind)
    for entry in found:
        assert words.what_happened(entry)
        assert words.icon_of(entry)
        assert words.tone_of(entry)
        assert words.who_did_it(entry)
    assert {(e.kind, e.step) for e in found if e.kind not in (ACT, Kind.SUBSCRIPTION)} | {
        (Kind.EMAIL, "main")
    } == set(words.STEPS)


def test_every_row_about_a_customer_has_been_decided_on() -> None:
    related = {
        relation.related_model._meta.label
        for relation in Customer._meta.related_objects
        if relation.related_model
    }
    assert related == set(RELATED)


def test_every_act_about_a_customer_has_been_decided_on() -> None:
    about = {action for action in ACTIONS if action.startswith("customer.")}
    assert about <= KIND_OF_ACT.keys() | TOLD_ELSEWHERE.keys()


def test_equal_moments_are_told_in_one_order_and_paged_once_both_ways(
    aurora: Workspace, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        for _number in range(5):
            sale = factories.SaleFactory(customer=customer)
            factories.SaleEventFactory(sale=sale)
            factories.PaymentFactory(sale=sale)
            factories.NoteFactory(customer=customer, created_at=NOON)
    query = f"customer={customer.public_id}"
    monkeypatch.setattr(TimelineList, "page_size", 3)
    with open_list("timeline", query, owner) as state:
        forward = all_pages(state)
        assert len({entry.pk for entry in forward}) == len(forward) == state.count() == 20
        assert forward == sorted(forward, key=lambda entry: (entry.at, entry.pk), reverse=True)
        assert forward == list(state.queryset())
        backward = _read_back(state)
    assert backward == forward
    assert [entry.kind for entry in reversed(forward)] == [
        kind for kind in ("sale", "sale_status", "payment", "note") for _number in range(5)
    ]


def _read_back(state: Any) -> list[Any]:
    """Every row, read from the last page to the first by the links to newer ones."""
    page = state.read_page()
    while page.next is not None:
        page = _at(state, AFTER, page.next).read_page()
    rows = page.rows
    while page.previous is not None:
        page = _at(state, BEFORE, page.previous).read_page()
        known = {row.pk for row in rows}
        rows = [row for row in page.rows if row.pk not in known] + rows
    return rows


def _at(state: Any, parameter: str, cursor: Any) -> Any:
    query = QueryDict(f"{state.canonical_query()}&{parameter}={cursor}")
    return state.page.parse(query, state.membership)


def test_page_is_right_when_the_row_it_began_at_is_gone(
    aurora: Workspace, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        notes = [
            factories.NoteFactory(customer=customer, created_at=NOON + timedelta(minutes=number))
            for number in range(4)
        ]
    monkeypatch.setattr(TimelineList, "page_size", 2)
    with open_list("timeline", f"customer={customer.public_id}", owner) as state:
        first = state.read_page()
        Note.objects.filter(pk=notes[2].pk).delete()
        second = _at(state, AFTER, first.next).read_page()
    assert [entry.record_id for entry in second.rows] == [notes[1].pk, notes[0].pk]


@pytest.mark.parametrize("cursor", ["1.ffffffffffffffffffffffffffffffff", "x", "2.12"])
def test_place_that_is_none_is_said_and_leads_to_the_first_page(
    everything: Everything, owner: Membership, cursor: str
) -> None:
    with open_list("timeline", f"{everything.query}&after={cursor}", owner) as state:
        assert state.read_page().first_row == 1
        assert state.notices == ["The page in the address is not known. This is the first one."]


@given(
    moment=st.datetimes(max_value=NOON.replace(year=2999, tzinfo=None)),
    key=st.integers(min_value=0, max_value=2**63 - 1),
)
@hypothesis_settings(max_examples=200, deadline=None)
def test_place_is_read_back_from_an_address(moment: Any, key: int) -> None:
    at = moment.replace(tzinfo=NOON.tzinfo)
    assert place_at(position_of(at, key)) == (at, key)


# What leaves no row twice -----------------------------------------------------------------------------------


def test_first_email_is_no_change_and_the_next_main_one_is(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        factories.CustomerEmailFactory(customer=customer, first_seen_at=NOON)
        later = NOON + timedelta(days=1)
        new = another_email(customer, "nova@correio.example", later, is_primary=True)
        same = another_email(customer, "outra@correio.example", later, is_primary=False)
    found = entries(f"customer={customer.public_id}", owner)
    assert [(entry.step, entry.title) for entry in found] == [("other", same.address), ("main", new.address)]


def test_access_that_was_revoked_before_its_end_does_not_expire(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        grant = factories.AccessGrantFactory(
            revoked_at=NOON + timedelta(days=1), expires_at=NOON + timedelta(days=2)
        )
    found = steps(f"customer={grant.customer.public_id}&kind=access", owner)
    assert found == [("access", "revoked"), ("access", "granted")]


def test_refund_that_is_still_open_has_one_entry_with_its_state(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        refund = factories.RefundFactory(status="failed", completed_at=None, failure_reason="conta fechada")
    (entry,) = entries(f"customer={refund.customer.public_id}&kind=refund", owner)
    assert (entry.step, entry.status, words.why(entry)) == ("requested", "failed", "conta fechada")


def test_rows_of_others_are_not_told(everything: Everything, aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        other = factories.SaleFactory()
        factories.SaleEventFactory(sale=other)
        factories.NoteFactory(customer=other.customer)
        count = TimelineEntry.objects.count()
    assert count > len(everything.steps)
    assert len(entries(everything.query, owner)) == len(everything.steps)
    assert {step for step, _of in steps(f"customer={other.customer.public_id}", owner)} == {
        "sale",
        "sale_status",
        "note",
    }
