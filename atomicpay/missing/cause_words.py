"""What came of looking at the causes of a missing subscription, as it is said."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext

from subscriptions.lifecycle import SubscriptionStatus

from .facts import Cause, CheckedCause, Held, How, Verdict
from .words import Evidence, Link, Reason

_TONES: Final = {Verdict.IS_WHY: "warn", Verdict.MAY_BE_WHY: "wait", Verdict.IS_NOT_WHY: "ok"}


def say_cause(checked: CheckedCause) -> Reason:
    """One cause in words, with the subscriptions that speak for it."""
    words = _WORDS[checked.cause, checked.verdict]() % {"evidence": checked.evidence}
    return Reason(_TONES[checked.verdict], words, tuple(_held(held) for held in checked.held))


def _held(held: Held) -> Evidence:
    status = str(SubscriptionStatus(held.status).label)
    shared = _SHARED[held.how]() if held.how in _SHARED else ""
    return Evidence(", ".join(filter(None, (held.customer, status, shared))), Link(held.title, held.url))


_SHARED: Final[Mapping[How | None, Callable[[], str]]] = {
    How.SAME_EMAIL: lambda: gettext("same email"),
    How.SAME_DOCUMENT: lambda: gettext("same document"),
    How.SAME_PHONE: lambda: gettext("same phone"),
    How.EMAIL: lambda: gettext("the email typed at the checkout"),
    How.FORMER_EMAIL: lambda: gettext("the email typed at the checkout is a former one of theirs"),
    How.DOCUMENT: lambda: gettext("the document typed at the checkout"),
}

_WORDS: Final[Mapping[tuple[Cause, Verdict], Callable[[], str]]] = {
    (Cause.PAYMENT_MODEL, Verdict.IS_WHY): lambda: gettext(
        "Payment model: %(evidence)s. It is paid once, so no subscription is expected."
    ),
    (Cause.PAYMENT_MODEL, Verdict.MAY_BE_WHY): lambda: gettext(
        "Payment model: the sale names no plan, so nobody can tell whether it is charged again."
    ),
    (Cause.PAYMENT_MODEL, Verdict.IS_NOT_WHY): lambda: gettext(
        "Payment model: %(evidence)s. A subscription is expected."
    ),
    (Cause.PLAN_TYPE, Verdict.MAY_BE_WHY): lambda: gettext(
        "Plan type: %(evidence)s. Such a plan may have no subscription."
    ),
    (Cause.PLAN_TYPE, Verdict.IS_NOT_WHY): lambda: gettext("Plan type: %(evidence)s."),
    (Cause.STATUS, Verdict.IS_WHY): lambda: gettext(
        "Sale status: %(evidence)s. It was never approved, so no subscription began."
    ),
    (Cause.STATUS, Verdict.MAY_BE_WHY): lambda: gettext(
        "Sale status: %(evidence)s. A trial may begin before the sale is approved."
    ),
    (Cause.STATUS, Verdict.IS_NOT_WHY): lambda: gettext("Sale status: %(evidence)s. It was approved."),
    (Cause.NOT_LINKED, Verdict.IS_WHY): lambda: gettext(
        "The buyer has a subscription to this product, and the sale does not name it."
    ),
    (Cause.NOT_LINKED, Verdict.IS_NOT_WHY): lambda: gettext("The buyer has no subscription to this product."),
    (Cause.ANOTHER_CUSTOMER, Verdict.IS_WHY): lambda: gettext(
        "The subscription is under another record of what seems to be the same person."
    ),
    (Cause.ANOTHER_CUSTOMER, Verdict.IS_NOT_WHY): lambda: gettext(
        "No other record with the same email, document or phone has one."
    ),
    (Cause.ANOTHER_PRODUCT, Verdict.MAY_BE_WHY): lambda: gettext(
        "The buyer has a subscription to another product."
    ),
    (Cause.ANOTHER_PRODUCT, Verdict.IS_NOT_WHY): lambda: gettext(
        "The buyer has no subscription to another product."
    ),
    (Cause.NEVER_CREATED, Verdict.IS_WHY): lambda: gettext(
        "None was ever recorded: the provider did not report one, or its file was not imported."
    ),
}
