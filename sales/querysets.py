"""Chainable reads of sales, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from atomicpay.workspaces.owned import OwnedQuerySet

from .states import PAID

if TYPE_CHECKING:
    from .models import Sale


class SaleQuerySet(OwnedQuerySet["Sale"]):
    """Reads of sales."""

    def real(self) -> Self:
        """Those that are not test data."""
        return self.filter(is_test=False)

    def paid(self) -> Self:
        """Those that count in gross: real, and approved at some time.

        Written as the index `sale_bought_i` has it, so that it can be used.
        """
        return self.filter(is_test=False, status__in=PAID)
