"""Finding subscriptions by the code that a provider gave them."""

from collections.abc import Collection

from django.db.models import QuerySet

from atomicpay.workspaces.distinct import distinct_values

from .models import Subscription


def subscriptions_named(spellings: Collection[str]) -> QuerySet[Subscription]:
    """The subscriptions of that code, whole; by each provider, with which the index begins."""
    providers = distinct_values(Subscription, "provider")
    return Subscription.objects.filter(provider__in=providers, external_id__in=spellings)
