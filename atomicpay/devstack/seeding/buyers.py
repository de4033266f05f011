"""An invented customer: who they are, how they can be reached, and what was said about and with them."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.documents import make_cnpj, make_cpf, mask_cnpj, mask_cpf
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.names import Place
from atomicpay.devstack.seeding.streams import public_id, stream
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    CustomerTag,
    DocumentKind,
    Message,
    Note,
    Tag,
)


@dataclass(frozen=True)
class Card:
    """Of a card nothing more than this is ever known."""

    brand: str
    last4: str


@dataclass
class Buyer:
    """A customer whose history is being made up."""

    shop: Shop
    ledger: Ledger
    chance: random.Random
    customer: Customer
    provider: str
    cards: list[Card] = field(default_factory=list)

    @property
    def born(self) -> datetime:
        """When the shop first heard of them."""
        return self.customer.created_at

    def known_by_email(
        self, address: str, *, since: datetime | None = None, until: datetime | None = None, main: bool = True
    ) -> CustomerEmail:
        """An email, main or former."""
        if main:
            self.customer.email = address
        email: CustomerEmail = self.ledger.add(
            CustomerEmail(
                customer=self.customer,
                address=address,
                normalised=address.lower(),
                is_primary=main,
                source=self.provider,
                first_seen_at=since or self.born,
                last_seen_at=until or self.shop.as_of,
            )
        )
        return email

    def known_by_phone(self, digits: str, *, written: str = "") -> None:
        """A phone with its country code; `written` is how a source wrote it."""
        self.customer.phone = written or f"+{digits}"
        self.ledger.add(
            CustomerPhone(
                customer=self.customer,
                number=self.customer.phone,
                digits=digits,
                is_primary=True,
                source=self.provider,
                first_seen_at=self.born,
                last_seen_at=self.shop.as_of,
            )
        )

    def known_by_document(self, kind: DocumentKind, normalised: str, *, valid: bool = True) -> None:
        """A CPF or CNPJ, kept as received even when its check digits are wrong."""
        number = mask_cnpj(normalised) if kind == DocumentKind.CNPJ else mask_cpf(normalised)
        customer = self.customer
        customer.document, customer.document_kind, customer.document_valid = normalised, kind, valid
        self.ledger.add(
            CustomerDocument(
                customer=customer,
                kind=kind,
                number=number,
                normalised=normalised,
                is_valid=valid,
                is_primary=True,
                source=self.provider,
                first_seen_at=self.born,
                last_seen_at=self.shop.as_of,
            )
        )

    def known_to(self, provider: str, external_id: str = "") -> None:
        """The id a provider gave them."""
        self.ledger.add(
            CustomerIdentity(
                customer=self.customer,
                provider=provider,
                external_id=external_id or self.ledger.next_id("buyer-"),
                is_primary=True,
                source=provider,
                first_seen_at=self.born,
                last_seen_at=self.shop.as_of,
            )
        )

    def is_tagged(self, *words: str) -> None:
        """Tags, made when first used."""
        for word in words:
            tag = self.shop.tags.get(word)
            if tag is None:
                tag = self.shop.tags[word] = Tag.objects.create(name=word)
            member = self.shop.members.get("support_agent")
            self.ledger.add(
                CustomerTag(
                    customer=self.customer, tag=tag, added_by=member, added_at=later(self.born, days=3)
                )
            )

    def is_noted(self, body: str, at: datetime, role: str = "admin") -> None:
        """A note of the team."""
        author = self.shop.members.get(role)
        self.ledger.add(Note(customer=self.customer, body=body, author=author, created_at=at))

    def writes(self, body: str, at: datetime, *, subject: str = "", channel: str = "email") -> None:
        """A message from the buyer to support."""
        self._message(Message.Direction.IN, body, at, subject, channel)

    def is_answered(self, body: str, at: datetime, *, subject: str = "", channel: str = "email") -> None:
        """A message from support to the buyer."""
        self._message(Message.Direction.OUT, body, at, subject, channel)

    def _message(self, direction: str, body: str, at: datetime, subject: str, channel: str) -> None:
        author = self.shop.members.get("support_agent") if direction == Message.Direction.OUT else None
        number = self.ledger.next_id("ticket-")
        self.ledger.add(
            Message(
                public_id=public_id(self.chance),
                customer=self.customer,
                channel=channel,
                direction=direction,
                subject=subject,
                body=body,
                author=author,
                author_name=self.customer.name if author is None else "",
                sent_at=at,
                url=f"https://helpdesk.example/tickets/{number}",
                provider="helpdesk",
                external_id=number,
                created_at=at,
            )
        )


def meet(
    shop: Shop,
    ledger: Ledger,
    *,
    name: str,
    at: datetime,
    email: str = "",
    place: Place | None = None,
    provider: str = "",
    is_test: bool = False,
    phone: bool = True,
    document: bool = True,
) -> Buyer:
    """A new customer with what a checkout asks for; a document is made up for Brazilians alone."""
    chance = stream("buyer", shop.seed, shop.workspace.slug, ledger.next_id("customer-"))
    is_brazilian = shop.workspace.default_currency == "BRL"
    place = place or chance.choice(names.BRAZILIAN_PLACES if is_brazilian else names.FOREIGN_PLACES)
    provider = provider or chance.choice(("hotmart", "kiwify") if is_brazilian else ("stripe", "gumroad"))
    customer = Customer(
        public_id=public_id(chance),
        name=name,
        country=place.country,
        city=place.city,
        state=place.state,
        postal_code=names.postal_code(chance, place),
        locale={"BR": "pt-BR", "PT": "pt-PT", "JP": "ja"}.get(place.country, "en"),
        is_test=is_test,
        created_at=at,
    )
    ledger.add(customer)
    buyer = Buyer(shop, ledger, chance, customer, provider)
    brand = chance.choice(("visa", "mastercard", "elo" if is_brazilian else "amex"))
    buyer.cards.append(Card(brand, f"{chance.randrange(10_000):04d}"))
    if email:
        buyer.known_by_email(email)
    if phone:
        buyer.known_by_phone(names.phone_digits(chance, place))
    if document and place.country == "BR":
        buyer.known_by_document(DocumentKind.CPF, make_cpf(chance))
    buyer.known_to(provider)
    return buyer


def company_document(buyer: Buyer, *, letters: bool) -> None:
    """A CNPJ, of the kind with letters or of the old kind."""
    buyer.known_by_document(DocumentKind.CNPJ, make_cnpj(buyer.chance, letters=letters))
