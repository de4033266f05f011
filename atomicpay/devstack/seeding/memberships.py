"""Invented subscriptions: each lives from its first charge to how it stands now, renewal by renewal."""

import calendar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from atomicpay.catalog.models import Plan
from atomicpay.devstack.seeding.buyers import Buyer
from atomicpay.devstack.seeding.ledger import later
from atomicpay.devstack.seeding.purchases import CARD, Terms, attempt, buy, grant_access, move
from atomicpay.devstack.seeding.streams import public_id
from sales.models import Sale
from sales.states import AccessStatus, PaymentStatus, SaleStatus
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from subscriptions.models import CanceledBy, Subscription, SubscriptionEvent

S = SubscriptionStatus
FAILED_CHARGES = {S.PAST_DUE: 1, S.UNPAID: 3}
CANCEL_REASONS = (
    "sem tempo agora",
    "preço alto",
    "não usei",
    "vou viajar",
    "já aprendi o que queria",
    "problemas de acesso",
)
CANCEL_REASONS_EN = ("too expensive", "not using it", "switched to another tool", "missing features")


@dataclass
class Life:
    """How a subscription ends up: its status now, and when and why that came about.

    `recovered` are the numbers of the charges that failed at first. `buyer_email` is the one typed at the
    first checkout.
    """

    status: str = S.ACTIVE
    at: datetime | None = None
    reason: str = ""
    by: str = CanceledBy.CUSTOMER
    recovered: frozenset[int] = frozenset()
    method: str = CARD
    buyer_email: str = ""
    has_access: bool = True
    ends_at_term: bool = False
    sales: list[Sale] = field(default_factory=list)


def due_date(start: datetime, plan: Plan, number: int) -> datetime:
    """When charge `number` (0 is the first) falls due; the 31st becomes the last day of a short month."""
    if plan.interval == Plan.Interval.WEEK:
        return start + timedelta(weeks=number * plan.interval_count)
    months = number * plan.interval_count * (12 if plan.interval == Plan.Interval.YEAR else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def subscribe(buyer: Buyer, plan: Plan, at: datetime, life: Life | None = None) -> Subscription:
    """A subscription with all its charges and events until now."""
    life = life or Life()
    subscription: Subscription = buyer.ledger.add(
        Subscription(
            public_id=public_id(buyer.chance),
            customer=buyer.customer,
            product=plan.product,
            plan=plan,
            provider=buyer.provider,
            external_id=buyer.ledger.next_id("SUB-"),
            status=S.ACTIVE,
            started_at=at,
            amount=plan.amount,
            currency=plan.currency,
            created_at=at,
        )
    )
    first_charge = _begin(buyer, subscription, plan, at, life)
    if first_charge <= buyer.shop.as_of and life.status not in (S.TRIALING, S.INCOMPLETE):
        _charge_until_now(buyer, subscription, plan, first_charge, life)
    _end(buyer, subscription, plan, life)
    subscription.source_status = subscription.status.upper()
    return subscription


def happened(
    buyer: Buyer, subscription: Subscription, kind: str, at: datetime, after: str = "", **more: Any
) -> None:
    """An event of its life; with `after` it takes that status."""
    before = subscription.status if after else ""
    if after:
        subscription.status = after
    subscription.source_updated_at = max(subscription.source_updated_at or at, at)
    buyer.ledger.add(
        SubscriptionEvent(
            subscription=subscription,
            kind=kind,
            from_status=more.pop("before", before),
            to_status=after,
            occurred_at=at,
            recorded_at=later(at, minutes=1),
            source=buyer.provider,
            **more,
        )
    )


def _begin(buyer: Buyer, subscription: Subscription, plan: Plan, at: datetime, life: Life) -> datetime:
    """From the checkout to the first charge; gives when that falls due."""
    first = S.INCOMPLETE if life.status == S.INCOMPLETE else S.TRIALING if plan.trial_days else S.ACTIVE
    happened(buyer, subscription, EventKind.CREATED, at, first, before="")
    if first == S.INCOMPLETE:
        terms = Terms(life.method, SaleStatus.PENDING, subscription=subscription, charge=1)
        life.sales.append(buy(buyer, plan, at, terms))
    if not plan.trial_days:
        return at
    ends = later(at, days=plan.trial_days)
    subscription.trial_ends_at = subscription.current_period_end = subscription.next_charge_at = ends
    subscription.current_period_start = at
    happened(buyer, subscription, EventKind.TRIAL_STARTED, at)
    grant_access(buyer, None, later(at, minutes=2), subscription=subscription)
    return ends


def _charge_until_now(
    buyer: Buyer, subscription: Subscription, plan: Plan, start: datetime, life: Life
) -> None:
    stop = min(life.at or buyer.shop.as_of, buyer.shop.as_of)
    count = 0
    while due_date(start, plan, count) < stop and (plan.max_charges is None or count < plan.max_charges):
        count += 1
    failing = FAILED_CHARGES.get(S(life.status), 0) if count > 1 else 0
    if life.by == CanceledBy.PAYMENT_FAILURE and count > 1:
        failing = 1
    for number in range(1, count + 1):
        due = due_date(start, plan, number - 1)
        if number > count - failing:
            _charge_fails(buyer, subscription, plan, due, number, life)
        else:
            _charge(buyer, subscription, plan, due, number, life)
    paid = count - failing
    subscription.charges_count, subscription.unpaid_count = paid, failing
    subscription.billing_day = start.day
    if paid:
        subscription.current_period_start = due_date(start, plan, paid - 1)
        subscription.current_period_end = due_date(start, plan, paid)
    subscription.next_charge_at = due_date(start, plan, count)
    if failing:
        subscription.next_charge_at = later(due_date(start, plan, count - 1), days=10)


def _charge(
    buyer: Buyer, subscription: Subscription, plan: Plan, at: datetime, number: int, life: Life
) -> None:
    """A paid charge; one that failed at first was tried again after three days."""
    terms = Terms(
        life.method,
        subscription=subscription,
        charge=number,
        has_access=life.has_access and not plan.trial_days,
    )
    if life.buyer_email:
        terms.email = life.buyer_email
    if number not in life.recovered:
        sale = buy(buyer, plan, at, terms)
        if number > 1:
            happened(buyer, subscription, EventKind.RENEWED, later(at, minutes=2))
        elif subscription.status == S.TRIALING:
            happened(buyer, subscription, EventKind.ACTIVATED, later(at, minutes=2), S.ACTIVE)
    else:
        terms.has_payment = False
        terms.status = SaleStatus.DECLINED
        sale = buy(buyer, plan, at, terms)
        happened(buyer, subscription, EventKind.PAYMENT_FAILED, later(at, minutes=1), S.PAST_DUE)
        _retry(buyer, sale, at)
        happened(buyer, subscription, EventKind.RECOVERED, later(at, days=3), S.ACTIVE)
    life.sales.append(sale)


def _retry(buyer: Buyer, sale: Sale, at: datetime) -> None:
    card = buyer.cards[0]
    attempt(buyer, sale, PaymentStatus.FAILED, at, card=card, reason="insufficient_funds")
    sale.approved_at = later(at, days=3)
    attempt(buyer, sale, PaymentStatus.PAID, later(at, days=3), card=card)
    move(buyer, sale, SaleStatus.APPROVED, later(at, days=3))


def _charge_fails(
    buyer: Buyer, subscription: Subscription, plan: Plan, at: datetime, number: int, life: Life
) -> None:
    """A refused charge and its retries so far."""
    terms = Terms(
        life.method, SaleStatus.DECLINED, subscription=subscription, charge=number, has_payment=False
    )
    sale = buy(buyer, plan, at, terms)
    life.sales.append(sale)
    for days in (0, 3, 6):
        if later(at, days=days) < buyer.shop.as_of:
            attempt(
                buyer,
                sale,
                PaymentStatus.FAILED,
                later(at, days=days),
                card=buyer.cards[0] if life.method == CARD else None,
                reason="insufficient_funds",
            )
    after = S.PAST_DUE if subscription.status == S.ACTIVE else ""
    happened(buyer, subscription, EventKind.PAYMENT_FAILED, later(at, minutes=1), after)
    is_given_up = life.status == S.UNPAID and later(at, days=14) < buyer.shop.as_of
    if is_given_up and subscription.status == S.PAST_DUE:
        happened(buyer, subscription, EventKind.STATUS_CHANGED, later(at, days=14), S.UNPAID)


def _end(buyer: Buyer, subscription: Subscription, plan: Plan, life: Life) -> None:
    """From its charges to how it stands now."""
    if plan.max_charges and subscription.charges_count == plan.max_charges:
        subscription.next_charge_at = None
        term = subscription.current_period_end
        if term and term <= buyer.shop.as_of:
            life.at, life.status = term, S.EXPIRED
            happened(buyer, subscription, EventKind.EXPIRED, term, S.EXPIRED)
    elif life.status == S.PAUSED:
        happened(buyer, subscription, EventKind.PAUSED, _at(life, buyer), S.PAUSED)
        subscription.next_charge_at = None
    elif life.status in (S.CANCELED, S.EXPIRED):
        _cancel(buyer, subscription, life)
    elif life.ends_at_term:
        subscription.cancel_at_period_end = True
        subscription.cancel_reason, subscription.canceled_by = life.reason[:100], life.by
        happened(buyer, subscription, EventKind.CANCELLATION_SCHEDULED, later(buyer.shop.as_of, days=-4))
    if subscription.status == S.EXPIRED:
        subscription.ended_at = life.at
        subscription.next_charge_at = None


def _cancel(buyer: Buyer, subscription: Subscription, life: Life) -> None:
    at = _at(life, buyer)
    subscription.canceled_at, subscription.next_charge_at = at, None
    subscription.cancel_reason, subscription.canceled_by = life.reason[:100], life.by
    happened(
        buyer, subscription, EventKind.CANCELED, at, S.CANCELED, detail={"reason": life.reason, "by": life.by}
    )
    over = subscription.current_period_end or at
    is_over = over < buyer.shop.as_of
    if life.status == S.EXPIRED and is_over:
        life.at = over
        happened(buyer, subscription, EventKind.EXPIRED, max(over, at), S.EXPIRED)
    if is_over:
        for grant in buyer.ledger.access_of(subscription):
            grant.status, grant.expires_at = AccessStatus.EXPIRED, over


def _at(life: Life, buyer: Buyer) -> datetime:
    return life.at or buyer.shop.as_of
