"""What matched, in words: "Former email mari@antigo.example, used until 14 Mar 2024"."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.search.contacts import EMAIL, IDENTITY, PHONE, Contact, Contacts
from atomicpay.search.marks import digits, has, marked
from atomicpay.search.said import MESSAGE
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money
from customers.models import Customer
from customers.search_text import Kind
from customers.search_ways import Wanted, Why
from sales.models import Sale
from subscriptions.models import Subscription


def joined(reasons: Iterable[SafeString | str]) -> SafeString:
    """Several reasons as one line."""
    return format_html_join(" · ", "{}", ((reason,) for reason in dict.fromkeys(reasons) if reason))


def why_customer(customer: Customer, contacts: Contacts, wanted: Sequence[Wanted], why: Why) -> SafeString:
    """Why this customer was found: by the first part in the way `why`, by the others in one they fit."""
    reasons: list[SafeString | str] = [_why_person(customer, contacts, wanted[0], why)]
    reasons += [_why_person(customer, contacts, each, _usual(each)) for each in wanted[1:]]
    return joined(reasons)


def why_sale(sale: Sale, contacts: Contacts | None, wanted: Sequence[Wanted], why: Why) -> SafeString:
    """Why this sale was found. Without contacts (who may not see customers) of the buyer only the name."""
    reasons = [_why_sale(sale, contacts, wanted[0], why)]
    reasons += [_why_sale(sale, contacts, each, _usual(each)) for each in wanted[1:]]
    return joined(reasons)


def why_subscription(
    subscription: Subscription, contacts: Contacts | None, wanted: Sequence[Wanted], why: Why
) -> SafeString:
    """Why this subscription was found; contacts as for a sale."""
    reasons = [_why_subscription(subscription, contacts, wanted[0], why)]
    reasons += [_why_subscription(subscription, contacts, each, _usual(each)) for each in wanted[1:]]
    return joined(reasons)


_USUAL = {
    Kind.DOCUMENT: Why.DOCUMENT,
    Kind.CARD: Why.CARD,
    Kind.AMOUNT: Why.AMOUNT,
    Kind.DAY: Why.DAY,
    Kind.PRODUCT: Why.PRODUCT,
    Kind.REFERENCE: Why.SALE,
    Kind.MESSAGE: Why.MESSAGE,
}


def _usual(wanted: Wanted) -> Why:
    """The way in which a part beside the first is taken to fit."""
    return _USUAL.get(wanted.part.kind, Why.WORDS)


def _why_sale(sale: Sale, contacts: Contacts | None, wanted: Wanted, why: Why) -> SafeString | str:
    text = [wanted.part.text.lower()]
    match why:
        case Why.SALE:
            return _said(gettext("Reference"), marked(sale.reference, text))
        case Why.EXTERNAL_ID:
            return _said(gettext("External id"), marked(sale.external_id, text))
        case Why.AMOUNT:
            return _said(gettext("Amount"), _mark(format_money(sale.amount_charged, sale.currency)))
        case Why.DAY:
            return _said(gettext("Ordered"), _mark(format_day(sale.ordered_at)))
        case Why.PRODUCT:
            return _said(gettext("Product"), marked(sale.product.name, wanted.plan.words))
        case Why.CARD:
            return _card(wanted)
    if typed := _all_in(sale.buyer_email, _looked_for(wanted, why)):
        return _said(gettext("Email typed at checkout"), typed)
    return _why_holder(sale.customer, contacts, wanted, why, gettext("Bought by"))


def _why_subscription(
    subscription: Subscription, contacts: Contacts | None, wanted: Wanted, why: Why
) -> SafeString | str:
    match why:
        case Why.SUBSCRIPTION | Why.SALE:
            return _said(gettext("Code"), marked(subscription.external_id, [wanted.part.text.lower()]))
        case Why.AMOUNT:
            return _said(gettext("Amount"), _mark(format_money(subscription.amount, subscription.currency)))
        case Why.DAY:
            return _said(gettext("Started or charged next"), _day(wanted))
        case Why.PRODUCT:
            return _said(gettext("Product"), marked(subscription.product.name, wanted.plan.words))
        case Why.CARD:
            return _card(wanted)
    return _why_holder(subscription.customer, contacts, wanted, why, gettext("Held by"))


def _why_holder(
    customer: Customer, contacts: Contacts | None, wanted: Wanted, why: Why, label: str
) -> SafeString | str:
    """Whose it is, and by what they were found."""
    name = customer.name or customer.email or gettext("No name")
    if contacts is None:
        return _said(label, marked(name, _looked_for(wanted, why)))
    if why is Why.WORDS and all(has(customer.name, word) for word in wanted.plan.words):
        return _said(label, marked(name, wanted.plan.words))
    # Their name stands beside it already.
    return _why_person(customer, contacts, wanted, why)


def _why_person(customer: Customer, contacts: Contacts, wanted: Wanted, why: Why) -> SafeString | str:
    part, text = wanted.part, [wanted.part.text.lower()]
    match why:
        case Why.DOCUMENT:
            return gettext("Document, the whole number")
        case Why.EMAIL:
            return _first(customer, contacts, EMAIL, lambda contact: contact.more == part.email, text)
        case Why.PHONE:
            return _first(
                customer, contacts, PHONE, lambda contact: contact.compared in part.phones, part.phones
            )
        case Why.IDENTITY:
            return _first(
                customer, contacts, IDENTITY, lambda contact: contact.shown in wanted.spellings, text
            )
        case Why.MESSAGE:
            return _said_by(contacts, wanted)
        case Why.WORDS:
            return _by_words(customer, contacts, wanted)
    return _by_purchase(wanted, why)


def _said_by(contacts: Contacts, wanted: Wanted) -> SafeString | str:
    said = [contact for contact in contacts if contact.kind == MESSAGE]
    if not said:
        return gettext("Message")
    shown, day = marked(said[-1].shown, wanted.plan.words), format_day(said[-1].last_seen_at)
    return format_html(gettext("Message “{words}”, {day}"), words=shown, day=day)


def _by_purchase(wanted: Wanted, why: Why) -> SafeString | str:
    typed = _mark(wanted.part.text)
    match why:
        case Why.CARD:
            return _card(wanted)
        case Why.PRODUCT:
            return _said(gettext("Bought product"), typed)
        case Why.AMOUNT:
            return _said(gettext("Has a sale of"), typed)
        case Why.DAY:
            return _said(gettext("Ordered on"), _day(wanted))
        case Why.SUBSCRIPTION:
            return _said(gettext("Subscription"), typed)
    return _said(gettext("Sale"), typed)


def _by_words(customer: Customer, contacts: Contacts, wanted: Wanted) -> SafeString:
    """The name, and then whatever holds the words that the name has not."""
    words = wanted.plan.words
    missing = {word for word in words if not has(customer.name, word)}
    reasons: list[SafeString | str] = []
    if len(missing) < len(words):
        reasons.append(_said(gettext("Name"), marked(customer.name, words)))
    facts = [(has_all, reason) for has_all, reason in _facts(customer, contacts, words)]
    for held, reason in sorted(facts, key=lambda fact: -len(missing & fact[0])):
        if missing & held:
            reasons.append(reason)
            missing -= held
    return joined(reasons)


def _facts(
    customer: Customer, contacts: Contacts, words: Collection[str]
) -> Iterable[tuple[set[str], SafeString]]:
    """Each contact that holds any of the words: which of them, and how that is said."""
    for contact in contacts:
        if held := {word for word in words if has(contact.compared, word)}:
            yield held, _contact(customer, contact, words)


def _first(
    customer: Customer,
    contacts: Contacts,
    kind: str,
    fits: Callable[[Contact], bool],
    words: Collection[str],
) -> SafeString | str:
    found = (contact for contact in contacts if contact.kind == kind and fits(contact))
    return next((_contact(customer, contact, words) for contact in found), "")


def _contact(customer: Customer, contact: Contact, words: Collection[str]) -> SafeString:
    if contact.kind == PHONE:
        return _said(gettext("Phone"), marked(contact.shown, words, digits))
    shown = marked(contact.shown, words)
    if contact.kind == IDENTITY:
        return _said(contact.more.capitalize(), shown)
    if contact.is_primary or contact.compared == customer.email.lower():
        return _said(gettext("Email"), shown)
    day = format_day(contact.last_seen_at)
    return format_html(gettext("Former email {email}, used until {day}"), email=shown, day=day)


def _looked_for(wanted: Wanted, why: Why) -> Collection[str]:
    return wanted.plan.words if why is Why.WORDS else [wanted.part.text.lower()]


def _all_in(value: str, words: Collection[str]) -> SafeString | None:
    return marked(value, words) if words and all(has(value, word) for word in words) else None


def _card(wanted: Wanted) -> SafeString:
    return _said(gettext("Card ending in"), _mark(wanted.part.card))


def _day(wanted: Wanted) -> SafeString:
    return _mark(format_day(wanted.part.day) if wanted.part.day else wanted.part.text)


def _said(label: Any, value: SafeString | str) -> SafeString:
    return format_html("{} {}", label, value)


def _mark(value: str) -> SafeString:
    return format_html("<mark>{}</mark>", value)
