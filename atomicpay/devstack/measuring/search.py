"""The one search, by whole requests; the floor is the best hand-written SQL, as the owner."""

from collections.abc import Iterator, Sequence
from typing import Any

from atomicpay.devstack.measuring.figures import Figure, by_turns, percentile
from atomicpay.devstack.measuring.pages import UnexpectedAnswer
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.devstack.seeding.mass.plan import SIXTY_EMAIL

HAND_WRITTEN = "hand-written SQL for the same hits, as the owner"
TYPING = {"HX-Request": "true"}

_KEY = """
SELECT c.public_id FROM customer_email e JOIN customer c ON c.id = e.customer_id
 WHERE e.workspace_id = %(workspace)s AND e.normalised = %(text)s
"""
_CUSTOMERS = """
SELECT id, public_id, name, email FROM customer WHERE workspace_id = %(workspace)s AND {condition}
 ORDER BY created_at DESC, id DESC LIMIT 9
"""
_SALES = """
SELECT s.id, s.public_id, s.reference, p.name, c.name, s.ordered_at, s.amount_charged FROM sale s
  JOIN customer c ON c.id = s.customer_id AND c.workspace_id = s.workspace_id
  JOIN product p ON p.id = s.product_id
 WHERE s.workspace_id = %(workspace)s AND {condition} ORDER BY s.ordered_at DESC, s.id DESC LIMIT 9
"""
_SUBSCRIPTIONS = """
SELECT s.id, s.public_id, s.external_id, p.name, c.name FROM subscription s
  JOIN customer c ON c.id = s.customer_id AND c.workspace_id = s.workspace_id
  JOIN product p ON p.id = s.product_id
 WHERE s.workspace_id = %(workspace)s AND {condition} ORDER BY s.started_at DESC, s.id DESC LIMIT 9
"""
_NEAR_WORDS = """
SELECT word FROM name_word WHERE workspace_id = %(workspace)s AND word LIKE %(begun)s
UNION SELECT word FROM name_word WHERE workspace_id = %(workspace)s AND reversed_word LIKE %(ended)s
"""


def search_exact(setting: Setting) -> Iterator[Figure]:
    """A whole email: Enter, which leads to the record, and the hits while one types."""
    floor = [(_KEY, {"text": SIXTY_EMAIL})]
    yield _measure(setting, "search_exact", SIXTY_EMAIL, floor, status=302)
    yield _measure(setting, "search_exact_typed", SIXTY_EMAIL, floor, headers=TYPING)


def search_contains(setting: Setting) -> Iterator[Figure]:
    """A common word, a rare part of one, two words with accents, two letters; each as one types."""
    for name, text in (
        ("search_contains_common", "silva"),
        ("search_contains_rare", "silva77777"),
        ("search_contains_accents", "JOSÉ ANTUNES"),
        ("search_contains_two_letters", "jo"),
    ):
        yield _measure(setting, name, text, _hits(text), headers=TYPING)


def search_typo(setting: Setting) -> Iterator[Figure]:
    """One slip in a name; one in an email; and a word that nothing is near."""
    near = {"begun": "mar%", "ended": "amam"[::-1] + "%"}
    floor = [*_hits("mariama"), (_NEAR_WORDS, near), *_hits("mariana")]
    yield _measure(setting, "search_typo", "mariama", floor, headers=TYPING)
    near_email = f"x{SIXTY_EMAIL}"
    floor = [*_hits(near_email), ("SELECT search_near_emails(%(text)s)", {"text": near_email})]
    yield _measure(setting, "search_typo_email", near_email, floor, headers=TYPING)
    floor = [*_hits("qwertzuiop"), (_NEAR_WORDS, {"begun": "qwert%", "ended": "poiuz%"})]
    yield _measure(setting, "search_typo_nothing", "qwertzuiop", floor, headers=TYPING)


_Statement = tuple[str, dict[str, Any]]


def _hits(text: str) -> list[_Statement]:
    """The newest customers with all of the words, and the newest sales and subscriptions of such."""
    words = text.lower().replace("é", "e").split()
    values = {f"word{at}": f"%{word}%" if len(word) > 2 else f"% {word}%" for at, word in enumerate(words)}
    conditions = [f"{{alias}}haystack LIKE %({name})s" for name in values]
    alone, joined = (" AND ".join(conditions).replace("{alias}", alias) for alias in ("", "c."))
    return [
        (_CUSTOMERS.format(condition=alone), values),
        (_SALES.format(condition=joined), values),
        (_SUBSCRIPTIONS.format(condition=joined), values),
    ]


def _measure(
    setting: Setting,
    name: str,
    text: str,
    floor: Sequence[_Statement],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Figure:
    client = setting.client()
    address = setting.at("search/")

    def ask() -> None:
        response = client.get(address, {"q": text}, headers=headers or {})
        if response.status_code != status:
            raise UnexpectedAnswer(address, response.status_code)

    def ask_by_hand() -> None:
        for sql, values in floor:
            setting.owner.execute(sql.encode(), values | {"workspace": setting.workspace.pk}).fetchall()

    samples = by_turns(ask, ask_by_hand)
    value, floor_value = samples.p95()
    median, floor_median = samples.median()
    more = {
        "p50": round(median, 2),
        "floor_p50": round(floor_median, 2),
        "cpu_p50": round(percentile(samples.own_cpu, 0.5), 2),
    }
    return Figure(
        name=name,
        value=value,
        unit="ms p95",
        floor=floor_value,
        n=len(samples.ours),
        floor_is=HAND_WRITTEN,
        more=more,
    )
