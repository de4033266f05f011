"""Invented reversals: money given back and sales contested, and what they do to the sale and its access."""

from datetime import datetime, timedelta

from atomicpay.devstack.seeding.buyers import Buyer
from atomicpay.devstack.seeding.ledger import later
from atomicpay.devstack.seeding.purchases import move, revoke_access
from sales.models import Dispute, Refund, Sale, SaleEvent
from sales.states import DisputeKind, DisputeStatus, RefundStatus, SaleStatus


def refund(
    buyer: Buyer,
    sale: Sale,
    at: datetime,
    *,
    amount: int | None = None,
    status: str = RefundStatus.SUCCEEDED,
    reason: str = "requested_by_customer",
    revokes: bool = True,
) -> Refund:
    """Money given back: the whole sale, or an amount of it."""
    back = sale.amount_charged if amount is None else amount
    done = later(at, days=1) if status == RefundStatus.SUCCEEDED else None
    _forget_completion(buyer, sale, at)
    row: Refund = buyer.ledger.add(
        Refund(
            sale=sale,
            customer=buyer.customer,
            currency=sale.currency,
            amount=back,
            status=status,
            reason=reason,
            failure_reason="account_closed" if status == RefundStatus.FAILED else "",
            provider=buyer.provider,
            external_id=buyer.ledger.next_id("re_"),
            is_test=sale.is_test,
            requested_at=at,
            completed_at=done,
        )
    )
    if done:
        is_whole = back == sale.amount_charged
        move(buyer, sale, SaleStatus.REFUNDED if is_whole else SaleStatus.PARTIALLY_REFUNDED, done)
        if is_whole and revokes:
            revoke_access(buyer, sale, done, "refund")
    elif status in (RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION):
        move(buyer, sale, SaleStatus.REFUND_REQUESTED, at)
    return row


def dispute(
    buyer: Buyer,
    sale: Sale,
    at: datetime,
    status: str,
    *,
    kind: str = DisputeKind.CARD_CHARGEBACK,
    amount: int | None = None,
    reason: str = "unrecognized",
    revokes: bool = True,
) -> Dispute:
    """The sale is contested; when the case is over it takes the state that follows from how it ended."""
    is_over = status not in (DisputeStatus.OPEN, DisputeStatus.INQUIRY)
    closed = later(at, days=20) if is_over else None
    _forget_completion(buyer, sale, at)
    row: Dispute = buyer.ledger.add(
        Dispute(
            sale=sale,
            customer=buyer.customer,
            currency=sale.currency,
            amount=sale.amount_charged if amount is None else amount,
            kind=kind,
            status=status,
            reason=reason,
            provider=buyer.provider,
            external_id=buyer.ledger.next_id("dp_"),
            is_test=sale.is_test,
            opened_at=at,
            evidence_due_at=at + timedelta(days=7 if kind == DisputeKind.PIX_MED else 15),
            closed_at=closed,
        )
    )
    if status == DisputeStatus.INQUIRY:
        return row
    move(buyer, sale, SaleStatus.DISPUTED, at)
    if closed and status == DisputeStatus.LOST:
        move(buyer, sale, SaleStatus.CHARGEBACK, closed)
        if revokes:
            revoke_access(buyer, sale, closed, "chargeback")
    elif closed:
        move(buyer, sale, SaleStatus.APPROVED, closed)
    return row


def refund_without_sale(buyer: Buyer, at: datetime, amount: int, currency: str) -> None:
    """A cancellation whose source does not say which sale it belongs to."""
    buyer.ledger.add(
        Refund(
            sale=None,
            customer=buyer.customer,
            currency=currency,
            amount=amount,
            status=RefundStatus.SUCCEEDED,
            reason="",
            provider=buyer.provider,
            external_id=buyer.ledger.next_id("re_"),
            requested_at=at,
            completed_at=at,
        )
    )


def _forget_completion(buyer: Buyer, sale: Sale, at: datetime) -> None:
    """A sale that is contested inside its refund window was never completed."""
    if sale.completed_at is None or sale.completed_at <= at:
        return
    sale.completed_at, sale.status, sale.source_status = None, SaleStatus.APPROVED, "approved"
    events = buyer.ledger.rows[SaleEvent]
    for event in reversed(events):
        if event.sale is sale and event.to_status == SaleStatus.COMPLETED:
            events.remove(event)
            return
