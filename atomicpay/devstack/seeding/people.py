"""Who may sign in to the demo: one person for each role, and one who belongs to both businesses."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from atomicpay.catalog.models import ProductGrant
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.workspaces.models import Membership, ProductAccess, User
from atomicpay.workspaces.permissions import Role

DEMO_PASSWORD = "aurora-boreal-demo"  # noqa: S105 -- of the demo alone, and printed by it
AURORA, BEACON = "aurora-cursos", "beacon-labs"


@dataclass(frozen=True)
class Person:
    """A member of a demo workspace, and what is worth trying as them."""

    slug: str
    email: str
    name: str
    role: Role
    hint: str
    language: str = ""
    extra: tuple[str, ...] = ()
    products: tuple[str, ...] | None = None

    @property
    def role_words(self) -> str:
        """The role, with what sets this member apart from others of it."""
        words = [str(self.role.label)]
        if self.products is not None:
            words.append("selected products")
        if self.extra:
            words.append("+ " + ", ".join(self.extra))
        return ", ".join(words)


PEOPLE = (
    Person(
        AURORA,
        "finance@aurora.example",
        "Rogério Assis",
        Role.FINANCE,
        "filter the sales, export them, check the receipt",
    ),
    Person(
        AURORA,
        "support@aurora.example",
        "Bianca Moraes",
        Role.SUPPORT_AGENT,
        "search mari.conceicao, a former email; open the customer",
        "pt-br",
    ),
    Person(
        AURORA,
        "manager@aurora.example",
        "Camila Rocha",
        Role.SUPPORT_MANAGER,
        "read the checks of Mariana Conceição de Araújo",
    ),
    Person(
        AURORA,
        "owner@aurora.example",
        "Helena Prado",
        Role.OWNER,
        "the switcher: a member of Beacon Labs as well",
    ),
    Person(
        AURORA,
        "admin@aurora.example",
        "Rafael Teles",
        Role.ADMIN,
        "the admin: members, products, the audit log",
    ),
    Person(
        AURORA,
        "project@aurora.example",
        "Igor Tavares",
        Role.PROJECT_MANAGER,
        "everything to read, nothing to change or export",
    ),
    Person(
        AURORA,
        "employee@aurora.example",
        "Lia Fontes",
        Role.EMPLOYEE,
        "only customers and sales, by permissions of her own",
        extra=("customers.view", "sales.view"),
    ),
    Person(
        AURORA,
        "agent@aurora.example",
        "Davi Moura",
        Role.SUPPORT_AGENT,
        "sees two products; totals are of these two",
        products=("caderno", "guia"),
    ),
    Person(
        BEACON,
        "owner@aurora.example",
        "Helena Prado",
        Role.ADMIN,
        "the same person in the other business",
    ),
    Person(
        BEACON,
        "owner@beacon.example",
        "Grace Whitfield",
        Role.OWNER,
        "amounts in USD, EUR and JPY, which are never added up",
    ),
    Person(
        BEACON,
        "finance@beacon.example",
        "Tom Okafor",
        Role.FINANCE,
        "an export of another time zone and other currencies",
    ),
)


def hire(shop: Shop, people: Iterable[Person] = PEOPLE) -> None:
    """Make the accounts and memberships of the workspace that is entered; an account that exists is kept."""
    password = make_password(DEMO_PASSWORD)
    for person in people:
        if person.slug != shop.workspace.slug:
            continue
        user, _made = User.objects.get_or_create(
            email=person.email,
            defaults={
                "name": person.name,
                "language": person.language,
                "password": password,
                "date_joined": shop.as_of,
            },
        )
        membership = Membership.objects.create(
            user=user,
            role=person.role,
            extra_permissions=list(person.extra),
            product_access=ProductAccess.ALL if person.products is None else ProductAccess.SELECTED,
            created_at=shop.as_of,
        )
        for key in person.products or ():
            ProductGrant.objects.create(membership=membership, product=shop.products[key])
        # Several people may share a role: the first one writes its notes and answers.
        shop.members.setdefault(person.role, membership)
