"""Finding sales by the words people have for one: its reference or a provider's id."""

from typing import Final

from django.db.models import QuerySet

from atomicpay.workspaces.distinct import distinct_values

from .models import Payment, Sale
from .states import PaymentStatus

_AFTER_EVERY_CHARACTER: Final = "\U0010ffff"


def sales_named(text: str) -> tuple[QuerySet[Sale], QuerySet[Sale]]:
    """The sales of that reference, and those of that external id, whole; small and capital letters alike.

    The index of external ids begins with the provider, so each is named. Without, PostgreSQL 15 would read
    the workspace's whole index.
    """
    spellings = {text, text.upper(), text.lower()}
    return (
        Sale.objects.filter(reference__in=spellings),
        Sale.objects.filter(provider__in=distinct_values(Sale, "provider"), external_id__in=spellings),
    )


def sales_whose_reference_begins(text: str) -> QuerySet[Sale]:
    """The sales whose reference begins with the text, as typed or in capitals.

    Written as ranges: LIKE is not leakproof, so that under row security it would not use the index.
    """
    found = Sale.objects.none()
    for spelling in {text, text.upper()}:
        found |= Sale.objects.filter(reference__gte=spelling, reference__lt=spelling + _AFTER_EVERY_CHARACTER)
    return found


def payments_by_card(last_four: str) -> QuerySet[Payment]:
    """Paid payments by cards with these last four digits."""
    return Payment.objects.filter(card_last4=last_four, status=PaymentStatus.PAID)
