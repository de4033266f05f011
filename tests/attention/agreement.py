"""Where the card of a product and the checks about it contradict each other."""

from collections.abc import Collection
from typing import Final

from atomicpay.attention.facts import Check
from customers.access.rules import Answer, Decision, Reported

_SHUT: Final = {Check.NO_ACCESS, Check.UNEXPLAINED_LOSS}
_OPEN: Final = {Check.UNPAID_ACCESS, Check.ACCESS_AFTER_LOSS, Check.SUBSCRIPTION_ACCESS}


def contradicts(decision: Decision, failed: Collection[Check], *, is_of_hand: bool = False) -> bool:
    """Whether a card says what the checks deny, or keeps silent about what they find.

    An unknown answer contradicts nobody, and neither does access at risk that is shut: a dispute explains it
    to a check. What a person opened or shut is the seller's own decision, which no check questions.
    """
    says_shut, says_open = (bool(kind & set(failed)) for kind in (_SHUT, _OPEN))
    is_of_delivery = Check.DELIVERY in failed
    if decision.answer == Answer.YES:
        is_shut = decision.differs or decision.is_overdue
        return says_open or says_shut > is_shut or is_shut > (says_shut or is_of_delivery or is_of_hand)
    if decision.answer == Answer.NO:
        is_open = decision.differs
        return says_shut or says_open > is_open or is_open > (says_open or is_of_delivery or is_of_hand)
    if decision.answer == Answer.AT_RISK:
        return says_open or (says_shut and decision.reported == Reported.OPEN)
    return False
