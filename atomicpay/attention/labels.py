"""What each check is called, what it says when it passed or had nothing to look at, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .facts import Check


@dataclass(frozen=True, slots=True)
class Label:
    """The fixed words of a check. `passed` may name %(number)s, the records it looked at."""

    name: str | Promise
    passed: str | Promise
    not_applicable: str | Promise
    next_step: str | Promise = ""


LABELS: Final[Mapping[Check, Label]] = {
    Check.EMAIL: Label(
        _("Email on the sale"),
        _("The email typed at each checkout is one of the customer's."),
        _("No email was typed at a checkout."),
        _("Ask the buyer which email is theirs, and look for that email: a second record may have it."),
    ),
    Check.UNPAID_ACCESS: Label(
        _("Paid before access"),
        _("Whatever can be opened was approved or completed first."),
        _("No access is open."),
        _("Look at the sale: if the payment failed, take the access away where it is delivered."),
    ),
    Check.NO_ACCESS: Label(
        _("Access after approval"),
        _("What was paid can be opened, or its usual time is not over."),
        _("Nothing that was paid opens anything, or nothing was reported."),
        _("Grant the access by hand where it is delivered, and ask that platform why it did not."),
    ),
    Check.UNEXPLAINED_LOSS: Label(
        _("Missing access explained"),
        _("A refund, a chargeback, an end or a person explains each access that is gone."),
        _("No access was taken away."),
        _("Ask the platform that delivers it who took the access away, and give it back if nobody meant to."),
    ),
    Check.ACCESS_AFTER_LOSS: Label(
        _("Access after money went back"),
        _("What was refunded or lost in a dispute cannot be opened any more."),
        _("Nothing was refunded whole or lost in a dispute."),
        _("Take the access away where it is delivered, or dismiss this if it was left on purpose."),
    ),
    Check.SUBSCRIPTION_ACCESS: Label(
        _("Subscription and access"),
        _("The status of each subscription matches the access."),
        _("No subscription on record."),
        _("End the access where it is delivered, or bring the subscription up to date."),
    ),
    Check.DELIVERY: Label(
        _("Delivery method"),
        _("What was reported fits how each product is delivered."),
        _("No access was reported."),
        _("Correct how the product is delivered, in the admin or on the platform."),
    ),
    Check.NO_SUBSCRIPTION: Label(
        _("Recurring sale with its subscription"),
        _("Each recurring sale names its subscription."),
        _("No recurring sale on record."),
        _("Ask the provider for the subscription, or import it: renewals cannot be followed without it."),
    ),
    Check.SUBSCRIPTION_ELSEWHERE: Label(
        _("Subscription under another record"),
        _("Records that share a document or email have no subscription that is missing here."),
        _("No other record shares a document or email."),
        _("Open the other record: if both are one person, suggest that they are merged."),
    ),
    Check.SUBSCRIBED_TWICE: Label(
        _("One subscription to each plan"),
        _("No plan is charged twice."),
        _("Nothing is charged again and again."),
        _("Ask the buyer which one to keep, and cancel the other at the provider."),
    ),
    Check.PAID_AFTER_CANCEL: Label(
        _("No charge after a cancellation"),
        _("Nothing was charged after a cancellation."),
        _("No subscription was canceled."),
        _("Check at the provider that it is canceled there, and refund what was charged since."),
    ),
    Check.STALE_PENDING: Label(
        _("Payment waiting too long"),
        _("No sale waits for its payment longer than is usual."),
        _("No sale is waiting for its payment."),
        _("Look the payment up at the provider: it was paid and not reported, or it ran out."),
    ),
    Check.ILLEGAL_CHANGE: Label(
        _("Legal changes of status"),
        _("Every change of status is one that the lifecycle knows."),
        _("No sale or subscription on record."),
        _("Compare the status with the provider's, and import it again if it is wrong."),
    ),
    Check.SCOPE: Label(
        _("Right workspace and product"),
        _("It is in this workspace, and you may see its product."),
        "",
    ),
}

SIGNS: Final[Mapping[str, str | Promise]] = {
    "document": _("same document"),
    "email": _("same email"),
    "checkout_email": _("it was bought with an email of this customer"),
    "card_and_name": _("same card, name and product"),
}
