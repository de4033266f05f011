"""Emails, phones and addresses as two records are compared by them; what was received stays as it is."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

CONSUMER_DOMAINS: Final = (
    *("gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "yahoo.com.br", "uol.com.br", "bol.com.br"),
    *("terra.com.br", "icloud.com", "live.com", "hotmail.com.br", "outlook.com.br", "ig.com.br"),
    *("globo.com", "msn.com", "protonmail.com", "me.com", "aol.com"),
)
"""Where everybody may have a mailbox; only these are read out of a mistyped one."""

ROLES: Final = frozenset(
    [
        "info",
        "contato",
        "contact",
        "admin",
        "financeiro",
        "finance",
        "vendas",
        "sales",
        "suporte",
        "support",
        "billing",
        "hello",
        "ola",
        "compras",
        "loja",
        "teste",
        "test",
        "noreply",
        "comercial",
        "atendimento",
        "faturamento",
        "cobranca",
        "nfe",
        "rh",
    ]
)
"""Mailboxes of a desk, not of a person."""

_GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})
_SLIPPED_ENDS: Final = (
    *(".com", ".com.br", ".co", ".con", ".cm", ".comm", ".om", ".cmo", ".com.be", ".combr", ".net"),
)
# One letter more than half of a short domain away is another domain.
_SHORT_DOMAIN: Final = 10
_FREE_CALL: Final = re.compile(r"55(?:800|300)|1(?:800|833|844|855|866|877|888)")
_SHORTEST_PHONE, _LONGEST_PHONE = 10, 15


def fold(text: str) -> str:
    """Letters a to z, digits and single spaces."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", bare.lower()).split())


def email_to_compare(address: str) -> str:
    """The mailbox an email most likely means: without a +tag, at Gmail without dots, slips of known domains
    put right. "" for what is no email."""
    address = address.strip().lower()
    if address.count("@") != 1:
        return ""
    local, domain = address.split("@")
    domain = meant_domain(domain.strip("."))
    local = local.split("+", 1)[0]
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local and domain else ""


@lru_cache(maxsize=65_536)
def meant_domain(domain: str) -> str:
    """The consumer domain that this one is a slip of, if just one is nearest; else the domain itself."""
    if domain in CONSUMER_DOMAINS or not domain.endswith(_SLIPPED_ENDS):
        return domain
    near = sorted(
        (distance, known)
        for known in CONSUMER_DOMAINS
        if known[0] == domain[0]
        and (distance := DamerauLevenshtein.distance(domain, known, score_cutoff=2))
        <= (1 if len(known) < _SHORT_DOMAIN else 2)
    )
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return domain
    return near[0][1]


def phone_to_compare(digits: str) -> str:
    """Digits with the country code; "" for one that is no whole number or that nobody owns."""
    is_whole = _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE
    return digits if is_whole and not _FREE_CALL.match(digits) else ""


def is_role(local: str) -> bool:
    """Whether the part before the @ names a desk."""
    return local in ROLES


def house_number(street: str) -> str:
    """The first number in a folded street."""
    found = re.search(r"\d+", street)
    return found[0] if found else ""
