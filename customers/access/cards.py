"""The access of one customer as pages show it: cards for what needs a person, a line for each other one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, ngettext_lazy

from atomicpay.catalog.models import Product
from atomicpay.ui import html
from customers.models import Customer

from .evidence import FactLine, fact_lines
from .facts import ProductFacts
from .queries import AccessFacts
from .replies import Reply, replies_to
from .rules import Answer, Decision, decide
from .words import answer_words, change_words, report_words, rule_words, tone_of

_CARDS: Final = 4
"""So many products at most are shown as cards; a card takes ten times the room of a line."""

_FEW: Final = 2
"""So many are cards even where nobody has to do anything about them."""

_ROWS: Final = 60
_RECENT: Final = timedelta(days=90)
"""A buyer whose access ended this lately may well be writing about it."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

# Plurals of their own: other languages say "3 unknown" in another form than "1 unknown".
_COUNTED: Final[dict[Answer, Promise]] = {
    Answer.NO: ngettext_lazy("%(number)d no", "%(number)d no", "number"),
    Answer.AT_RISK: ngettext_lazy("%(number)d at risk", "%(number)d at risk", "number"),
    Answer.UNKNOWN: ngettext_lazy("%(number)d unknown", "%(number)d unknown", "number"),
    Answer.YES: ngettext_lazy("%(number)d yes", "%(number)d yes", "number"),
}


@dataclass(frozen=True, slots=True)
class AccessCard:
    """One product: the answer, the rule, the facts, what would change it, and what to write to the buyer."""

    key: str
    product: str
    tone: str
    answer: str
    rule: str
    report: str
    change: str
    facts: list[FactLine]
    replies: list[Reply]


@dataclass(frozen=True, slots=True)
class AccessLine:
    """A product in a line, which opens to its card; `url` is where the card is."""

    product: str
    answer: SafeString
    rule: str
    delivery: str
    url: str


@dataclass(frozen=True, slots=True)
class AccessPanel:
    """What templates/customers/detail/access.html prints."""

    cards: list[AccessCard]
    others: list[AccessLine]
    count_words: str
    warning: str
    tone: str
    more_words: str
    withheld_words: str

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.cards or self.withheld_words)


@dataclass(frozen=True, slots=True)
class _Decided:
    """A product with its decision, and how much it wants to be seen."""

    facts: ProductFacts
    decision: Decision
    now: datetime

    @property
    def urgency(self) -> int:
        """A platform that says otherwise first, then access that may go, then one that ended lately."""
        decision = self.decision
        if decision.differs or decision.is_overdue:
            return 3
        if decision.answer in (Answer.AT_RISK, Answer.UNKNOWN):
            return 2
        is_no = decision.answer == Answer.NO and decision.rule != "nothing_to_open"
        return int(is_no and self.moved_at > self.now - _RECENT)

    @property
    def moved_at(self) -> datetime:
        """When something about it happened last."""
        moments = [self.decision.since or _LONG_AGO]
        moments += [sale.paid_at for sale in self.facts.sales]
        moments += [each.ended_at or each.started_at for each in self.facts.subscriptions]
        return max(moments)


def access_panel(found: AccessFacts, customer: Customer, now: datetime) -> AccessPanel:
    """The access of a customer to everything they ever had anything of, at a moment."""
    decided = [_Decided(facts, decide(facts, now), now) for facts in found.products]
    ordered = sorted(decided, key=lambda each: (each.urgency, each.moved_at), reverse=True)
    urgent = sum(each.urgency > 0 for each in ordered)
    cards = len(ordered) if len(ordered) <= _FEW else min(max(urgent, _FEW), _CARDS)
    rest = ordered[cards:]
    return AccessPanel(
        cards=[access_card(each.facts, each.decision, customer.name, now) for each in ordered[:cards]],
        others=_lines(rest[:_ROWS], customer),
        count_words=_count_words(decided),
        warning=_warning(urgent),
        tone=tone_of(ordered[0].decision) if urgent else "ok",
        more_words=_more_words(len(rest) - _ROWS),
        withheld_words=withheld_words(found.withheld),
    )


def access_card(facts: ProductFacts, decision: Decision, buyer: str, now: datetime) -> AccessCard:
    """One product in full; `buyer` is the name that a reply begins with."""
    return AccessCard(
        key=facts.public_id,
        product=facts.name,
        tone=tone_of(decision),
        answer=answer_words(decision),
        rule=rule_words(decision),
        report=report_words(facts, decision),
        change=change_words(facts, decision),
        facts=fact_lines(facts, decision, now),
        replies=replies_to(facts, decision, buyer),
    )


def card_of_product(found: AccessFacts, buyer: str, now: datetime) -> AccessCard | None:
    """The card of the one product whose facts were read; None where there is none to show."""
    for facts in found.products:
        return access_card(facts, decide(facts, now), buyer, now)
    return None


def _lines(decided: Iterable[_Decided], customer: Customer) -> list[AccessLine]:
    before = reverse("customers:access", args=[customer.public_id])
    return [_line(each, f"{before}?product={each.facts.public_id}") for each in decided]


def _line(each: _Decided, url: str) -> AccessLine:
    facts, decision = each.facts, each.decision
    delivery = Product.Delivery(facts.delivery).label if facts.delivery in Product.Delivery.values else ""
    return AccessLine(
        product=facts.name,
        answer=html.status(tone_of(decision), answer_words(decision)),
        rule=rule_words(decision),
        delivery=facts.platform or str(delivery),
        url=url,
    )


def _warning(urgent: int) -> str:
    if not urgent:
        return ""
    return ngettext("%(number)d to look at", "%(number)d to look at", urgent) % {"number": urgent}


def _count_words(decided: list[_Decided]) -> str:
    number = len(decided)
    words = ngettext("%(number)d product", "%(number)d products", number) % {"number": number}
    counted = ", ".join(_counted(decided))
    return f"{words}: {counted}" if counted else words


def _counted(decided: list[_Decided]) -> Iterator[str]:
    answers = Counter(each.decision.answer for each in decided if each.decision.rule != "nothing_to_open")
    for answer, words in _COUNTED.items():
        if answers[answer]:
            yield words % {"number": answers[answer]}


def _more_words(number: int) -> str:
    if number <= 0:
        return ""
    words = ngettext(
        "%(number)d more product is not shown here; the page of each sale has its access.",
        "%(number)d more products are not shown here; the page of each sale has its access.",
        number,
    )
    return words % {"number": number}


def withheld_words(number: int) -> str:
    """That products are left out, and why; "" where none is."""
    if not number:
        return ""
    words = ngettext(
        "%(number)d product is left out: a subscription decides it, and you may not see subscriptions.",
        "%(number)d products are left out: subscriptions decide them, and you may not see subscriptions.",
        number,
    )
    return words % {"number": number}
