"""One customer to whom everything happened once, a minute after the other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerEmail, CustomerTag
from sales.models import Sale
from sales.states import AccessStatus, DisputeStatus, PaymentMethod
from subscriptions.lifecycle import EventKind
from subscriptions.models import Subscription
from tests import factories
from tests.factories import NOON


def act(customer: Customer, action: str, at: datetime, member: Membership | None = None, **more: Any) -> None:
    """An entry of the audit log about a customer, at a moment of its own."""
    AuditEntry.objects.create(
        action=action, at=at, actor=member, target_type="customers.customer", target_id=customer.pk, **more
    )


def another_email(customer: Customer, address: str, at: datetime, *, is_primary: bool) -> CustomerEmail:
    """An email by which a customer is known from some moment on."""
    email: CustomerEmail = factories.CustomerEmailFactory(
        customer=customer, address=address, normalised=address, first_seen_at=at, is_primary=is_primary
    )
    return email


@dataclass
class Everything:
    """A customer, what happened to them as (kind, step) in order, and the records that it happened to."""

    customer: Customer
    sale: Sale
    subscription: Subscription
    steps: list[tuple[str, str]] = field(default_factory=list)

    @property
    def query(self) -> str:
        return f"customer={self.customer.public_id}"

    def next(self, kind: str, step: str) -> datetime:
        """The moment of the next thing that happens."""
        self.steps.append((kind, step))
        return NOON + timedelta(minutes=len(self.steps))


@pytest.fixture
def everything(aurora: Workspace, course: Product, owner: Membership) -> Everything:
    """Each kind of thing once; of subscriptions each kind of event."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name="Antônia Lima", email="antonia@correio.example")
        factories.CustomerEmailFactory(customer=customer, first_seen_at=NOON, is_primary=False)
        plan = factories.PlanFactory(product=course)
        subscription = factories.SubscriptionFactory(
            customer=customer,
            product=course,
            plan=plan,
            cancel_reason="sem tempo",
            canceled_by="customer",
        )
        sale = factories.SaleFactory(
            customer=customer, product=course, ordered_at=NOON + timedelta(minutes=1), reference="AC-1"
        )
        all_of_it = Everything(customer, sale, subscription)
        _buy(all_of_it)
        _subscribe(all_of_it)
        _open(all_of_it)
        _give_back(all_of_it)
        _say(all_of_it, owner)
        _keep(all_of_it, owner)
        return all_of_it


def _buy(it: Everything) -> None:
    it.next("sale", "ordered")
    at = it.next("sale_status", "changed")
    factories.SaleEventFactory(sale=it.sale, occurred_at=at, from_status="pending", source="hotmart")
    at = it.next("payment", "attempted")
    factories.PaymentFactory(
        sale=it.sale, attempted_at=at, method=PaymentMethod.CREDIT_CARD, card_brand="visa", card_last4="4417"
    )


def _subscribe(it: Everything) -> None:
    for kind in EventKind:
        at = it.next("subscription", kind)
        factories.SubscriptionEventFactory(subscription=it.subscription, kind=kind, occurred_at=at)


def _open(it: Everything) -> None:
    factories.AccessGrantFactory(
        sale=it.sale,
        status=AccessStatus.REVOKED,
        granted_at=it.next("access", "granted"),
        first_access_at=it.next("access", "first_access"),
        revoked_at=it.next("access", "revoked"),
        revoke_reason="reembolso",
    )
    factories.AccessGrantFactory(
        sale=it.sale,
        status=AccessStatus.EXPIRED,
        granted_at=None,
        expires_at=it.next("access", "expired"),
    )
    # Not yet: no entry.
    factories.AccessGrantFactory(
        sale=it.sale, granted_at=None, expires_at=datetime(2999, 1, 1, tzinfo=NOON.tzinfo)
    )


def _give_back(it: Everything) -> None:
    factories.RefundFactory(
        sale=it.sale,
        amount=100,
        reason="requested_by_customer",
        requested_at=it.next("refund", "requested"),
        completed_at=it.next("refund", "ended"),
    )
    factories.DisputeFactory(
        sale=it.sale,
        amount=200,
        status=DisputeStatus.LOST,
        reason="unrecognized",
        opened_at=it.next("dispute", "opened"),
        closed_at=it.next("dispute", "closed"),
    )


def _say(it: Everything, member: Membership) -> None:
    for direction in ("in", "out"):
        factories.MessageFactory(
            customer=it.customer, direction=direction, sent_at=it.next("message", direction), body="Oi!"
        )
    factories.NoteFactory(customer=it.customer, created_at=it.next("note", "written"), author=member)
    act(it.customer, "customer.note_added", NOON + timedelta(hours=2), member)


def _keep(it: Everything, member: Membership) -> None:
    customer, tag = it.customer, factories.TagFactory(name="vip")
    # Put on, taken off and put on again: the audit log has three entries, the last beside the tag's own row.
    act(customer, "customer.tag_added", it.next("act", "customer.tag_added"), member, detail={"tag": "vip"})
    act(
        customer,
        "customer.tag_removed",
        it.next("act", "customer.tag_removed"),
        member,
        detail={"tag": "vip"},
    )
    on = it.next("tag", "on")
    CustomerTag.objects.create(customer=customer, tag=tag, added_by=member, added_at=on)
    act(customer, "customer.tag_added", on + timedelta(milliseconds=3), member, detail={"tag": "vip"})

    another_email(customer, "lima@correio.example", it.next("email", "other"), is_primary=False)
    act(customer, "customer.archived", it.next("act", "customer.archived"), member, reason="teste")
    act(customer, "customer.restored", it.next("act", "customer.restored"), member)
    archived = it.next("record", "archived")
    Customer.objects.filter(pk=customer.pk).update(
        archived_at=archived, archived_by=member, archive_reason="pediu para sair"
    )
    act(customer, "customer.archived", archived + timedelta(milliseconds=3), member, reason="pediu para sair")

    loser = factories.CustomerFactory(name="Antônia L.")
    act(loser, "customer.document_revealed", it.next("act", "customer.document_revealed"), member)
    Customer.objects.filter(pk=loser.pk).update(merged_into=customer, merged_at=it.next("record", "merged"))
    act(customer, "customer.document_revealed", it.next("act", "customer.document_revealed"), member)
    act(customer, "record.changed", it.next("act", "record.changed"))
    factories.ExportFactory(
        requested_by=member,
        page="timeline",
        query=f"{it.query}&kind=sale",
        requested_at=it.next("export", "timeline"),
    )
