"""Nobody reads in a timeline what they may not read where it stands: by permission, product and workspace."""

from collections.abc import Callable

import pytest
from django.db import connection

from atomicpay.catalog.models import Product
from atomicpay.timeline.kinds import ACT, OPEN_ACTS, Kind
from atomicpay.timeline.models import TimelineEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter, narrowed_to
from exports.asked import Asked
from exports.errors import CannotExport
from tests import factories
from tests.assertions import assert_no_canary, assert_same_not_found
from tests.conftest import Beacon, MemberClient
from tests.lists import listed, open_list

from .conftest import Everything, act
from .test_order import entries

SignIn = Callable[..., MemberClient]


def kinds(query: str, member: Membership) -> set[str]:
    return {entry.kind for entry in entries(query, member)}


def grant(member: Membership, *permissions: str) -> None:
    with enter(member.workspace_id):
        member.extra_permissions = list(permissions)
        member.save()


@pytest.mark.parametrize(
    ("permissions", "told"),
    [
        (("customers.view",), {"message", "note", "tag", "email", "record", "act"}),
        (
            ("customers.view", "sales.view"),
            {"message", "note", "tag", "email", "record", "act"}
            | {"sale", "sale_status", "payment", "refund", "dispute", "access"},
        ),
        (
            ("customers.view", "subscriptions.view"),
            {"message", "note", "tag", "email", "record", "act", "subscription"},
        ),
    ],
    ids=["customers", "sales", "subscriptions"],
)
def test_each_kind_is_told_to_who_may_see_it_elsewhere(
    everything: Everything, employee: Membership, permissions: tuple[str, ...], told: set[str]
) -> None:
    grant(employee, *permissions)
    assert kinds(everything.query, employee) == told
    assert len(listed("timeline", everything.query, employee)) == len(entries(everything.query, employee))


def test_access_by_a_subscription_alone_needs_the_right_to_see_those(
    aurora: Workspace, employee: Membership
) -> None:
    with enter(aurora.pk):
        subscription = factories.SubscriptionFactory()
        factories.AccessGrantFactory(
            sale=None,
            customer=subscription.customer,
            product=subscription.product,
            subscription=subscription,
        )
    query = f"customer={subscription.customer.public_id}"
    grant(employee, "customers.view", "sales.view")
    assert kinds(query, employee) == set()
    grant(employee, "customers.view", "subscriptions.view")
    assert kinds(query, employee) == {"access"}


def test_what_was_revealed_and_taken_is_for_who_may_read_the_audit_log(
    everything: Everything, support_manager: Membership, owner: Membership
) -> None:
    of_manager = {entry.step for entry in entries(everything.query, support_manager) if entry.kind == ACT}
    assert of_manager
    assert of_manager <= set(OPEN_ACTS)
    assert "export" not in kinds(everything.query, support_manager)
    of_owner = {entry.step for entry in entries(everything.query, owner) if entry.kind == ACT}
    assert {"customer.document_revealed", "record.changed"} <= of_owner
    assert "export" in kinds(everything.query, owner)


def test_filter_offers_only_kinds_that_the_member_may_read(
    everything: Everything, employee: Membership
) -> None:
    grant(employee, "customers.view")
    with open_list("timeline", everything.query, employee) as state:
        offered = {value for value, _label in state.filterset.form.fields["kind"].choices}
    assert offered == {"message", "note", "tag", "email", "record"}
    with open_list("timeline", f"{everything.query}&kind=sale", employee) as state:
        assert not state.is_valid
        assert state.read_page().rows == []


# Products ---------------------------------------------------------------------------------------------------


@pytest.fixture
def other_product(everything: Everything, aurora: Workspace) -> Product:
    """The same customer has one of everything of a product that the limited agent may not see."""
    with enter(aurora.pk):
        product = factories.ProductFactory(name="Segredo")
        customer = everything.customer
        subscription = factories.SubscriptionFactory(customer=customer, product=product)
        factories.SubscriptionEventFactory(subscription=subscription)
        sale = factories.SaleFactory(customer=customer, product=product, subscription=subscription)
        factories.SaleEventFactory(sale=sale)
        factories.PaymentFactory(sale=sale)
        factories.RefundFactory(sale=sale, amount=10)
        factories.RefundFactory(sale=None, customer=customer, currency="BRL", amount=11)
        factories.DisputeFactory(sale=sale, amount=12)
        factories.AccessGrantFactory(sale=sale)
    return product


def test_limited_member_reads_only_their_products_and_no_audit_log(
    everything: Everything,
    other_product: Product,
    course: Product,
    limited_agent: Membership,
    owner: Membership,
) -> None:
    of_owner = entries(everything.query, owner)
    hidden = {entry.kind for entry in of_owner if entry.product_id == other_product.pk}
    assert hidden == {"subscription", "sale", "sale_status", "payment", "refund", "dispute", "access"}
    assert any(entry.kind == "refund" and entry.product_id is None for entry in of_owner)

    found = entries(everything.query, limited_agent)
    assert {entry.product_id for entry in found} == {course.pk, None}
    assert ACT not in {entry.kind for entry in found}
    assert Kind.EXPORT not in {entry.kind for entry in found}
    # The sale of the other product took the customer out of the archive.
    expected = [
        step
        for step in everything.steps[::-1]
        if step[0] not in (ACT, Kind.EXPORT) and step != (Kind.RECORD, "archived")
    ]
    assert [(entry.kind, entry.step) for entry in found] == expected
    assert len(listed("timeline", everything.query, limited_agent)) == len(expected)
    # By the filter of the product it is not to be had either: it is no choice.
    with open_list(
        "timeline", f"{everything.query}&product={other_product.public_id}", limited_agent
    ) as state:
        assert not state.is_valid


def test_customer_outside_of_a_members_products_has_no_timeline(
    aurora: Workspace, limited_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        customer = factories.SaleFactory().customer
        factories.NoteFactory(customer=customer, body="nothing for Lia")
        with narrowed_to([]):
            assert TimelineEntry.objects.count() == 0
    with open_list("timeline", f"customer={customer.public_id}", limited_agent) as state:
        assert not state.is_valid
        assert (state.read_page().rows, state.count()) == ([], 0)
    client = sign_in(limited_agent)
    for path in ("timeline/", "timeline/latest/"):
        assert_same_not_found(
            client,
            client.at(f"customers/{customer.public_id}/{path}"),
            client.at(f"customers/00000000-0000-7000-8000-000000000000/{path}"),
        )


# Workspaces -------------------------------------------------------------------------------------------------


def test_timeline_of_another_workspace_is_nowhere(
    everything: Everything, beacon: Beacon, owner: Membership, sign_in: SignIn
) -> None:
    with enter(beacon.workspace.pk):
        act(beacon.customer, "record.changed", beacon.sale.ordered_at)
        assert TimelineEntry.objects.count() > 5
    with open_list("timeline", f"customer={beacon.customer.public_id}", owner) as state:
        assert (state.is_valid, state.read_page().rows, state.count()) == (False, [], 0)
    client = sign_in(owner)
    assert client.get(client.at(f"customers/{beacon.customer.public_id}/timeline/")).status_code == 404
    assert_no_canary(client.get(client.at(f"customers/{everything.customer.public_id}/timeline/")))


def test_view_reads_by_row_security_also_without_the_orm(beacon: Beacon, aurora: Workspace) -> None:
    """Wall 3 stands under the view: raw SQL sees the workspace that is entered, and nothing without one."""
    with enter(aurora.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM timeline_entry")
        assert cursor.fetchone() == (0,)
    with enter(beacon.workspace.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 5 FROM timeline_entry")
        assert cursor.fetchone() == (True,)


def test_export_needs_the_customer_and_the_right(
    everything: Everything, finance: Membership, support_agent: Membership
) -> None:
    with open_list("timeline", "", finance) as state:
        assert (state.is_valid, state.count(), list(state.export_queryset())) == (False, 0, [])
        with pytest.raises(CannotExport):
            Asked.read("timeline", "", ["at"], state.membership)
    with open_list("timeline", everything.query, support_agent) as state, pytest.raises(CannotExport):
        Asked.read("timeline", everything.query, ["at"], state.membership)
