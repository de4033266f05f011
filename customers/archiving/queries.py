"""What an act on a whole customer would touch, counted before it is done. Nothing is changed here."""

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from atomicpay.saved_views.models import SavedView
from atomicpay.saved_views.queries import views_of
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    CustomerTag,
    Message,
    Note,
)
from exports.models import Schedule
from sales.models import Dispute, Refund, Sale
from sales.queries import Spend, spend_of_customers
from sales.states import DisputeStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription

RUNNING: Final = (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE)
"""Subscriptions that something will still be charged for, or that wait for it."""

_MOST_SCHEDULES: Final = 50
"""So many are looked at, the oldest first: each is a query of its own."""

_KEPT_ABOUT: Final = (
    *(CustomerEmail, CustomerPhone, CustomerDocument, CustomerIdentity),
    *(CustomerTag, Note, Message),
)


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What speaks against hiding or erasing somebody: subscriptions that run, disputes that are open."""

    subscriptions: int
    disputes: int

    def __bool__(self) -> bool:
        return bool(self.subscriptions or self.disputes)


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much the books hold of one customer: `about` by model, and what they bought."""

    sales: int
    refunds: int
    disputes: int
    subscriptions: int
    spend: list[Spend]
    about: dict[str, int]


def open_matters(customer: Customer) -> OpenMatters:
    """Subscriptions and disputes of a customer that have not come to an end."""
    return OpenMatters(
        Subscription.objects.filter(customer=customer, status__in=RUNNING).count(),
        Dispute.objects.filter(customer=customer, status=DisputeStatus.OPEN, is_test=False).count(),
    )


def holdings_of(customer: Customer) -> Holdings:
    """What there is of a customer, test sales among it."""
    return Holdings(
        sales=Sale.objects.filter(customer=customer).count(),
        refunds=Refund.objects.filter(customer=customer).count(),
        disputes=Dispute.objects.filter(customer=customer).count(),
        subscriptions=Subscription.objects.filter(customer=customer).count(),
        spend=spend_of_customers([customer.pk])[customer.pk],
        about={model.__name__: model.objects.filter(customer=customer).count() for model in _KEPT_ABOUT},
    )


def views_that_lose(customer: Customer, member: Membership) -> list[SavedView]:
    """The saved views of the member, shared ones among them, that list the customer and would no longer.

    At most twice as many as one list may have are looked at (`saved_views.services.MOST_VIEWS`). Those that
    ask for archived customers keep the customer.
    """
    views = views_of(get_list_page("customers"), member)
    return [view for view in views if _would_lose(view.query, customer, member)]


def schedules_that_lose(customer: Customer, member: Membership) -> list[Schedule]:
    """The scheduled exports of customers, of those that the member sees, that would lose the customer."""
    scheduled = Schedule.objects.visible_to(member).active().filter(page="customers")
    queries = {
        schedule: schedule.view.query if schedule.view else schedule.query
        for schedule in scheduled.select_related("view").order_by("pk")[:_MOST_SCHEDULES]
    }
    return [schedule for schedule, query in queries.items() if _would_lose(query, customer, member)]


def _would_lose(query: str, customer: Customer, member: Membership) -> bool:
    """Whether a query of the customer list has the customer, and would not once they are archived."""
    state = get_list_page("customers").parse(QueryDict(query), member)
    leaves_out = state.is_valid and state.value("archived") in (None, "", "leave_out")
    return leaves_out and state.queryset().order_by().filter(pk=customer.pk).exists()
