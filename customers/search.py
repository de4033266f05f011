"""Finding customers by what is known of them, and by what they bought.

Every word must occur in the name, an email, the digits of a phone or an external id, in any order, without
regard to accents and case. A reference finds the buyer; a document only whole, so that a part of one is never
confirmed; four digits are also those a card ends with. A prefix word ("product:") asks for one of them alone.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from sales.models import CustomerProduct, Sale
from sales.search import amounts_in, payments_by_card, sales_named, sales_whose_reference_begins
from subscriptions.search import subscriptions_named

from . import search_ways
from .messages.search import has_words
from .models import Message
from .search_plan import SearchPlan as SearchPlan
from .search_text import Kind
from .search_ways import MANY_PEOPLE, Wanted, Way, Why, people


def found_by(text: str) -> Callable[[bool], Q]:
    """What makes the condition of the customers a text finds: for reading all of them, or one page."""
    return search_ways.found_by(text, ways_to_customers)


def ways_to_customers(wanted: Wanted, reads_all: bool) -> list[Way]:
    """Every way in which one part of a text finds customers, the surest first."""
    part = wanted.part
    ways = people(wanted, reads_all)
    bought: list[Way] = []
    if part.is_reference:
        bought += [Way(Why.SALE, _buyers(sales)) for sales in sales_named(wanted.spellings)]
        bought.append(Way(Why.SUBSCRIPTION, _buyers(subscriptions_named(wanted.spellings))))
    if part.kind is Kind.REFERENCE:
        bought.append(Way(Why.SALE, _buyers(sales_whose_reference_begins(part.text))))
    if part.card:
        bought.append(Way(Why.CARD, _buyers(payments_by_card(part.card))))
    bought += _by_what_was_bought(wanted)
    is_words = [way.why is Why.WORDS for way in ways]
    return [*(ways[:-1] if any(is_words) else ways), *bought, *(ways[-1:] if any(is_words) else [])]


def _by_what_was_bought(wanted: Wanted) -> list[Way]:
    """By a product, an amount, a day or a message only where a prefix word asks for it: too many did."""
    match wanted.part.kind:
        case Kind.PRODUCT:
            reach = CustomerProduct.objects.filter(product__in=wanted.products)
            return [_either(Why.PRODUCT, reach)]
        case Kind.AMOUNT:
            return [_either(Why.AMOUNT, Sale.objects.filter(amounts_in(wanted.part.amounts)))]
        case Kind.MESSAGE:
            return [Way(Why.MESSAGE, _buyers(messages_found(wanted)))]
        case Kind.DAY:
            return [Way(Why.DAY, _buyers(Sale.objects.filter(wanted.on_day("ordered_at"))))]
    return []


def messages_found(wanted: Wanted) -> QuerySet[Any]:
    """The messages with all words of a part; of the first hits' no more than the newest."""
    return Message.objects.filter(has_words(wanted.part.text, MANY_PEOPLE if wanted.knows_people else None))


def _either(why: Why, rows: QuerySet[Any]) -> Way:
    return Way(why, _buyers(rows), Exists(rows.filter(customer=OuterRef("pk"))), is_many=None)


def _buyers(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values("customer_id")
