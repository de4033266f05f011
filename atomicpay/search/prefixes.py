"""The prefix words as the help shows them, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext


@dataclass(frozen=True, slots=True)
class Prefix:
    """A prefix word, what it asks for, and an example of what may follow it."""

    word: str
    what: str
    example: str


def prefixes() -> list[Prefix]:
    """One prefix word for each thing that can be meant; `customers.search_text.PREFIXES` knows more."""
    return [
        Prefix(pgettext("prefix", "name"), gettext("Part of a name"), "mari conceição"),
        Prefix(pgettext("prefix", "email"), gettext("An email, or part of one"), "mari@correio.example"),
        Prefix(pgettext("prefix", "phone"), gettext("A phone, or part of one"), "(11) 91234-5678"),
        Prefix(pgettext("prefix", "doc"), gettext("A CPF, CNPJ or other document, whole"), "529.982.247-25"),
        Prefix(pgettext("prefix", "ref"), gettext("A reference, external id or code"), "HP1234"),
        Prefix(pgettext("prefix", "product"), gettext("Part of a product’s name"), "aquarela"),
        Prefix(pgettext("prefix", "card"), gettext("The last four digits of a card"), "4242"),
        Prefix(pgettext("prefix", "amount"), gettext("An exact amount"), "R$ 97,00"),
        Prefix(
            pgettext("prefix", "date"),
            gettext("A day: of the order, the start, the next charge"),
            "02/03/2026",
        ),
        Prefix(
            pgettext("prefix", "message"),
            gettext("Words of a support message: finds its customer"),
            "não consigo entrar",
        ),
    ]
