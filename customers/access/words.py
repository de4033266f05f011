"""How a decision about access is said: the rule, what would change it, what the platform says against it."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.catalog.models import Product
from atomicpay.ui.moments import format_day
from sales.states import AccessStatus

from .facts import ProductFacts
from .rules import Answer, Decision, Reported

TONES: Final = {Answer.YES: "ok", Answer.NO: "bad", Answer.AT_RISK: "warn", Answer.UNKNOWN: "wait"}


class RuleWords(NamedTuple):
    """The rule that decided, and what would change its answer; each a whole sentence or two."""

    rule: str | Promise
    change: str | Promise


_PAID_AGAIN: Final = _("A new purchase that is paid makes it yes.")
_BOOKS: Final = _("The source has to correct the record; look the sale up there.")
_ENDS_WITH_MONEY: Final = _("A full refund or a lost dispute makes it no.")

RULE_WORDS: Final[dict[str, RuleWords]] = {
    "revoked_by_hand": RuleWords(
        _("Somebody took the access away by hand. That wins over every payment."),
        _("Only a person giving it back by hand."),
    ),
    "nothing_to_open": RuleWords(
        _("The product is delivered without a members area, file or link: there is nothing to open."),
        _("Only another delivery method of the product."),
    ),
    "granted_by_hand": RuleWords(
        _("Somebody opened the access by hand. It does not depend on a payment."),
        _("A person taking it away, or its own end."),
    ),
    "status_unknown": RuleWords(_("The source sent a status that no rule knows."), _BOOKS),
    "test_sale": RuleWords(_("The only sale is a test. It gives nobody access."), _PAID_AGAIN),
    "dispute_lost": RuleWords(
        _("The money was taken back by the bank or platform. A lost dispute ends access."),
        _("The dispute being reversed, or a new purchase that is paid."),
    ),
    "refunded": RuleWords(
        _("All of the money was returned. A full refund ends access."),
        _("The refund failing, or a new purchase that is paid."),
    ),
    "dispute_over_status_behind": RuleWords(
        _("The dispute ended without a loss, but the sale is still called disputed or charged back."), _BOOKS
    ),
    "refund_failed_status_refunded": RuleWords(
        _("The sale is called refunded, but its refund failed."),
        _("A refund that succeeds makes it no; the sale called approved again makes it yes."),
    ),
    "reversed_but_never_paid": RuleWords(
        _("Money of this sale was disputed or returned, but its status says it was never paid."), _BOOKS
    ),
    "paid_after_end": RuleWords(
        _("A charge was paid after the subscription ended. The two do not fit."),
        _("The subscription being restarted makes it yes; the charge refunded makes it no."),
    ),
    "subscription_expired": RuleWords(
        _("The subscription is over."), _("The subscription being restarted, or a new one.")
    ),
    "period_over": RuleWords(
        _("The subscription is canceled, and what was paid is used up."),
        _("The subscription being restarted, or a new one."),
    ),
    "paid_but_incomplete": RuleWords(
        _("The first charge is paid, but the subscription is still called incomplete."), _BOOKS
    ),
    "first_payment_open": RuleWords(
        _("The first charge of the subscription is not paid."), _("The first charge being paid.")
    ),
    "canceled_without_end": RuleWords(
        _("The subscription is canceled, and until when it was paid is not on record."),
        _("The end of the paid period, as the source has it."),
    ),
    "trial_over": RuleWords(
        _("The trial is over, but the subscription is still called a trial."),
        _("The first charge makes it yes; the end of the subscription makes it no."),
    ),
    "unpaid": RuleWords(
        _("All tries to charge have failed. Whether access stays is the seller’s policy, not in the books."),
        _("A paid charge makes it yes; the end of the subscription makes it no."),
    ),
    "paused": RuleWords(
        _("The subscription is paused. Whether access stays is the seller’s policy, not in the books."),
        _("The subscription going on makes it yes; its end makes it no."),
    ),
    "not_paid_yet": RuleWords(
        _("The sale is not paid. Access opens when the payment is confirmed."),
        _("The payment being confirmed: a Pix in minutes, a boleto in up to three working days."),
    ),
    "declined": RuleWords(
        _("The payment was declined."), _("A new try that is paid, with another card or by Pix.")
    ),
    "payment_expired": RuleWords(
        _("The Pix or boleto ran out before it was paid."),
        _("A late confirmation, which does happen, or a new purchase that is paid."),
    ),
    "sale_canceled": RuleWords(_("The sale was withdrawn before it was paid."), _PAID_AGAIN),
    "term_over": RuleWords(
        _("The access that came with the sale was for a time, and that is over."),
        _("A new purchase, or a person opening it by hand."),
    ),
    "term_unknown": RuleWords(
        _("The platform says that the access ran out. No end of it is on record."),
        _("The platform naming the end, or opening it again."),
    ),
    "subscription_missing": RuleWords(
        _("A charge of a recurring plan is paid, and its subscription is not on record here."),
        _("The subscription being found: under another record of the buyer, or at the source."),
    ),
    "dispute_open": RuleWords(
        _("A dispute is open. Access stays until it is decided."),
        _("The dispute won makes it yes, lost makes it no."),
    ),
    "refund_requested": RuleWords(
        _("The money is asked back. Access stays until it is returned."),
        _("The refund made makes it no, refused makes it yes."),
    ),
    "past_due": RuleWords(
        _("The last charge failed. Access stays while it is tried again."),
        _("A paid try makes it yes; giving up makes it no."),
    ),
    "renewal_missing": RuleWords(
        _("The subscription is called active, but its paid period is over and no renewal is on record."),
        _("The renewal being paid makes it yes, declined leaves it at risk."),
    ),
    "instalments_paid": RuleWords(_("All instalments are paid: the product is bought."), _ENDS_WITH_MONEY),
    "canceled_until_period_end": RuleWords(
        _("The subscription will not be charged again. Access stays to the end of what is paid."),
        _("The end of the period makes it no; restarting it keeps it."),
    ),
    "trial": RuleWords(
        _("The subscription is on trial."), _("The first charge declined, or canceling before it.")
    ),
    "subscription_active": RuleWords(
        _("The subscription is active."),
        _("A failed charge puts it at risk; canceling ends it with its period."),
    ),
    "charge_paid": RuleWords(
        _("The charge of this period is paid. Its subscription is not on record here."),
        _("The end of the period, if no subscription is found by then."),
    ),
    "lifetime": RuleWords(_("Bought for life: the access has no end."), _ENDS_WITH_MONEY),
    "partly_refunded": RuleWords(
        _("A part of the money was returned. A partial refund does not end access."),
        _("The rest being refunded, or a lost dispute, makes it no."),
    ),
    "sale_paid": RuleWords(_("The sale is paid."), _ENDS_WITH_MONEY),
    "no_rule": RuleWords(_("No rule decides these facts."), _BOOKS),
    "nothing_bought": RuleWords(_("No sale or subscription is on record."), _PAID_AGAIN),
}

_SHUT: Final[dict[str, str | Promise]] = {
    AccessStatus.FAILED: _("%(platform)s reports that it could not open the access."),
    AccessStatus.REVOKED: _("%(platform)s reports that it took the access away."),
    AccessStatus.EXPIRED: _("%(platform)s reports that the access ran out."),
    # Granted for a time that is over.
    AccessStatus.GRANTED: _("%(platform)s reports that the access ran out."),
}


def answer_words(decision: Decision) -> str:
    """The answer in a word or a few, the report with it where that is the opposite."""
    if decision.rule == "nothing_to_open":
        return gettext("Nothing to open")
    if decision.differs:
        if decision.answer == Answer.NO:
            return gettext("No, but open")
        return gettext("Yes, but shut") if decision.answer == Answer.YES else gettext("At risk, and shut")
    if decision.is_overdue:
        return gettext("Yes, not reported")
    return str(decision.answer.label)


def tone_of(decision: Decision) -> str:
    """The tone of the answer: what needs a person is never green."""
    if decision.rule == "nothing_to_open" and not decision.differs:
        return "off"
    if decision.differs:
        return "bad"
    return "warn" if decision.is_overdue else TONES[decision.answer]


def rule_words(decision: Decision) -> str:
    """The rule in words, with the end of what it gives."""
    words = str(RULE_WORDS[decision.rule].rule)
    if decision.until is None:
        return words
    return f"{words} {gettext('Until %(day)s.') % {'day': format_day(decision.until)}}"


def change_words(facts: ProductFacts, decision: Decision) -> str:
    """What would change the answer; where only the platform is in the way, what would let the buyer in."""
    if decision.answer == Answer.YES and (decision.differs or decision.is_overdue):
        words = gettext("%(platform)s opening the access: the payment is in order.")
        return words % {"platform": platform_of(facts)}
    if decision.is_stale:
        return gettext("The payment, if it was made after all: ask the buyer for the receipt.")
    return str(RULE_WORDS[decision.rule].change)


def report_words(facts: ProductFacts, decision: Decision) -> str:
    """What the platform says against the answer, or does not say in time; "" where the two agree."""
    named = {"platform": platform_of(facts)}
    if decision.differs:
        return _against(facts, decision) % named
    if not decision.is_overdue:
        return ""
    if facts.usual_minutes is None:
        words = (
            gettext("%(platform)s reports that it is on its way, for longer than is usual.")
            if decision.reported == Reported.WAITING
            else gettext("%(platform)s has reported nothing, for longer than is usual.")
        )
        return words % named
    words = (
        gettext("%(platform)s reports that it is on its way, for longer than its usual %(minutes)d minutes.")
        if decision.reported == Reported.WAITING
        else gettext("%(platform)s has reported nothing, for longer than its usual %(minutes)d minutes.")
    )
    return words % {**named, "minutes": facts.usual_minutes}


def _against(facts: ProductFacts, decision: Decision) -> str:
    if decision.reported == Reported.OPEN:
        return gettext("%(platform)s still reports open access.")
    if decision.reported == Reported.NOTHING:
        return gettext("%(platform)s reports that there is nothing to open.")
    last = max(facts.grants, key=lambda grant: (grant.changed_at, grant.status)).status
    return str(_SHUT.get(last, _("%(platform)s reports that the access is shut.")))


def platform_of(facts: ProductFacts) -> str:
    """Who delivers, as people say it."""
    if facts.platform:
        return facts.platform
    is_own = facts.delivery == Product.Delivery.ATOMIC_MEMBERS
    return str(Product.Delivery.ATOMIC_MEMBERS.label) if is_own else gettext("The platform")
