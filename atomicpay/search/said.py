"""What a customer or support said that holds the words looked for: of each customer the newest message."""

from collections.abc import Collection
from typing import Final

from django.db.models import Value
from django.db.models.functions import Concat, Left

from atomicpay.search.contacts import Contact
from atomicpay.search.folding import fold_each
from customers.models import Message
from customers.search_ways import Wanted

MESSAGE: Final = "message"

_BEFORE: Final = 30
_LENGTH: Final = 90
# As much of a message as is looked through: what Message.haystack is made of.
_SUBJECT, _BODY = 300, 4000


def messages_of(customers: Collection[int], wanted: Wanted) -> list[Contact]:
    """Of each of these customers the newest message with all words, as a piece around the first of them."""
    text = Concat(Left("subject", _SUBJECT), Value(" "), Left("body", _BODY))
    messages = Message.objects.filter(wanted.plan.condition(), customer__in=customers)
    newest = messages.order_by("customer", "-sent_at", "-id").distinct("customer")
    return [
        Contact(customer_id, MESSAGE, excerpt(said, wanted.plan.words), "", "", False, sent_at)
        for customer_id, said, sent_at in newest.values_list("customer_id", text, "sent_at")
    ]


def excerpt(text: str, words: Collection[str]) -> str:
    """A piece of the text, on one line, that begins a little before the first of the words in it."""
    line = " ".join(text.split())
    folded, origin = "", []
    for at, plain in enumerate(fold_each(line)):
        folded += plain
        origin += [at] * len(plain)
    places = [folded.find(word) for word in words]
    first = origin[min((place for place in places if place >= 0), default=0)] if origin else 0
    start = max(0, first - _BEFORE)
    end = start + _LENGTH
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
