"""Records that may be of one person, some for each band; made after the crowd, which stays as it is."""

from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.buyers import meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.memberships import subscribe
from atomicpay.devstack.seeding.purchases import PIX, Terms, buy

CAMPINAS, CURITIBA = names.BRAZILIAN_PLACES[1], names.BRAZILIAN_PLACES[4]


def lookalikes(shop: Shop, ledger: Ledger) -> None:
    """A person of three records, a likely and a possible one, and a family who is not one person."""
    for situation in (three_records, same_name_in_one_town, same_name_elsewhere, mother_and_daughter):
        situation(shop, ledger)


def three_records(shop: Shop, ledger: Ledger) -> None:
    """Almost certain: one mailbox, with a tag and mistyped, and one phone; one record subscribes."""
    phone = "5519988450143"
    for name, email, days, plan in (
        ("Marília Quintão Alves", "marilia.quintao@gmail.com", 300, "aquarela"),
        ("Marilia Quintao Alves", "marilia.quintao+atelie@gmail.com", 150, "clube"),
        ("Marília Q. Alves", "marilia.quintao@gmial.com", 40, "luz"),
    ):
        at = later(shop.as_of, days=-days)
        buyer = meet(shop, ledger, name=name, at=at, email=email, place=CAMPINAS, phone=False, document=False)
        buyer.known_by_phone(phone)
        if plan == "clube":
            subscribe(buyer, shop.plan_of(plan), at)
        else:
            buy(buyer, shop.plan_of(plan), at, Terms(PIX))


def same_name_in_one_town(shop: Shop, ledger: Ledger) -> None:
    """Likely: an uncommon name in one town, and nothing else in common."""
    for email, days in (("ztavares77@correio.example", 210), ("atelie.zt@mail.example", 30)):
        at = later(shop.as_of, days=-days)
        buyer = meet(shop, ledger, name="Zenaide Tavares", at=at, email=email, place=CURITIBA, document=False)
        buy(buyer, shop.plan_of("guia"), at, Terms(PIX))


def same_name_elsewhere(shop: Shop, ledger: Ledger) -> None:
    """Possible: an uncommon name, and nothing else in common."""
    for email, days in (("leda.nogueira@correio.example", 90), ("contato@ledinha.example", 20)):
        at = later(shop.as_of, days=-days)
        buyer = meet(shop, ledger, name="Leda Nogueira Sampaio", at=at, email=email, document=False)
        buy(buyer, shop.plan_of("guia"), at, Terms(PIX))


def mother_and_daughter(shop: Shop, ledger: Ledger) -> None:
    """Not one person: a phone and a surname in common, and different first names and documents."""
    for name, email in (
        ("Dalva Corrêa Bastos", "dalva.bastos@correio.example"),
        ("Nívea Corrêa Bastos", "nivea.bastos@correio.example"),
    ):
        at = later(shop.as_of, days=-60)
        buyer = meet(shop, ledger, name=name, at=at, email=email, place=CURITIBA, phone=False)
        buyer.known_by_phone("5541997720168")
        buy(buyer, shop.plan_of("guia"), at, Terms(PIX))
