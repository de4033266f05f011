"""Who is nearly meant: an email or a name one letter away, another spelling of the same mailbox.

Bounded by what is typed and not by the books: every text that is one edit away is put together here, and each
is looked up by an index. A text of thirty letters has about 2,300 of them, which takes milliseconds at a
million customers. `people_like` is the one function that others call, to be exchanged for a better one.
"""

import string
import unicodedata
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from atomicpay.workspaces.scope import active_workspace_id
from customers.models import Customer, CustomerEmail

from .facts import How
from .keys import Keys

NEAR: Final = 3
"""So many near misses are named."""

_SHORTEST: Final = 4
_LONGEST: Final = 60
_LETTERS: Final = string.ascii_lowercase + string.digits
_IN_EMAILS: Final = _LETTERS + "._-"
_IN_NAMES: Final = string.ascii_lowercase + " "
# Mailboxes whose dots do not count. A tag after a plus is left out of every address.
_DOTS_DO_NOT_COUNT: Final = frozenset({"gmail.com", "googlemail.com"})
_MOST_DOTS: Final = 2

# Each spelling is looked up by itself: given one list, the planner would rather read the whole index.
# Only ids: the ORM adds the scope of the member.
_BY_EMAIL: Final = """
SELECT known.id FROM unnest(%s::text[]) spelling CROSS JOIN LATERAL (
  SELECT id FROM customer_email WHERE workspace_id = %s AND normalised = spelling COLLATE "C" LIMIT 3) known
"""

# A name that is the text, or begins with it and a space.
_BY_NAME: Final = """
SELECT named.id FROM unnest(%s::text[]) spelling CROSS JOIN LATERAL (
  SELECT id FROM customer
   WHERE workspace_id = %s AND name_sort >= spelling COLLATE "C" AND name_sort < (spelling || '!') COLLATE "C"
   LIMIT 3) named
"""


def people_like(keys: Keys) -> dict[int, tuple[How, str]]:
    """Up to `NEAR` customers who are nearly what was typed: how each was found, and by which text."""
    text = keys.email or _folded(keys.text)
    if not _SHORTEST <= len(text) <= _LONGEST:
        return {}
    if not keys.email:
        return dict.fromkeys(_named(list(one_edit_away(text, _IN_NAMES))), (How.ONE_LETTER, ""))
    mailbox = _with_email(same_mailbox(text), How.SAME_MAILBOX) | _tagged(text)
    return mailbox or _with_email(list(one_edit_away(text, _IN_EMAILS)), How.ONE_LETTER)


def one_edit_away(text: str, letters: str) -> Iterator[str]:
    """Every text that differs by one letter more, less or other, or by two that changed places."""
    halves = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    edits = {before + after[1:] for before, after in halves if after}
    edits |= {before + after[1] + after[0] + after[2:] for before, after in halves if len(after) > 1}
    edits |= {before + letter + after[1:] for before, after in halves if after for letter in letters}
    edits |= {before + letter + after for before, after in halves for letter in letters}
    yield from sorted(edits - {text})


def same_mailbox(email: str) -> list[str]:
    """Other spellings of an email that reach the same person: without its tag, and where dots do not count
    with up to two of them."""
    local, _at, domain = email.rpartition("@")
    plain = local.partition("+")[0]
    spellings = {plain}
    if domain in _DOTS_DO_NOT_COUNT:
        bare = plain.replace(".", "")
        places = range(1, len(bare))
        for number in range(_MOST_DOTS + 1):
            spellings |= {_dotted(bare, dots) for dots in combinations(places, number)}
    return sorted({f"{spelling}@{domain}" for spelling in spellings if spelling} - {email})


def _dotted(text: str, places: tuple[int, ...]) -> str:
    ends = [0, *places, len(text)]
    return ".".join(text[start:end] for start, end in pairwise(ends))


def _with_email(emails: list[str], how: How) -> dict[int, tuple[How, str]]:
    ids = RawSQL(_BY_EMAIL, [emails, active_workspace_id()])  # noqa: S611 -- a constant with two parameters
    return _owners(CustomerEmail.objects.filter(pk__in=ids).order_by("pk"), how)


def _tagged(email: str) -> dict[int, tuple[How, str]]:
    """The same mailbox with any tag, as a range of the index."""
    local, _at, domain = email.rpartition("@")
    plain = local.partition("+")[0]
    tagged = CustomerEmail.objects.filter(normalised__gte=f"{plain}+", normalised__lt=f"{plain},")
    known = _owners(tagged.exclude(normalised=email).order_by("normalised"), How.SAME_MAILBOX)
    return {customer: found for customer, found in known.items() if found[1].lower().endswith(f"@{domain}")}


def _owners(emails: QuerySet[Any, Any], how: How) -> dict[int, tuple[How, str]]:
    return {
        customer: (how, address) for customer, address in emails.values_list("customer_id", "address")[:NEAR]
    }


def _named(spellings: list[str]) -> list[int]:
    """Customers so called, in the member's scope; names are compared folded, as they are sorted."""
    ids = RawSQL(_BY_NAME, [spellings, active_workspace_id()])  # noqa: S611 -- a constant with two parameters
    live = Customer.objects.filter(pk__in=ids, merged_into=None, is_test=False)
    return list(live.order_by("pk").values_list("pk", flat=True)[:NEAR])


def _folded(text: str) -> str:
    """Lower case without accents, as the database folds names."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())
