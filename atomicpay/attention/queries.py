"""Reads of the checks: what is suspected of customers, what was found before, and how far the worker is."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils import timezone

from atomicpay.workspaces.scope import active_scope
from customers.models import Customer
from sales.models import Sale
from subscriptions.models import Subscription

from .facts import Facts, Suspect
from .models import Finding, Rounds
from .statement import statement

_statement = lru_cache(statement)


def facts_of_customer(customer: Customer) -> Facts:
    """What the page of a customer checks: one query, however many sales there are."""
    if customer.is_test or customer.merged_into_id is not None:
        return Facts(timezone.now())
    return _facts([customer.pk])


def facts_of_sale(sale: Sale) -> Facts:
    """What the page of a sale checks: itself, and its subscription."""
    if sale.is_test or sale.customer.is_test:
        return Facts(timezone.now())
    facts = _facts([sale.customer_id], sale=sale.pk)
    return Facts(
        facts.at,
        tuple(
            each
            for each in facts.suspects
            if (each.sale and each.sale.id == sale.pk)
            or (each.subscription and each.subscription.id == sale.subscription_id)
        ),
        facts.looked_at,
    )


def facts_of_subscription(subscription: Subscription) -> Facts:
    """What the page of a subscription checks: itself, and its charges."""
    if subscription.customer.is_test:
        return Facts(timezone.now())
    facts = _facts([subscription.customer_id], subscription=subscription.pk)
    return Facts(
        facts.at,
        tuple(
            each
            for each in facts.suspects
            if each.sale
            or (each.subscription and each.subscription.id == subscription.pk)
            or any(ref.id == subscription.pk for ref in each.together)
        ),
        facts.looked_at,
    )


def suspects_of(customers: Sequence[int], at: datetime) -> list[Suspect]:
    """What is suspected of many customers, in one query."""
    return list(_read(customers, at)[0])


def _facts(customers: Sequence[int], **only: int) -> Facts:
    at = timezone.now()
    suspects, looked_at = _read(customers, at, with_counts=True, **only)
    return Facts(at, suspects, looked_at)


def _read(
    customers: Sequence[int], at: datetime, *, with_counts: bool = False, **only: int
) -> tuple[tuple[Suspect, ...], Mapping[str, int]]:
    """The statement's rows; `only` names a sale or a subscription."""
    scope = active_scope()
    sql = _statement(
        is_limited=scope.products is not None,
        with_counts=with_counts,
        of_sale="sale" in only,
        of_charges="subscription" in only,
    )
    values: dict[str, Any] = {"workspace": scope.workspace_id, "customers": list(customers), "at": at, **only}
    if scope.products is not None:
        values["products"] = list(scope.products)
    looked_at: Mapping[str, int] = {}
    suspects = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    for customer_id, check, product_id, subject, total, data in rows:
        if customer_id == 0:
            looked_at = _json(data)
        else:
            known = _json(data) | {"product_id": product_id, "subject": subject}
            suspects.append(Suspect.read(customer_id, check, total, known))
    return tuple(suspects), looked_at


def _json(data: Any) -> Any:
    # The ORM reads JSON by its fields, and so keeps the driver from doing it.
    return json.loads(data) if isinstance(data, str) else data


def findings_of(customer_id: int) -> list[Finding]:
    """What is kept of a customer's findings, for whoever may see them: their dismissals, above all."""
    kept = Finding.objects.filter(customer_id=customer_id).select_related("dismissed_by__user")
    return list(kept.defer("dismissed_by__user__password"))


def dismissals_of(customer_id: int) -> list[Finding]:
    """Those that were dismissed at some time."""
    return [finding for finding in findings_of(customer_id) if finding.dismissed_at]


def rounds() -> Rounds | None:
    """How far the worker is in this workspace; None before it has begun."""
    return Rounds.objects.first()
