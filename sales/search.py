"""Finding sales by the words people have for one: its reference or a provider's id."""

from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from atomicpay.workspaces.scope import active_workspace_id

from .models import Payment, Sale
from .states import PaymentStatus

# The index of external ids begins with the provider. Naming each (there are a handful) keeps the look-up
# exact on every server; without them PostgreSQL 15 reads the workspace's whole index.
_PROVIDERS: Final = """
WITH RECURSIVE known AS (
  (SELECT provider FROM sale WHERE workspace_id = %s ORDER BY provider LIMIT 1)
  UNION ALL
  SELECT (SELECT next.provider FROM sale next WHERE next.workspace_id = %s AND next.provider > known.provider
           ORDER BY next.provider LIMIT 1)
    FROM known WHERE known.provider IS NOT NULL
)
SELECT provider FROM known WHERE provider IS NOT NULL
"""
_AFTER_EVERY_CHARACTER: Final = "\U0010ffff"


def sales_named(text: str) -> tuple[QuerySet[Sale], QuerySet[Sale]]:
    """The sales of that reference, and those of that external id, whole; small and capital letters alike."""
    spellings = {text, text.upper(), text.lower()}
    workspace = active_workspace_id()
    providers = RawSQL(_PROVIDERS, [workspace, workspace])  # noqa: S611 -- ids only
    return (
        Sale.objects.filter(reference__in=spellings),
        Sale.objects.filter(provider__in=providers, external_id__in=spellings),
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
