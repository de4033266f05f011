"""What the two invented businesses sell, and on which plans."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from atomicpay.catalog.models import PaymentModel, Plan, Product
from atomicpay.devstack.seeding.streams import public_id, stream
from atomicpay.workspaces.models import Membership, Workspace
from customers.models import Tag

MONTH, YEAR = Plan.Interval.MONTH, Plan.Interval.YEAR
AREA, MEMBERS = Product.Delivery.EXTERNAL_MEMBERS_AREA, Product.Delivery.ATOMIC_MEMBERS
FILE, LINKS, NOTHING = Product.Delivery.EBOOK_FILE, Product.Delivery.LINKS, Product.Delivery.NONE


@dataclass(frozen=True)
class Offer:
    """A plan: its key in this catalogue, its name, and its price in minor units."""

    key: str
    name: str
    amount: int
    currency: str = "BRL"
    interval: str = ""
    kind: str = Plan.Type.STANDARD
    trial_days: int = 0
    max_charges: int | None = None

    @property
    def payment_model(self) -> PaymentModel:
        if not self.interval:
            return PaymentModel.ONE_TIME
        return PaymentModel.INSTALLMENT_PLAN if self.max_charges else PaymentModel.RECURRING


@dataclass(frozen=True)
class Item:
    """A product and its plans."""

    key: str
    name: str
    kind: str
    delivery: str
    offers: tuple[Offer, ...]
    platform: str = ""
    status: str = Product.Status.ACTIVE
    refund_days: int = 7


@dataclass
class Shop:
    """A workspace with what its history is made of."""

    workspace: Workspace
    as_of: datetime
    seed: int
    products: dict[str, Product] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)

    def plan_of(self, key: str) -> Plan:
        """A plan by its key, "clube" or "clube/year"; its product is loaded."""
        return self.plans[key]


COURSE, EBOOK, COMMUNITY = Product.Kind.COURSE, Product.Kind.EBOOK, Product.Kind.COMMUNITY

AURORA_ITEMS = (
    Item("luz", "Luz e Cor", COURSE, AREA, (Offer("luz", "À vista", 69700),), "MemberKit"),
    Item(
        "aquarela",
        "Aquarela do Zero",
        COURSE,
        AREA,
        (
            Offer("aquarela", "À vista", 49700),
            Offer("aquarela/lifetime", "Vitalício", 79700, kind=Plan.Type.LIFETIME),
        ),
        "MemberKit",
    ),
    Item("retrato", "Retrato a Lápis", COURSE, AREA, (Offer("retrato", "À vista", 29700),), "MemberKit"),
    Item(
        "masterclass",
        "Color Theory Masterclass",
        COURSE,
        AREA,
        (Offer("masterclass", "One payment", 12900, "USD"),),
        "MemberKit",
    ),
    Item(
        "clube",
        "Clube Aurora",
        COMMUNITY,
        MEMBERS,
        (
            Offer("clube", "Mensal", 8900, interval=MONTH),
            Offer("clube/year", "Anual", 89000, interval=YEAR),
            Offer("clube/trial", "Mensal, 7 dias grátis", 8900, interval=MONTH, kind="trial", trial_days=7),
            Offer("clube/free", "Cortesia", 0, kind=Plan.Type.FREE),
        ),
    ),
    Item(
        "traco",
        "Comunidade Traço",
        COMMUNITY,
        MEMBERS,
        (Offer("traco", "Anual", 24000, interval=YEAR),),
        status=Product.Status.ARCHIVED,
    ),
    Item(
        "mentoria",
        "Mentoria Portfólio",
        Product.Kind.MENTORSHIP,
        AREA,
        (
            Offer("mentoria", "À vista", 119700),
            Offer("mentoria/12", "12 parcelas mensais", 10990, interval=MONTH, max_charges=12),
        ),
        "MemberKit",
        refund_days=15,
    ),
    Item("caderno", "Caderno de Cores", EBOOK, FILE, (Offer("caderno", "Ebook", 5700),)),
    Item("guia", "Guia de Aquarela", EBOOK, FILE, (Offer("guia", "Ebook", 4700),)),
    Item(
        "paleta",
        "Paleta Studio",
        Product.Kind.SOFTWARE,
        AREA,
        (
            Offer("paleta", "Mensal", 3900, interval=MONTH),
            Offer(
                "paleta/trial", "Mensal, 14 dias grátis", 3900, interval=MONTH, kind="trial", trial_days=14
            ),
        ),
        "Paleta",
    ),
    Item("texturas", "Kit de Texturas", Product.Kind.LINK_DELIVERY, LINKS, (Offer("texturas", "Kit", 3700),)),
    Item(
        "critica",
        "Crítica de Portfólio",
        Product.Kind.SERVICE,
        NOTHING,
        (Offer("critica", "Uma sessão", 35000),),
    ),
)

BEACON_ITEMS = (
    Item(
        "board",
        "Signal Board",
        Product.Kind.SOFTWARE,
        AREA,
        (
            Offer("board", "Monthly", 2900, "USD", MONTH),
            Offer("board/eur", "Monthly, EUR", 2700, "EUR", MONTH),
            Offer("board/jpy", "Monthly, JPY", 4200, "JPY", MONTH),
            Offer("board/year", "Yearly", 29000, "USD", YEAR),
            Offer("board/trial", "Monthly, 14-day trial", 2900, "USD", MONTH, "trial", 14),
        ),
        "Signal",
        refund_days=30,
    ),
    Item(
        "foundations",
        "Foundations of Analytics",
        COURSE,
        AREA,
        (
            Offer("foundations", "One payment", 24900, "USD"),
            Offer("foundations/eur", "One payment, EUR", 22900, "EUR"),
            Offer("foundations/jpy", "One payment, JPY", 36000, "JPY"),
            Offer("foundations/4", "Four payments", 6900, "USD", MONTH, max_charges=4),
        ),
        "Teachery",
        refund_days=30,
    ),
    Item(
        "handbook",
        "The Metrics Handbook",
        EBOOK,
        FILE,
        (
            Offer("handbook", "Ebook", 3900, "USD"),
            Offer("handbook/eur", "Ebook, EUR", 3500, "EUR"),
            Offer("handbook/jpy", "Ebook, JPY", 5800, "JPY"),
        ),
        refund_days=30,
    ),
    Item(
        "circle",
        "Beacon Circle",
        COMMUNITY,
        MEMBERS,
        (
            Offer("circle", "Monthly", 1500, "USD", MONTH),
            Offer("circle/eur", "Monthly, EUR", 1400, "EUR", MONTH),
        ),
        refund_days=30,
    ),
    Item(
        "hours",
        "Office Hours",
        Product.Kind.MENTORSHIP,
        NOTHING,
        (Offer("hours", "One session", 45000, "USD"),),
        refund_days=30,
    ),
    Item(
        "kit",
        "Dashboard Kit",
        Product.Kind.LINK_DELIVERY,
        LINKS,
        (Offer("kit", "Kit", 5900, "USD"), Offer("kit/eur", "Kit, EUR", 5500, "EUR")),
        refund_days=30,
    ),
)


def open_shop(workspace: Workspace, items: tuple[Item, ...], as_of: datetime, seed: int) -> Shop:
    """Write products and plans into the workspace that is entered."""
    shop = Shop(workspace, as_of, seed)
    chance = stream("catalogue", seed, workspace.slug)
    shop.products = {item.key: _product(item, public_id(chance)) for item in items}
    Product.objects.bulk_create(shop.products.values())
    shop.plans = {
        offer.key: Plan(
            public_id=public_id(chance),
            product=shop.products[item.key],
            name=offer.name,
            payment_model=offer.payment_model,
            plan_type=offer.kind,
            interval=offer.interval,
            max_charges=offer.max_charges,
            trial_days=offer.trial_days,
            amount=offer.amount,
            currency=offer.currency,
            external_id=f"plan-{offer.key}",
            is_active=item.status == Product.Status.ACTIVE,
        )
        for item, offer in _offers(items)
    }
    Plan.objects.bulk_create(shop.plans.values())
    return shop


def _offers(items: tuple[Item, ...]) -> Iterator[tuple[Item, Offer]]:
    for item in items:
        for offer in item.offers:
            yield item, offer


def _product(item: Item, identity: UUID) -> Product:
    links = [{"label": "Google Drive", "url": f"https://files.example/{item.key}"}]
    return Product(
        public_id=identity,
        name=item.name,
        kind=item.kind,
        status=item.status,
        external_id=f"prod-{item.key}",
        delivery=item.delivery,
        delivery_platform=item.platform,
        delivery_links=links if item.delivery == LINKS else [],
        access_within_minutes=None if item.delivery == NOTHING else 15,
        refund_days=item.refund_days,
    )
