"""Chainable reads of customers, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from atomicpay.workspaces.owned import OwnedQuerySet

if TYPE_CHECKING:
    from .models import Customer  # noqa: F401 -- named in a string below


class CustomerQuerySet(OwnedQuerySet["Customer"]):
    """Reads of customers."""

    def listed(self) -> Self:
        """Those the list shows by default: not archived, not merged into another, not test data.

        The condition is written as the index `customer_listed_i` has it, so that counts can use it.
        """
        return self.filter(Q(archived_at=None, merged_into=None, is_test=False))

    def without_search_text(self) -> Self:
        """Leave out the wide columns that only search reads."""
        return self.defer("haystack", "contacts_text")
