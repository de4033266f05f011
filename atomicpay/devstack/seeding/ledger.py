"""The rows of invented books while they are made up, and the one place that writes them."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

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
from sales.models import AccessGrant, Dispute, Payment, Refund, Sale, SaleEvent
from subscriptions.models import Subscription, SubscriptionEvent

# Each after what it points at.
ORDER: tuple[type[Any], ...] = (
    Customer,
    CustomerEmail,
    CustomerPhone,
    CustomerDocument,
    CustomerIdentity,
    CustomerTag,
    Note,
    Message,
    Subscription,
    SubscriptionEvent,
    Sale,
    SaleEvent,
    Payment,
    Refund,
    Dispute,
    AccessGrant,
)
BATCH = 1000


class Ledger:
    """Rows waiting to be written, by kind, and the running numbers that sources give to theirs."""

    def __init__(self, letters: str, first_number: int = 1000) -> None:
        self.letters, self.first_number = letters, first_number
        self.rows: dict[type[Any], list[Any]] = defaultdict(list)
        self._issued = 0

    def add(self, row: Any) -> Any:
        """Keep a row and give it back."""
        self.rows[type(row)].append(row)
        return row

    def next_id(self, kind: str) -> str:
        """An id as a provider would give it: unique in these books."""
        self._issued += 1
        return f"{kind}{self.letters}{self._issued:07d}"

    def access_of(self, of: Sale | Subscription) -> list[AccessGrant]:
        """The access that a sale or a subscription gave."""
        return [grant for grant in self.rows[AccessGrant] if of in (grant.sale, grant.subscription)]

    def number_sales(self) -> None:
        """Put the sales in the order of time and give them their references, as a shop's counter does."""
        sales = self.rows[Sale]
        sales.sort(key=lambda sale: (sale.ordered_at, sale.external_id))
        for number, sale in enumerate(sales, start=self.first_number):
            sale.reference = f"{self.letters}-{number:05d}"

    def write(self) -> None:
        """Write everything into the workspace that is entered; the database keeps the totals as it goes."""
        self.number_sales()
        for model in ORDER:
            rows = self.rows[model]
            if model is Sale:
                # A sale bought along with another points at it.
                model.objects.bulk_create([sale for sale in rows if not sale.parent_sale], batch_size=BATCH)
                rows = [sale for sale in rows if sale.parent_sale]
            if model is Customer:
                model.objects.bulk_create([row for row in rows if not row.merged_into], batch_size=BATCH)
                rows = [row for row in rows if row.merged_into]
            model.objects.bulk_create(rows, batch_size=BATCH)


def later(at: datetime, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """A moment after another."""
    return at + timedelta(days=days, hours=hours, minutes=minutes)
