"""The two businesses of the demo, written once: their people, what they sell, their customers' histories."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from atomicpay.attention.models import Rounds
from atomicpay.attention.services import check_customers
from atomicpay.devstack.seeding.catalogue import AURORA_ITEMS, BEACON_ITEMS, Item, Shop, open_shop
from atomicpay.devstack.seeding.crowd import AURORA_TASTE, BEACON_TASTE, Taste, draw_customer
from atomicpay.devstack.seeding.ledger import Ledger
from atomicpay.devstack.seeding.lookalikes import lookalikes
from atomicpay.devstack.seeding.merges import merge_what_was_found_twice
from atomicpay.devstack.seeding.people import AURORA, BEACON, hire
from atomicpay.devstack.seeding.schedules import schedule_exports
from atomicpay.devstack.seeding.situations import aurora_situations, beacon_situations
from atomicpay.devstack.seeding.templates import share_templates
from atomicpay.devstack.seeding.views import share_views
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import active_workspace_id, enter
from customers.duplicates.scanning import look_at_everybody
from customers.models import Customer

SEED = 7
CUSTOMERS = 600


@dataclass(frozen=True)
class Business:
    """A demo workspace before it is made; `share` is its part of the customers."""

    slug: str
    letters: str
    fields: dict[str, str]
    items: tuple[Item, ...]
    taste: Taste
    situations: Callable[[Shop, Ledger], None]
    share: float


BUSINESSES = (
    Business(
        AURORA,
        "AC",
        {
            "name": "Aurora Cursos",
            "legal_name": "Aurora Cursos de Arte Ltda.",
            "document": "12ABC34501DE35",
            "contact_email": "contato@aurora.example",
            "default_currency": "BRL",
            "timezone": "America/Sao_Paulo",
            "colour": Workspace.Colour.TEAL,
        },
        AURORA_ITEMS,
        AURORA_TASTE,
        aurora_situations,
        2 / 3,
    ),
    Business(
        BEACON,
        "BL",
        {
            "name": "Beacon Labs",
            "legal_name": "Beacon Labs Ltd",
            "contact_email": "hello@beacon.example",
            "default_currency": "USD",
            "timezone": "Europe/London",
            "colour": Workspace.Colour.INDIGO,
        },
        BEACON_ITEMS,
        BEACON_TASTE,
        beacon_situations,
        1 / 3,
    ),
)


def midnight_today() -> datetime:
    """The moment at which the demo's books end unless another is given."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def seed_demo(
    customers: int = CUSTOMERS, *, seed: int = SEED, as_of: datetime | None = None
) -> dict[str, int | None]:
    """Make each demo workspace that is not there yet; gives the customers made in it, None where it was.

    `as_of` is when the books end; every other moment in them counts back from it.
    """
    moment = as_of or midnight_today()
    return {
        business.slug: None
        if Workspace.objects.filter(slug=business.slug).exists()
        else found(business, round(customers * business.share), seed, moment)
        for business in BUSINESSES
    }


def found(business: Business, customers: int, seed: int, as_of: datetime) -> int:
    """Make one workspace with everything in it, or nothing at all."""
    with transaction.atomic():
        workspace = Workspace.objects.create(
            slug=business.slug, created_at=as_of, registration="company", **business.fields
        )
        with enter(workspace.pk):
            shop = open_shop(workspace, business.items, as_of, seed)
            hire(shop)
            ledger = draw(business, shop, customers)
            ledger.write()
            merge_what_was_found_twice(as_of)
            share_views(shop)
            share_templates(shop)
            schedule_exports(shop)
            check_all(as_of)
    return customers


def check_all(as_of: datetime) -> None:
    """What the worker would find within minutes is there when the demo opens."""
    check_customers(list(Customer.objects.values_list("pk", flat=True)), at=as_of)
    Rounds.objects.create(checked_until=as_of, round_began_at=as_of, round_ended_at=as_of)
    look_at_everybody(active_workspace_id())


def draw(business: Business, shop: Shop, customers: int) -> Ledger:
    """Make up the books without writing them."""
    ledger = Ledger(business.letters)
    business.situations(shop, ledger)
    for number in range(1, customers + 1):
        draw_customer(shop, ledger, business.taste, number)
    if business.slug == AURORA:
        lookalikes(shop, ledger)
    return ledger
