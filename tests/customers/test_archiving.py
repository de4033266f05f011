"""Archiving: what it says it touches, what it leaves as it is, what refuses it, and what undoes it."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.archiving.errors import CannotArchive, StillOpen
from customers.archiving.services import archive_customer, unarchive_customer
from customers.errors import NotAllowed
from customers.models import Customer
from sales.models import CustomerSpend, DailyTotal, Dispute, Sale
from sales.states import DisputeStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import MemberClient

SignIn = Callable[..., MemberClient]


def _settled(customer: Customer) -> None:
    Subscription.objects.update(status=SubscriptionStatus.CANCELED)
    Dispute.objects.update(status=DisputeStatus.WON)


def _totals() -> tuple[list[object], list[object]]:
    spend = CustomerSpend.objects.order_by("customer_id", "currency").values_list(
        "customer_id", "currency", "gross", "refunded", "disputed", "net", "paid_sales", "refunds"
    )
    days = DailyTotal.objects.order_by("day", "currency", "pk").values_list(
        "day", "currency", "gross", "refunded", "disputed", "sales", "refunds"
    )
    return list(spend), list(days)


def test_archive_hides_from_the_list_and_changes_no_total(
    sign_in: SignIn, support_manager: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        _settled(antonia)
        factories.SavedViewFactory(page="customers", name="Vip", query="tag=vip", owner=support_manager)
        factories.SavedViewFactory(
            page="customers", name="Com todos", query="archived=include", owner=support_manager
        )
        before = _totals()
        assert before[0]
    client = sign_in(support_manager)
    address = client.at(f"customers/{antonia.public_id}/archive/")
    page = client.get(address).content.decode()
    assert "1 of those you see lists this customer and will not" in page
    assert ("Vip" in page, "Com todos" in page) == (True, False)
    assert "2 sales, 1 refund, 1 dispute" in page
    assert "379.00" in page
    assert "2 emails, 1 document, 1 external id, 1 tag, 1 note" in page
    response = client.post(address, {"reason": "Saiu"}, follow=True)

    assert response.redirect_chain[-1][0] == client.at(f"customers/{antonia.public_id}/")
    assert "Archived on" in response.content.decode()
    assert antonia.name not in client.get(client.at("customers/")).content.decode()
    assert antonia.name in client.get(client.at("customers/?archived=include")).content.decode()
    with enter(antonia.workspace_id):
        assert _totals() == before
        entry = AuditEntry.objects.about(antonia).get(action="customer.archived")
        assert (entry.actor_id, entry.reason) == (support_manager.pk, "Saiu")
    client.post(client.at(f"customers/{antonia.public_id}/unarchive/"))
    assert antonia.name in client.get(client.at("customers/")).content.decode()
    with enter(antonia.workspace_id):
        assert AuditEntry.objects.about(antonia).filter(action="customer.restored").count() == 1


@pytest.mark.parametrize(
    "status", [SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE, SubscriptionStatus.TRIALING]
)
def test_archive_is_refused_while_a_subscription_runs(
    in_aurora: Workspace, owner: Membership, status: SubscriptionStatus
) -> None:
    customer = factories.SubscriptionFactory(status=status).customer
    with assert_unchanged(in_aurora.pk), pytest.raises(StillOpen):
        archive_customer(acting_member=owner, customer=customer, reason="x")
    with assert_unchanged(in_aurora.pk), pytest.raises(CannotArchive):
        archive_customer(acting_member=owner, customer=customer, reason=" ", is_forced=True)
    assert archive_customer(acting_member=owner, customer=customer, reason="x", is_forced=True).archived_at
    entry = AuditEntry.objects.about(customer).get(action="customer.archived")
    assert entry.detail == {"forced": True, "subscriptions": 1, "disputes": 0}


def test_archive_is_refused_while_a_dispute_is_open_and_done_when_it_is_over(
    in_aurora: Workspace, owner: Membership
) -> None:
    dispute = factories.DisputeFactory(sale=factories.SaleFactory())
    with assert_unchanged(in_aurora.pk), pytest.raises(StillOpen):
        archive_customer(acting_member=owner, customer=dispute.customer)
    Dispute.objects.update(status=DisputeStatus.LOST)
    assert archive_customer(acting_member=owner, customer=dispute.customer).archived_at


def test_archive_page_refuses_and_forces(
    sign_in: SignIn, support_manager: Membership, antonia: Customer
) -> None:
    client = sign_in(support_manager)
    address = client.at(f"customers/{antonia.public_id}/archive/")
    with assert_unchanged(antonia.workspace_id):
        assert client.post(address, {"reason": "x"}).status_code == 409
        without_reason = client.post(address, {"force": "on"})
    assert without_reason.status_code == 400
    assert "Say why" in without_reason.content.decode()
    assert client.post(address, {"reason": "x", "force": "on"}).status_code == 302


def test_archive_twice_is_once(in_aurora: Workspace, owner: Membership) -> None:
    customer = factories.CustomerFactory()
    archive_customer(acting_member=owner, customer=customer, reason="x")
    with assert_unchanged(in_aurora.pk):
        archive_customer(acting_member=owner, customer=customer, reason="y")
    unarchive_customer(acting_member=owner, customer=customer)
    with assert_unchanged(in_aurora.pk):
        unarchive_customer(acting_member=owner, customer=customer)


def test_nobody_archives_a_customer_who_is_anonymised(
    sign_in: SignIn, owner: Membership, in_aurora: Workspace
) -> None:
    customer = factories.CustomerFactory(name="", email="", anonymised_at=factories.NOON)
    client = sign_in(owner)
    page, address = (client.at(f"customers/{customer.public_id}/{end}") for end in ("", "archive/"))
    with assert_unchanged(in_aurora.pk):
        with pytest.raises(CannotArchive):
            archive_customer(acting_member=owner, customer=customer, reason="Saiu")
        assert client.get(address).headers["Location"] == page
        refused = client.post(address, {"reason": "Saiu"}, follow=True).content.decode()
    assert "Not archived: whoever this was is anonymised." in refused
    assert "/archive/" not in refused
    assert "/anonymise/" in refused


def test_archive_is_not_for_agents_limited_members_or_merged_records(
    sign_in: SignIn,
    support_agent: Membership,
    limited_agent: Membership,
    owner: Membership,
    antonia: Customer,
) -> None:
    limited_agent.extra_permissions = ["customers.archive"]
    with enter(antonia.workspace_id):
        limited_agent.save()
        merged = factories.CustomerFactory(merged_into=antonia, merged_at=factories.NOON)
    with assert_unchanged(antonia.workspace_id):
        for member in (support_agent, limited_agent):
            client = sign_in(member)
            for act in ("archive", "unarchive"):
                address = client.at(f"customers/{antonia.public_id}/{act}/")
                assert client.post(address, {"reason": "x"}).status_code == 403
        client = sign_in(owner)
        assert client.post(client.at(f"customers/{merged.public_id}/archive/")).status_code == 404
        with enter(antonia.workspace_id), pytest.raises(NotAllowed):
            archive_customer(acting_member=support_agent, customer=antonia)
    menu = sign_in(support_agent).get(f"{antonia.workspace.root}customers/{antonia.public_id}/")
    assert "/archive/" not in menu.content.decode()


def _by_orm(customer: Customer) -> None:
    factories.SaleFactory(customer=customer)


def _in_bulk(customer: Customer) -> None:
    product = factories.ProductFactory()
    Sale.objects.bulk_create(
        [factories.SaleFactory.build(customer=customer, product=product, external_id=f"B{n}") for n in (1, 2)]
    )


def _by_sql(customer: Customer) -> None:
    sale = factories.SaleFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM sale WHERE id = %s;"
            " ALTER TABLE copied DROP customer_live;"
            " UPDATE copied SET id = nextval('sale_id_seq'), customer_id = %s, external_id = 'RAW',"
            " public_id = gen_random_uuid()",
            [sale.pk, customer.pk],
        )
        columns = ", ".join(field.column for field in Sale._meta.concrete_fields if not field.generated)
        cursor.execute(f"INSERT INTO sale ({columns}) SELECT {columns} FROM copied")


@pytest.mark.parametrize("write", [_by_orm, _in_bulk, _by_sql])
def test_new_sale_ends_the_archive_however_it_is_written(
    in_aurora: Workspace, owner: Membership, write: Callable[[Customer], None]
) -> None:
    customer, other = factories.CustomerFactory(), factories.CustomerFactory()
    for each in (customer, other):
        archive_customer(acting_member=owner, customer=each, reason="x")
    write(customer)

    customer.refresh_from_db()
    other.refresh_from_db()
    assert (customer.archived_at, customer.archived_by_id, customer.archive_reason) == (None, None, "")
    assert other.archived_at is not None
    entry = AuditEntry.objects.about(customer).get(action="customer.restored")
    assert (entry.actor, entry.detail) == (None, {"cause": "new_sale"})
    assert entry.target_label == str(customer.public_id)


def test_copied_books_keep_their_archive(in_aurora: Workspace, owner: Membership) -> None:
    """A sale that was recorded before the archiving is not news when it is written again."""
    customer = factories.CustomerFactory()
    archive_customer(acting_member=owner, customer=customer, reason="x")
    before = timezone.now() - timedelta(minutes=5)
    factories.SaleFactory(customer=customer, created_at=before)
    customer.refresh_from_db()
    assert customer.archived_at is not None
    factories.SaleFactory(customer=customer, ordered_at=factories.NOON)
    customer.refresh_from_db()
    assert customer.archived_at is None


def test_changed_sale_leaves_the_archive_alone(in_aurora: Workspace, owner: Membership) -> None:
    sale = factories.SaleFactory()
    archive_customer(acting_member=owner, customer=sale.customer, reason="x")
    Sale.objects.update(amount_charged=1)
    sale.customer.refresh_from_db()
    assert sale.customer.archived_at is not None


@pytest.mark.django_db(transaction=True)
def test_sale_that_meets_an_archiving_ends_it(aurora: Workspace, owner: Membership) -> None:
    """The sale waits for the archiving to be committed, then sees it."""
    with enter(aurora.pk):
        customer, product = factories.CustomerFactory(), factories.ProductFactory()

    def buy() -> None:
        try:
            with enter(aurora.pk):
                factories.SaleFactory(customer=customer, product=product)
        finally:
            connection.close()

    buying = threading.Thread(target=buy)
    with enter(aurora.pk):
        archive_customer(acting_member=owner, customer=customer, reason="x")
        buying.start()
        buying.join(0.5)
        assert buying.is_alive()
    buying.join(10)
    with enter(aurora.pk):
        customer.refresh_from_db()
        assert (customer.archived_at, Sale.objects.count()) == (None, 1)
        assert AuditEntry.objects.about(customer).filter(action="customer.restored").count() == 1


def test_archive_needs_its_token(owner: Membership, antonia: Customer) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    with assert_unchanged(antonia.workspace_id):
        address = f"{antonia.workspace.root}customers/{antonia.public_id}/archive/"
        assert client.post(address, {"reason": "x", "force": "on"}).status_code == 403
