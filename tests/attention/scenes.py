"""One customer for each way in which a check fails, passes, or just does not fail yet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from atomicpay.attention.facts import Check
from atomicpay.catalog.models import PaymentModel, Plan, Product
from customers.models import Customer
from sales.states import AccessStatus, DisputeStatus, PaymentMethod, PaymentStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories

S, U, A = SaleStatus, SubscriptionStatus, AccessStatus
Scene = Callable[[Product], Customer]


def ago(**ago: float) -> datetime:
    return timezone.now() - timedelta(**ago)


def customer(**fields: Any) -> Customer:
    made = factories.CustomerFactory(**fields)
    factories.CustomerEmailFactory(customer=made)
    return made


def sale_of(product: Product, *, buyer: Customer | None = None, **fields: Any) -> Any:
    at = fields.pop("at", ago(days=10))
    return factories.SaleFactory(
        customer=buyer or customer(),
        product=product,
        **{"ordered_at": at, "approved_at": at, **fields},
    )


def opened(sale: Any, access: str = A.GRANTED, **fields: Any) -> Customer:
    factories.AccessGrantFactory(sale=sale, status=access, subscription=sale.subscription, **fields)
    owner: Customer = sale.customer
    return owner


def subscribed(product: Product, status: str, *, buyer: Customer | None = None, **fields: Any) -> Any:
    return factories.SubscriptionFactory(
        customer=buyer or customer(), product=product, status=status, started_at=ago(days=90), **fields
    )


def plan_of(product: Product, **fields: Any) -> Plan:
    plan: Plan = factories.PlanFactory(product=product, **fields)
    return plan


def charged(subscription: Any, number: int = 1, **fields: Any) -> Any:
    return sale_of(
        subscription.product,
        buyer=subscription.customer,
        subscription=subscription,
        recurrence_number=number,
        **fields,
    )


def reported_of_others(product: Product, of: int = 6) -> None:
    """A platform that says of every sale that it opened."""
    for _number in range(of):
        opened(sale_of(product, at=ago(days=20)))


# Email ------------------------------------------------------------------------------------------------------


def typed_another_email(product: Product) -> Customer:
    return sale_of(product, buyer_email="Outra@correio.example ").customer


def typed_a_former_email_in_capitals(product: Product) -> Customer:
    buyer = customer()
    factories.CustomerEmailFactory(customer=buyer, address="antiga@correio.example", is_primary=False)
    return sale_of(product, buyer=buyer, buyer_email=" ANTIGA@correio.example").customer


def typed_no_email(product: Product) -> Customer:
    return sale_of(product, buyer_email="").customer


# Access -----------------------------------------------------------------------------------------------------


def opened_without_payment(product: Product) -> Customer:
    return opened(sale_of(product, status=S.DECLINED, at=ago(minutes=1)))


def opened_by_hand_without_payment(product: Product) -> Customer:
    return opened(sale_of(product, status=S.DECLINED), is_manual=True)


def opened_in_a_trial(product: Product) -> Customer:
    subscription = subscribed(product, U.TRIALING)
    return opened(charged(subscription, status=S.PENDING, at=ago(minutes=1)))


def access_failed(product: Product) -> Customer:
    return opened(sale_of(product, at=ago(days=3)), A.FAILED)


def access_pending_within_usual_time(product: Product) -> Customer:
    return opened(sale_of(product, at=ago(hours=23)), A.PENDING)


def access_failed_but_granted_by_another(product: Product) -> Customer:
    buyer = opened(sale_of(product, at=ago(days=3)), A.FAILED)
    return opened(sale_of(product, buyer=buyer, at=ago(days=3)))


def access_never_reported(product: Product) -> Customer:
    reported_of_others(product)
    return sale_of(product, at=ago(days=3)).customer


def access_never_reported_of_anybody(product: Product) -> Customer:
    for _number in range(6):
        sale_of(product, at=ago(days=20))
    return sale_of(product, at=ago(days=3)).customer


def access_never_reported_long_ago(product: Product) -> Customer:
    reported_of_others(product)
    return sale_of(product, at=ago(days=91)).customer


def access_taken_without_reason(product: Product) -> Customer:
    return opened(sale_of(product), A.REVOKED)


def access_taken_after_refund(product: Product) -> Customer:
    sale = sale_of(product, status=S.REFUNDED)
    factories.RefundFactory(sale=sale)
    return opened(sale, A.REVOKED)


def access_taken_while_disputed(product: Product) -> Customer:
    sale = sale_of(product, status=S.DISPUTED)
    factories.DisputeFactory(sale=sale)
    return opened(sale, A.REVOKED)


def access_taken_by_hand(product: Product) -> Customer:
    return opened(sale_of(product), A.REVOKED, is_manual=True)


def access_gone_while_charged(product: Product) -> Customer:
    return opened(charged(subscribed(product, U.ACTIVE)), A.EXPIRED)


def access_for_a_time_is_over(product: Product) -> Customer:
    return opened(sale_of(product), A.EXPIRED)


def open_after_full_refund(product: Product) -> Customer:
    sale = sale_of(product, status=S.REFUNDED)
    factories.RefundFactory(sale=sale)
    return opened(sale)


def open_after_lost_dispute(product: Product) -> Customer:
    sale = sale_of(product, status=S.CHARGEBACK)
    factories.DisputeFactory(sale=sale, status=DisputeStatus.LOST)
    return opened(sale)


def open_after_partial_refund(product: Product) -> Customer:
    sale = sale_of(product, status=S.PARTIALLY_REFUNDED)
    factories.RefundFactory(sale=sale, amount=100)
    return opened(sale)


def open_for_bought_again_after_refund(product: Product) -> Customer:
    buyer = open_after_full_refund(product)
    sale_of(product, buyer=buyer)
    return buyer


def open_after_its_subscription(product: Product) -> Customer:
    over = subscribed(product, U.CANCELED, canceled_at=ago(days=40), current_period_end=ago(minutes=1))
    return opened(charged(over, at=ago(days=80)))


def open_until_end_of_paid_period(product: Product) -> Customer:
    ends = subscribed(product, U.CANCELED, canceled_at=ago(days=4), current_period_end=ago(days=-1))
    return opened(charged(ends, at=ago(days=80)))


def _in_instalments(product: Product, paid: int) -> Customer:
    plan = plan_of(product, payment_model=PaymentModel.INSTALLMENT_PLAN, max_charges=12)
    over = subscribed(product, U.EXPIRED, plan=plan, charges_count=paid, ended_at=ago(days=1))
    return opened(charged(over, at=ago(days=80)))


def open_after_the_last_instalment(product: Product) -> Customer:
    return _in_instalments(product, 12)


def open_with_an_instalment_missing(product: Product) -> Customer:
    return _in_instalments(product, 11)


def open_in_a_subscription_that_never_began(product: Product) -> Customer:
    sale = charged(subscribed(product, U.INCOMPLETE), status=S.PENDING, at=ago(minutes=1))
    factories.AccessGrantFactory(
        sale=None, subscription=sale.subscription, customer=sale.customer, product=product
    )
    owner: Customer = sale.customer
    return owner


def delivered_as_nothing_to_open(product: Product) -> Customer:
    return opened(sale_of(product, at=ago(hours=1)), A.NOT_APPLICABLE)


def delivered_where_nothing_opens(product: Product) -> Customer:
    nothing = factories.ProductFactory(delivery=Product.Delivery.NONE)
    return opened(sale_of(nothing))


def delivered_as_declared(product: Product) -> Customer:
    return opened(sale_of(product))


# Subscriptions ----------------------------------------------------------------------------------------------


def recurring_without_subscription(product: Product) -> Customer:
    return sale_of(product, plan=plan_of(product)).customer


def recurring_without_subscription_given_back(product: Product) -> Customer:
    return sale_of(product, plan=plan_of(product), status=S.REFUNDED).customer


def once_without_subscription(product: Product) -> Customer:
    return sale_of(product, plan=plan_of(product, payment_model=PaymentModel.ONE_TIME)).customer


def for_life_without_subscription(product: Product) -> Customer:
    return sale_of(product, plan=plan_of(product, plan_type=Plan.Type.LIFETIME)).customer


def recurring_with_subscription(product: Product) -> Customer:
    subscription = subscribed(product, U.ACTIVE)
    return charged(subscription, plan=plan_of(product)).customer


def _twins(product: Product, status: str = U.ACTIVE) -> tuple[Customer, Customer]:
    old, new = customer(name="Inês Pires"), customer(name="Ines Pires")
    subscribed(product, status, buyer=old)
    sale_of(product, buyer=new, plan=None)
    return old, new


def subscription_of_same_document(product: Product) -> Customer:
    for twin in (twins := _twins(product)):
        factories.CustomerDocumentFactory(customer=twin)
    return twins[1]


def subscription_of_same_invalid_document(product: Product) -> Customer:
    for twin in (twins := _twins(product)):
        factories.CustomerDocumentFactory(customer=twin, normalised="00000000000", is_valid=False)
    return twins[1]


def subscription_of_former_email(product: Product) -> Customer:
    old, new = _twins(product)
    factories.CustomerEmailFactory(customer=old, address=new.email, is_primary=False)
    return new


def subscription_bought_with_own_email(product: Product) -> Customer:
    buyer = customer()
    charged(subscribed(product, U.ACTIVE), buyer_email=buyer.email)
    return buyer


def _same_card(product: Product, *, name: str) -> Customer:
    buyer = customer(name="Inês Pires")
    other = customer(name=name)
    of_other = charged(subscribed(product, U.ACTIVE, buyer=other))
    own = sale_of(product, buyer=buyer, plan=plan_of(product))
    for sale in (of_other, own):
        factories.PaymentFactory(
            sale=sale,
            method=PaymentMethod.CREDIT_CARD,
            status=PaymentStatus.PAID,
            card_brand="visa",
            card_last4="4417",
        )
    return buyer


def subscription_of_same_card_and_name(product: Product) -> Customer:
    return _same_card(product, name="INES PIRES")


def subscription_of_same_card_alone(product: Product) -> Customer:
    return _same_card(product, name="Otávio Reis")


def subscription_of_twin_is_over(product: Product) -> Customer:
    for twin in (twins := _twins(product, U.EXPIRED)):
        factories.CustomerDocumentFactory(customer=twin)
    return twins[1]


def subscribed_to_one_plan_twice(product: Product) -> Customer:
    plan = plan_of(product)
    first = subscribed(product, U.ACTIVE, plan=plan)
    subscribed(product, U.PAST_DUE, plan=plan, buyer=first.customer)
    owner: Customer = first.customer
    return owner


def subscribed_anew_while_the_first_ends(product: Product) -> Customer:
    plan = plan_of(product)
    first = subscribed(product, U.ACTIVE, plan=plan, cancel_at_period_end=True)
    subscribed(product, U.ACTIVE, plan=plan, buyer=first.customer)
    owner: Customer = first.customer
    return owner


def charged_after_cancel(product: Product) -> Customer:
    over = subscribed(product, U.CANCELED, canceled_at=ago(days=10), current_period_end=ago(days=-9))
    return charged(over, 2, at=ago(days=9)).customer


def charged_before_cancel(product: Product) -> Customer:
    over = subscribed(product, U.CANCELED, canceled_at=ago(days=10), current_period_end=ago(days=-9))
    return charged(over, 2, at=ago(days=10, minutes=1)).customer


def charged_after_cancel_and_given_back(product: Product) -> Customer:
    over = subscribed(product, U.CANCELED, canceled_at=ago(days=10), current_period_end=ago(days=-9))
    return charged(over, 2, at=ago(days=9), status=S.REFUNDED).customer


# Sales ------------------------------------------------------------------------------------------------------


def _pending(product: Product, method: str, **waited: float) -> Customer:
    return sale_of(product, status=S.PENDING, method=method, at=ago(**waited), approved_at=None).customer


def pix_of_yesterday(product: Product) -> Customer:
    return _pending(product, PaymentMethod.PIX, hours=24, minutes=1)


def pix_of_today(product: Product) -> Customer:
    return _pending(product, PaymentMethod.PIX, hours=23, minutes=59)


def boleto_of_last_week(product: Product) -> Customer:
    return _pending(product, PaymentMethod.BOLETO, days=5, minutes=1)


def boleto_of_four_days(product: Product) -> Customer:
    return _pending(product, PaymentMethod.BOLETO, days=4, hours=23)


def card_of_an_hour(product: Product) -> Customer:
    return _pending(product, PaymentMethod.CREDIT_CARD, minutes=61)


def card_of_a_minute(product: Product) -> Customer:
    return _pending(product, PaymentMethod.CREDIT_CARD, minutes=59)


def unknown_method_of_last_week(product: Product) -> Customer:
    return _pending(product, "", days=5, minutes=1)


def sale_that_jumped(product: Product) -> Customer:
    sale = sale_of(product)
    factories.SaleEventFactory(sale=sale, from_status=S.CANCELED, to_status=S.APPROVED, is_illegal=True)
    return sale.customer


def subscription_that_jumped(product: Product) -> Customer:
    subscription = subscribed(product, U.ACTIVE)
    factories.SubscriptionEventFactory(
        subscription=subscription, from_status=U.EXPIRED, to_status=U.TRIALING, is_illegal=True
    )
    owner: Customer = subscription.customer
    return owner


def sale_that_changed_legally(product: Product) -> Customer:
    sale = sale_of(product)
    factories.SaleEventFactory(sale=sale, from_status=S.PENDING, to_status=S.APPROVED)
    return sale.customer


C = Check
SCENES: Final[dict[Scene, set[Check]]] = {
    typed_another_email: {C.EMAIL},
    typed_a_former_email_in_capitals: set(),
    typed_no_email: set(),
    opened_without_payment: {C.UNPAID_ACCESS},
    opened_by_hand_without_payment: set(),
    opened_in_a_trial: set(),
    access_failed: {C.NO_ACCESS},
    access_pending_within_usual_time: set(),
    access_failed_but_granted_by_another: set(),
    access_never_reported: {C.NO_ACCESS},
    access_never_reported_of_anybody: set(),
    access_never_reported_long_ago: set(),
    access_taken_without_reason: {C.UNEXPLAINED_LOSS},
    access_taken_after_refund: set(),
    access_taken_while_disputed: set(),
    access_taken_by_hand: set(),
    access_gone_while_charged: {C.UNEXPLAINED_LOSS},
    access_for_a_time_is_over: set(),
    open_after_full_refund: {C.ACCESS_AFTER_LOSS},
    open_after_lost_dispute: {C.ACCESS_AFTER_LOSS},
    open_after_partial_refund: set(),
    open_for_bought_again_after_refund: set(),
    open_after_its_subscription: {C.SUBSCRIPTION_ACCESS},
    open_until_end_of_paid_period: set(),
    open_after_the_last_instalment: set(),
    open_with_an_instalment_missing: {C.SUBSCRIPTION_ACCESS},
    open_in_a_subscription_that_never_began: {C.SUBSCRIPTION_ACCESS},
    delivered_as_nothing_to_open: {C.DELIVERY},
    delivered_where_nothing_opens: {C.DELIVERY},
    delivered_as_declared: set(),
    recurring_without_subscription: {C.NO_SUBSCRIPTION},
    recurring_without_subscription_given_back: set(),
    once_without_subscription: set(),
    for_life_without_subscription: set(),
    recurring_with_subscription: set(),
    subscription_of_same_document: {C.SUBSCRIPTION_ELSEWHERE},
    subscription_of_same_invalid_document: set(),
    subscription_of_former_email: {C.SUBSCRIPTION_ELSEWHERE},
    subscription_bought_with_own_email: {C.SUBSCRIPTION_ELSEWHERE},
    subscription_of_same_card_and_name: {C.SUBSCRIPTION_ELSEWHERE, C.NO_SUBSCRIPTION},
    subscription_of_same_card_alone: {C.NO_SUBSCRIPTION},
    subscription_of_twin_is_over: set(),
    subscribed_to_one_plan_twice: {C.SUBSCRIBED_TWICE},
    subscribed_anew_while_the_first_ends: set(),
    charged_after_cancel: {C.PAID_AFTER_CANCEL},
    charged_before_cancel: set(),
    charged_after_cancel_and_given_back: set(),
    pix_of_yesterday: {C.STALE_PENDING},
    pix_of_today: set(),
    boleto_of_last_week: {C.STALE_PENDING},
    boleto_of_four_days: set(),
    card_of_an_hour: {C.STALE_PENDING},
    card_of_a_minute: set(),
    unknown_method_of_last_week: {C.STALE_PENDING},
    sale_that_jumped: {C.ILLEGAL_CHANGE},
    subscription_that_jumped: {C.ILLEGAL_CHANGE},
    sale_that_changed_legally: set(),
}
"""Each scene, and exactly the checks that fail in it."""
