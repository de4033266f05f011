"""Finding sales by what people have of one: its reference or a provider's id, a card, an amount, a day."""

from collections.abc import Collection
from typing import Final

from django.db.models import Q, QuerySet

from atomicpay.workspaces.distinct import distinct_values
from customers.search_amounts import Amount

from .currencies import currencies_of_sales
from .models import Payment, Sale

_AFTER_EVERY_CHARACTER: Final = "\U0010ffff"


def sales_named(spellings: Collection[str]) -> tuple[QuerySet[Sale], QuerySet[Sale]]:
    """The sales of that reference, and those of that external id, whole.

    The index of external ids begins with the provider, so each is named. Without, PostgreSQL 15 would read
    the workspace's whole index.
    """
    return (
        Sale.objects.filter(reference__in=spellings),
        Sale.objects.filter(provider__in=distinct_values(Sale, "provider"), external_id__in=spellings),
    )


def sales_whose_reference_begins(text: str) -> QuerySet[Sale]:
    """The sales whose reference begins with the text, as typed or in capitals."""
    return Sale.objects.filter(reference_begins(text))


def reference_begins(text: str) -> Q:
    """Written as ranges: LIKE is not leakproof, so that under row security it would not use the index."""
    condition = Q()
    for spelling in sorted({text, text.upper()}):
        condition |= Q(reference__gte=spelling, reference__lt=spelling + _AFTER_EVERY_CHARACTER)
    return condition


def payments_by_card(last_four: str) -> QuerySet[Payment]:
    """Payments by cards with these last four digits, those that failed as well."""
    return Payment.objects.filter(card_last4=last_four)


def amounts_in(amounts: Collection[Amount], column: str = "amount_charged") -> Q:
    """The amount is one of these, in a currency that it can be in.

    Currencies are those of the sales, so that the index, which begins with the currency, is used.
    """
    known = currencies_of_sales() if amounts else []
    condition = Q(pk__in=[])
    for amount in amounts:
        if fitting := [currency for currency in known if amount.may_be_in(currency)]:
            condition |= Q(**{"currency__in": fitting, column: amount.minor})
    return condition
