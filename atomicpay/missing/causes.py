"""Why a sale has no subscription: from the facts to each cause with what came of looking at it. No query
inside.

A sale should have one if its plan is charged again and it was approved at some time (or a trial began).
"""

from dataclasses import dataclass

from atomicpay.catalog.models import PaymentModel, Plan
from sales.states import PAID, SaleStatus

from .facts import Cause, CheckedCause, Held, Verdict


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """What is known of a sale that names no subscription, within the member's scope.

    `payment_model` and `plan_type` are "" where the sale names no plan. `same_product` are the buyer's
    subscriptions to that product, `other_products` those to others; `of_others` are those of further records
    that share an email, a document or a phone with the buyer, or the email typed at the checkout.
    """

    payment_model: str
    plan_type: str
    status: str
    same_product: tuple[Held, ...] = ()
    other_products: tuple[Held, ...] = ()
    of_others: tuple[Held, ...] = ()


def check_causes(facts: SaleFacts) -> list[CheckedCause]:
    """Every cause in the order in which it is worth looking, what explains it before what does not."""
    checked = [
        _payment_model(facts),
        *_plan_type(facts),
        _status(facts),
        _held(Cause.NOT_LINKED, Verdict.IS_WHY, facts.same_product),
        _held(Cause.ANOTHER_CUSTOMER, Verdict.IS_WHY, facts.of_others),
        _held(Cause.ANOTHER_PRODUCT, Verdict.MAY_BE_WHY, facts.other_products),
    ]
    if is_expected(facts) and not any(cause.verdict is Verdict.IS_WHY for cause in checked):
        checked.append(CheckedCause(Cause.NEVER_CREATED, Verdict.IS_WHY))
    return sorted(checked, key=lambda cause: list(Verdict).index(cause.verdict))


def is_expected(facts: SaleFacts) -> bool:
    """Whether the sale should have a subscription."""
    is_charged_again = facts.payment_model not in ("", PaymentModel.ONE_TIME)
    return is_charged_again and (facts.status in PAID or facts.plan_type == Plan.Type.TRIAL)


def needs_none(facts: SaleFacts) -> bool:
    """Whether it is paid once, and no subscription is anywhere that might be its own all the same."""
    return facts.payment_model == PaymentModel.ONE_TIME and not (facts.same_product or facts.of_others)


def _payment_model(facts: SaleFacts) -> CheckedCause:
    if not facts.payment_model:
        return CheckedCause(Cause.PAYMENT_MODEL, Verdict.MAY_BE_WHY)
    label = str(PaymentModel(facts.payment_model).label)
    is_once = facts.payment_model == PaymentModel.ONE_TIME
    return CheckedCause(Cause.PAYMENT_MODEL, Verdict.IS_WHY if is_once else Verdict.IS_NOT_WHY, label)


def _plan_type(facts: SaleFacts) -> list[CheckedCause]:
    """Who has a product for life, or for nothing, is not charged again. Nothing without a plan."""
    if not facts.plan_type:
        return []
    ends_there = facts.plan_type in (Plan.Type.LIFETIME, Plan.Type.FREE)
    verdict = Verdict.MAY_BE_WHY if ends_there else Verdict.IS_NOT_WHY
    return [CheckedCause(Cause.PLAN_TYPE, verdict, str(Plan.Type(facts.plan_type).label))]


def _status(facts: SaleFacts) -> CheckedCause:
    label = str(SaleStatus(facts.status).label)
    if facts.status in PAID:
        return CheckedCause(Cause.STATUS, Verdict.IS_NOT_WHY, label)
    is_trial = facts.plan_type == Plan.Type.TRIAL
    return CheckedCause(Cause.STATUS, Verdict.MAY_BE_WHY if is_trial else Verdict.IS_WHY, label)


def _held(cause: Cause, verdict: Verdict, held: tuple[Held, ...]) -> CheckedCause:
    return CheckedCause(cause, verdict if held else Verdict.IS_NOT_WHY, held=held)
