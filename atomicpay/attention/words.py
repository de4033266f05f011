"""Findings as they are said: what was found, the evidence with its links, and what to do next.

Everything is made from the evidence that is kept with a finding, so that the list, its file and the pages say
the same. What is not kept (an email, a name) stands beside it only where the page itself has just read it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext

from atomicpay.catalog.models import Product
from atomicpay.ui.moments import format_day, format_moment
from sales.states import AccessStatus, PaymentMethod, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus

from .facts import Check, Suspect
from .labels import LABELS, SIGNS

Evidence = Mapping[str, Any]


def name_of_check(code: str) -> str:
    """What a check is called."""
    return str(LABELS[Check(code)].name)


def next_step(code: str) -> str:
    """What to do about what it found."""
    return str(LABELS[Check(code)].next_step)


def say(code: str, evidence: Evidence) -> str:
    """What was found, in a sentence."""
    return _SENTENCES[Check(code)](evidence)


def links(evidence: Evidence, *, may_see_subscriptions: bool) -> Iterator[tuple[str, str]]:
    """The records that are the evidence: what each is called, and where it is."""
    if sale := evidence.get("sale"):
        yield gettext("Sale %(reference)s") % {"reference": sale[1]}, reverse("sales:detail", args=[sale[0]])
    subscriptions = [evidence.get("subscription"), *evidence.get("together", ())]
    for subscription in filter(None, subscriptions if may_see_subscriptions else ()):
        words = gettext("Subscription %(code)s") % {"code": subscription[1]}
        yield words, reverse("subscriptions:detail", args=[subscription[0]])
    if other := evidence.get("other"):
        yield gettext("The other record"), reverse("customers:detail", args=[other[0]])


def only_here(suspect: Suspect) -> str:
    """What the page alone may say, because it is not kept: whom or what it is about by name."""
    if suspect.email:
        return gettext("Typed at the checkout: %(email)s") % {"email": suspect.email}
    if suspect.other and suspect.other.label:
        return gettext("The other record: %(name)s") % {"name": suspect.other.label}
    return ""


# Sentences --------------------------------------------------------------------------------------------------


def _email(it: Evidence) -> str:
    number = it.get("number", 1)
    words = ngettext(
        "A sale carries an email that is not one of the customer's.",
        "%(number)d sales carry an email that is not one of the customer's.",
        number,
    )
    return words % {"number": number}


def _unpaid_access(it: Evidence) -> str:
    words = gettext("Access is open although the sale is not paid: %(status)s.")
    return words % {"status": _sale(it)}


def _no_access(it: Evidence) -> str:
    approved = _moment(it, "approved_at") or _moment(it, "ordered_at")
    if it.get("access"):
        words = gettext("Paid on %(day)s, and there is no access yet: %(access)s.")
        return words % {"day": approved, "access": _access(it)}
    words = gettext(
        "Paid on %(day)s, and no access was reported. Of the last %(sampled)d sales of the product it was"
        " reported of %(reported)d."
    )
    return words % {"day": approved, "sampled": it.get("sampled", 0), "reported": it.get("reported", 0)}


def _unexplained_loss(it: Evidence) -> str:
    if it.get("subscription_status"):
        words = gettext("Access is gone (%(access)s) while the subscription is charged: %(status)s.")
        return words % {"access": _access(it), "status": _subscription(it)}
    words = gettext("Access is gone (%(access)s) although the sale is paid, and nothing was given back.")
    return words % {"access": _access(it)}


def _access_after_loss(it: Evidence) -> str:
    if it.get("dispute") == "lost" or it.get("sale_status") == SaleStatus.CHARGEBACK:
        return gettext("Access is open although a dispute was lost and the money is gone.")
    return gettext("Access is open although everything was refunded.")


def _subscription_access(it: Evidence) -> str:
    if day := _moment(it, "paid_until") or _moment(it, "canceled_at"):
        words = gettext("Access is open, and the subscription is over: %(status)s, paid until %(day)s.")
        return words % {"status": _subscription(it), "day": day}
    words = gettext("Access is open, and the subscription is not: %(status)s.")
    return words % {"status": _subscription(it)}


def _delivery(it: Evidence) -> str:
    words = gettext("Reported as “%(access)s”, while the product is delivered by: %(delivery)s.")
    return words % {"access": _access(it), "delivery": Product.Delivery(it["delivery"]).label}


def _no_subscription(it: Evidence) -> str:
    number = it.get("number", 1)
    words = ngettext(
        "A sale of a recurring plan names no subscription.",
        "%(number)d sales of a recurring plan name no subscription.",
        number,
    )
    if it.get("has_own"):
        return f"{words % {'number': number}} " + gettext("The customer has one to the same product.")
    return words % {"number": number}


def _subscription_elsewhere(it: Evidence) -> str:
    words = gettext("A subscription is under another record: %(signs)s.")
    return words % {"signs": ", ".join(str(SIGNS[sign]) for sign in it.get("shared", ()))}


def _subscribed_twice(it: Evidence) -> str:
    return gettext("%(number)d subscriptions to one plan are charged.") % {
        "number": len(it.get("together", ()))
    }


def _paid_after_cancel(it: Evidence) -> str:
    number = it.get("number", 1)
    words = ngettext(
        "Charged once after the cancellation of %(day)s.",
        "Charged %(number)d times after the cancellation of %(day)s.",
        number,
    )
    return words % {"number": number, "day": _moment(it, "canceled_at")}


def _stale_pending(it: Evidence) -> str:
    words = gettext("Waiting for its payment since %(moment)s: %(method)s.")
    method = it.get("method", "")
    called = PaymentMethod(method).label if method else gettext("method unknown")
    return words % {"moment": format_moment(_at(it, "ordered_at")), "method": called}


def _illegal_change(it: Evidence) -> str:
    states: Any = SaleStatus if it.get("sale") else SubscriptionStatus
    words = gettext(
        "The status jumped on %(day)s in a way that no lifecycle has: %(before)s, then %(after)s."
    )
    before = states(it["before"]).label if it.get("before") else gettext("nothing")
    after = states(it["after"]).label if it.get("after") else gettext("nothing")
    return words % {"day": _moment(it, "occurred_at"), "before": before, "after": after}


def _sale(it: Evidence) -> str:
    return str(SaleStatus(it["sale_status"]).label)


def _subscription(it: Evidence) -> str:
    return str(SubscriptionStatus(it["subscription_status"]).label)


def _access(it: Evidence) -> str:
    return str(AccessStatus(it["access"]).label)


def _at(it: Evidence, name: str) -> datetime:
    moment = parse_datetime(it[name])
    if moment is None:
        raise ValueError(it[name])
    return moment


def _moment(it: Evidence, name: str) -> str:
    return format_day(_at(it, name)) if it.get(name) else ""


_SENTENCES: Final[Mapping[Check, Callable[[Evidence], str]]] = {
    Check.EMAIL: _email,
    Check.UNPAID_ACCESS: _unpaid_access,
    Check.NO_ACCESS: _no_access,
    Check.UNEXPLAINED_LOSS: _unexplained_loss,
    Check.ACCESS_AFTER_LOSS: _access_after_loss,
    Check.SUBSCRIPTION_ACCESS: _subscription_access,
    Check.DELIVERY: _delivery,
    Check.NO_SUBSCRIPTION: _no_subscription,
    Check.SUBSCRIPTION_ELSEWHERE: _subscription_elsewhere,
    Check.SUBSCRIBED_TWICE: _subscribed_twice,
    Check.PAID_AFTER_CANCEL: _paid_after_cancel,
    Check.STALE_PENDING: _stale_pending,
    Check.ILLEGAL_CHANGE: _illegal_change,
}
