"""How large the books are and who stands out in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SALES_EACH, SIXTY_SALES = 6, 60
YEARS = 3
WHALE_EMAIL, SIXTY_EMAIL = "whale@seed.example", "sixty@seed.example"
"""The customers with 20,000 and with 60 sales, whose pages are measured."""

# From here on the tables are loaded bare; below it, through the triggers, as any other writer's rows.
LEAST, BARE_FROM = 10, 50_000


@dataclass(frozen=True)
class Plan:
    """The shape of the books. Customer k is the k-th to come; sale i the i-th to be made.

    Every sixth sale is the first of a new customer, the others are of one who came before: the longer ago,
    the more, so that a few have very many and most have few, six in the middle.
    """

    workspace: int
    timezone: str
    customers: int
    seed: int
    as_of: datetime
    products: tuple[int, ...]
    plans: tuple[int, ...]
    recurring_products: tuple[int, ...]
    recurring_plans: tuple[int, ...]

    @property
    def start(self) -> datetime:
        return self.as_of - timedelta(days=365 * YEARS)

    @property
    def sales(self) -> int:
        """Sales but those of the two who stand out."""
        return self.customers * SALES_EACH

    @property
    def seconds_between_sales(self) -> float:
        return (self.as_of - self.start).total_seconds() / (self.sales + 1)

    @property
    def whale(self) -> int:
        return self.customers // 2

    @property
    def whale_sales(self) -> int:
        """20,000, or a fifth of a customer each in small books."""
        return 20_000 if self.customers >= 10_000 else max(70, self.customers // 5)

    @property
    def sixty(self) -> int:
        return self.customers // 3

    @property
    def last_sale(self) -> int:
        """The number of the last sale: after those of all come the whale's own, then the sixty's."""
        return self.sales + self.whale_sales - 1 + SIXTY_SALES - 1
