"""Findings that are kept: brought up to date, dismissed with a reason, open again when evidence changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from atomicpay.attention.checks import find
from atomicpay.attention.errors import CannotDismiss, NotAllowed
from atomicpay.attention.facts import Check
from atomicpay.attention.models import Finding
from atomicpay.attention.queries import facts_of_customer
from atomicpay.attention.services import check_customers, dismiss, take_back
from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import Sale
from sales.states import SaleStatus
from tests.assertions import assert_unchanged
from tests.attention import scenes

Key = dict[str, Any]


def key_of(customer: Customer) -> Key:
    finding = Finding.objects.get(customer=customer)
    return {"check": finding.check_code, "subject": finding.subject}


def rows() -> list[Any]:
    return list(Finding.objects.order_by("pk").values())


def test_worker_keeps_what_was_found_and_a_second_run_changes_nothing(
    in_aurora: Workspace, course: Product
) -> None:
    customers = [scene(course).pk for scene in scenes.SCENES]
    assert check_customers(customers) > 20
    before = rows()
    assert check_customers(customers) == 0
    assert rows() == before


def test_what_is_right_again_is_not_kept(waiting: Customer) -> None:
    with enter(waiting.workspace_id):
        Sale.objects.update(status=SaleStatus.APPROVED)
        check_customers([waiting.pk])
        assert not Finding.objects.exists()


def test_test_data_has_no_findings(waiting: Customer) -> None:
    with enter(waiting.workspace_id):
        Customer.objects.filter(pk=waiting.pk).update(is_test=True)
        check_customers([waiting.pk])
        assert not Finding.objects.exists()


def test_dismissed_finding_stays_so_until_its_evidence_changes(
    waiting: Customer, support_agent: Membership
) -> None:
    with enter(waiting.workspace_id):
        key = key_of(waiting)
        dismiss(acting_member=support_agent, customer=waiting, reason=" Pagou em mãos ", **key)
        check_customers([waiting.pk])
        finding = Finding.objects.get()
        assert (finding.is_dismissed, finding.dismiss_reason) == (True, "Pagou em mãos")
        # As if something that decides it had changed since.
        Finding.objects.update(digest="0", dismissed_digest="0")
        check_customers([waiting.pk])
        finding.refresh_from_db()
        assert (finding.is_dismissed, finding.dismiss_reason) == (False, "Pagou em mãos")
        assert finding.found_at > finding.dismissed_at


def test_another_charge_opens_a_dismissed_finding_again(
    in_aurora: Workspace, course: Product, support_agent: Membership
) -> None:
    customer = scenes.charged_after_cancel(course)
    check_customers([customer.pk])
    dismiss(acting_member=support_agent, customer=customer, reason="Combinado", **key_of(customer))
    subscription = customer.subscriptions.get()
    scenes.charged(subscription, 3, at=scenes.ago(days=1))
    check_customers([customer.pk])
    finding = Finding.objects.get()
    assert not finding.is_dismissed
    assert finding.dismiss_reason == "Combinado"


def test_dismissed_finding_that_is_gone_and_comes_back_is_remembered(
    waiting: Customer, support_agent: Membership
) -> None:
    with enter(waiting.workspace_id):
        dismiss(acting_member=support_agent, customer=waiting, reason="Espera", **key_of(waiting))
        Sale.objects.update(status=SaleStatus.APPROVED)
        check_customers([waiting.pk])
        assert Finding.objects.get().closed_at is not None
        Sale.objects.update(status=SaleStatus.PENDING)
        check_customers([waiting.pk])
        finding = Finding.objects.get()
        assert (finding.closed_at, finding.is_dismissed, finding.dismiss_reason) == (None, True, "Espera")


def test_dismissal_is_audited_and_can_be_taken_back(waiting: Customer, support_agent: Membership) -> None:
    with enter(waiting.workspace_id):
        key = key_of(waiting)
        dismiss(acting_member=support_agent, customer=waiting, reason="Espera", **key)
        take_back(acting_member=support_agent, customer=waiting, **key)
        finding = Finding.objects.get()
        assert (finding.is_dismissed, finding.dismissed_at, finding.dismiss_reason) == (False, None, "")
        entries = AuditEntry.objects.filter(action__startswith="finding.").order_by("pk")
        assert [entry.action for entry in entries] == ["finding.dismissed", "finding.restored"]
        assert all(entry.detail == {"check": "stale_pending"} for entry in entries)
        assert all("Espera" not in str(entry.detail) + entry.reason for entry in entries)


def test_finding_that_the_worker_has_not_kept_yet_can_be_dismissed(
    in_aurora: Workspace, course: Product, support_agent: Membership
) -> None:
    customer = scenes.pix_of_yesterday(course)
    facts = facts_of_customer(customer)
    (found,) = find(facts.suspects, facts.at)
    dismiss(
        acting_member=support_agent,
        customer=customer,
        check=found.suspect.check.value,
        subject=found.suspect.subject,
        reason="Espera",
    )
    assert check_customers([customer.pk]) == 0
    assert Finding.objects.get().is_dismissed


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({}, "  "), ({}, "x" * 501), ({"subject": "s1"}, "Espera"), ({"check": "email"}, "Espera")],
)
def test_nothing_is_dismissed_without_a_reason_or_a_finding(
    waiting: Customer, support_agent: Membership, changes: Key, reason: str
) -> None:
    with enter(waiting.workspace_id):
        key = key_of(waiting) | changes
    with assert_unchanged(waiting.workspace_id), enter(waiting.workspace_id), pytest.raises(CannotDismiss):
        dismiss(acting_member=support_agent, customer=waiting, reason=reason, **key)


def test_dismissal_needs_the_permission_to_annotate(waiting: Customer, finance: Membership) -> None:
    with enter(waiting.workspace_id):
        key = key_of(waiting)
    with assert_unchanged(waiting.workspace_id), enter(waiting.workspace_id):
        with pytest.raises(NotAllowed):
            dismiss(acting_member=finance, customer=waiting, reason="Espera", **key)
        with pytest.raises(NotAllowed):
            take_back(acting_member=finance, customer=waiting, **key)


def test_limited_member_dismisses_what_the_worker_found(waiting: Customer, limited_agent: Membership) -> None:
    """The same evidence, so the same digest: it is dismissed for everybody."""
    with enter_as(waiting.workspace_id, limited_agent.pk) as member:
        dismiss(acting_member=member, customer=waiting, reason="Espera", **key_of(waiting))
    with enter(waiting.workspace_id):
        assert check_customers([waiting.pk]) == 0
        assert Finding.objects.get().is_dismissed


def test_finding_keeps_no_email_and_no_name(in_aurora: Workspace, course: Product) -> None:
    """T60: what is kept outlives an erasure."""
    customers = [scene(course) for scene in scenes.SCENES]
    check_customers([customer.pk for customer in customers])
    kept = str(list(Finding.objects.values("evidence", "subject", "digest")))
    assert Finding.objects.filter(check_code=Check.EMAIL).exists()
    assert "@" not in kept
    assert not [customer for customer in customers if customer.name in kept]


def test_more_than_twenty_of_a_kind_are_counted_and_not_read(in_aurora: Workspace, course: Product) -> None:
    customer = scenes.customer()
    for number in range(23):
        scenes.sale_of(
            course,
            buyer=customer,
            status="pending",
            approved_at=None,
            at=timezone.now() - timedelta(days=9 + number),
        )
    check_customers([customer.pk])
    assert Finding.objects.count() == 20
    facts = facts_of_customer(customer)
    assert {suspect.total for suspect in facts.suspects} == {23}
