"""What speaks against making one customer of several: what forbids it, and what must only be known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from customers.duplicates.models import Suggestion
from customers.duplicates.queries import kept_apart_among
from customers.models import Customer, CustomerDocument, DocumentKind
from sales.models import Dispute
from sales.states import DisputeStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription

from .decisions import Act
from .errors import AlreadyMerged, DocumentsDiffer, NotFoundHere, StillAsked, SurvivorIsAnonymised
from .plan import relations_that

RUNNING: Final = (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE)


@dataclass(frozen=True, slots=True)
class Concerns:
    """What must be known before; `cpfs_differ` also needs to be said to be right.

    plans      names of plans or products to which more than one of them is subscribed
    countries  the different countries, where there are several
    apart      pairs of whom somebody said that they are not the same person
    """

    cpfs_differ: bool = False
    plans: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    anonymised: list[Customer] = field(default_factory=list)
    tests: list[Customer] = field(default_factory=list)
    open_disputes: int = 0
    apart: list[Suggestion] = field(default_factory=list)


def concerns_of(records: Sequence[Customer], documents: Iterable[CustomerDocument]) -> Concerns:
    """What somebody who merges these records has to know."""
    ids = [each.pk for each in records]
    tests = [each for each in records if each.is_test]
    countries = sorted({each.country for each in records if each.country})
    return Concerns(
        cpfs_differ=_differ(
            (each.customer_id, each.normalised)
            for each in documents
            if each.kind == DocumentKind.CPF and each.is_valid
        ),
        plans=_plans_of_several(ids),
        countries=countries if len(countries) > 1 else [],
        anonymised=[each for each in records if each.is_anonymised],
        tests=tests if len(tests) < len(records) else [],
        open_disputes=Dispute.objects.filter(
            customer__in=ids, status=DisputeStatus.OPEN, is_test=False
        ).count(),
        apart=kept_apart_among(ids),
    )


def assert_may_become_one(ids: Sequence[int], held: Mapping[int, Customer], *, is_forced: bool) -> None:
    """Raise the subclass of CannotMerge that says what forbids it; the survivor's id comes first."""
    if not set(ids) <= held.keys():
        raise NotFoundHere
    records = [held[customer_id] for customer_id in ids]
    for each in records:
        if each.merged_into_id is not None:
            into = Customer.objects.filter(pk=each.merged_into_id).values_list("public_id", flat=True)
            raise AlreadyMerged(each.public_id, into.first())
    if records[0].is_anonymised and not all(each.is_anonymised for each in records):
        raise SurvivorIsAnonymised
    cpfs = CustomerDocument.objects.filter(customer__in=ids, kind=DocumentKind.CPF, is_valid=True)
    if not is_forced and _differ(cpfs.values_list("customer_id", "normalised")):
        raise DocumentsDiffer
    for relation in relations_that(Act.REFUSE):
        if relation.model.objects.filter(**{f"{relation.field.name}__in": ids}).exists():
            raise StillAsked(relation.label)


def _differ(cpfs: Iterable[tuple[int, str]]) -> bool:
    """Whether two customers have valid CPFs and none in common."""
    by_customer: dict[int, set[str]] = {}
    for customer_id, number in cpfs:
        by_customer.setdefault(customer_id, set()).add(number)
    known = list(by_customer.values())
    return any(not one & other for place, one in enumerate(known) for other in known[:place])


def _plans_of_several(ids: Sequence[int]) -> list[str]:
    running = Subscription.objects.filter(customer__in=ids, status__in=RUNNING)
    subscribers: dict[tuple[str, Any], set[int]] = {}
    for customer_id, product, plan, plan_id in running.values_list(
        "customer_id", "product__name", "plan__name", "plan_id"
    ).distinct():
        name = f"{product}, {plan}" if plan else product
        subscribers.setdefault((name, plan_id), set()).add(customer_id)
    return sorted(name for (name, _plan), customers in subscribers.items() if len(customers) > 1)
