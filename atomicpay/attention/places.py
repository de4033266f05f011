"""Where each check is shown, and to whom."""

from typing import Final

from .facts import Check

_OF_SUBSCRIPTION: Final = frozenset(
    (
        *(Check.SUBSCRIPTION_ACCESS, Check.SUBSCRIPTION_ELSEWHERE, Check.SUBSCRIBED_TWICE),
        *(Check.PAID_AFTER_CANCEL, Check.NO_SUBSCRIPTION, Check.ILLEGAL_CHANGE, Check.UNEXPLAINED_LOSS),
    )
)
ON_SALE: Final = frozenset(Check) - {Check.SUBSCRIPTION_ELSEWHERE, Check.SUBSCRIBED_TWICE, Check.DELIVERY}
ON_SUBSCRIPTION: Final = frozenset(
    (
        *(Check.SUBSCRIPTION_ACCESS, Check.SUBSCRIBED_TWICE, Check.PAID_AFTER_CANCEL, Check.ILLEGAL_CHANGE),
        *(Check.EMAIL, Check.SCOPE, Check.UNEXPLAINED_LOSS),
    )
)


def checks_for(*, may_see_sales: bool, may_see_subscriptions: bool) -> frozenset[Check]:
    """The checks that say nothing of what a member may not see. All of them look at sales."""
    if not may_see_sales:
        return frozenset((Check.SCOPE,))
    return frozenset(Check) - (frozenset() if may_see_subscriptions else _OF_SUBSCRIPTION)
