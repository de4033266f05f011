"""The grounds on which a buyer may have access: a sale, a subscription with its charges, or a person's act.

Each is a set of questions about facts that the rules are made of; all of them are asked at one moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from atomicpay.catalog.models import PaymentModel, Plan
from sales.states import AccessStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.running import end_of, is_over

from .facts import GrantFact, ProductFacts, SaleFact, SubscriptionFact, latest

_SALES: Final = frozenset(SaleStatus.values)
_SUBSCRIPTIONS: Final = frozenset(SubscriptionStatus.values)


@dataclass(frozen=True, slots=True)
class Claim:
    """One ground: `sale` is the sale itself, or the charge of the subscription that counts, if there is one.

    That is the charge paid last; where none was paid, the one tried last. `grants` are the reports about it.
    """

    now: datetime
    sale: SaleFact | None = None
    subscription: SubscriptionFact | None = None
    charges: tuple[SaleFact, ...] = ()
    grants: tuple[GrantFact, ...] = ()
    hand: GrantFact | None = None

    # Anything ---------------------------------------------------------------------------------------------

    @property
    def is_unknown(self) -> bool:
        """Whether a status is a word that no lifecycle has."""
        sale, subscription = self.sale, self.subscription
        is_known_sale = sale is None or sale.status in _SALES
        return not (is_known_sale and (subscription is None or subscription.status in _SUBSCRIPTIONS))

    @property
    def began_at(self) -> datetime:
        """Its place among others: when the buyer last did something about it."""
        moments = [each.ordered_at for each in (self.sale,) if each]
        moments += [each.started_at for each in (self.subscription,) if each]
        moments += [each.opened_at for each in (self.hand,) if each]
        return max(moments)

    @property
    def key(self) -> str:
        """Tells apart what began at one moment."""
        of = self.subscription or self.sale
        return of.public_id if of else ""

    @property
    def since(self) -> datetime | None:
        """When access began, as far as the money tells."""
        if self.hand:
            return self.hand.opened_at
        if self.subscription:
            return self.subscription.started_at
        return self.sale.paid_at if self.sale else None

    # Its money --------------------------------------------------------------------------------------------

    @property
    def is_test(self) -> bool:
        return self.sale is not None and self.sale.is_test

    @property
    def is_lost(self) -> bool:
        return self.sale is not None and self.sale.is_lost

    @property
    def is_behind(self) -> bool:
        return self.sale is not None and self.sale.is_behind

    @property
    def is_bounced(self) -> bool:
        return self.sale is not None and self.sale.is_bounced

    @property
    def is_given_back(self) -> bool:
        return self.sale is not None and self.sale.is_given_back

    @property
    def is_reversed_unpaid(self) -> bool:
        """Whether money of a sale is contested or was returned that by its status never came."""
        sale = self.sale
        return sale is not None and not sale.was_paid and (sale.is_contested or bool(sale.refunded))

    @property
    def is_contested(self) -> bool:
        """Whether a dispute is open, of a subscription about any charge: the buyer's bank is asking now."""
        of = self.charges if self.subscription else tuple(filter(None, (self.sale,)))
        return any(sale.is_contested for sale in of)

    @property
    def is_asked_back(self) -> bool:
        return self.sale is not None and self.sale.is_asked_back

    @property
    def is_paid(self) -> bool:
        return self.sale is not None and self.sale.was_paid

    @property
    def lost_at(self) -> datetime | None:
        return self.sale.lost_at if self.sale else None

    @property
    def refunded_at(self) -> datetime | None:
        return self.sale.refunded_at if self.sale else None

    @property
    def ordered_at(self) -> datetime | None:
        return self.sale.ordered_at if self.sale else None

    # A subscription ---------------------------------------------------------------------------------------

    def is_in(self, *statuses: str) -> bool:
        """Whether the subscription has one of these statuses."""
        return self.subscription is not None and self.subscription.status in statuses

    @property
    def is_paid_in_full(self) -> bool:
        return self.subscription is not None and self.subscription.is_paid_in_full

    @property
    def over_at(self) -> datetime | None:
        """When an ended subscription stops giving access; None where that is not on record, or it lives."""
        subscription = self.subscription
        if subscription is None or self.is_paid_in_full:
            return None
        return end_of(
            subscription.status,
            paid_until=subscription.paid_until,
            ended_at=subscription.ended_at,
            canceled_at=subscription.canceled_at,
            is_last_period=subscription.cancel_at_period_end,
        )

    @property
    def is_over(self) -> bool:
        """Whether that has come. At the very moment of the period's end it is over."""
        if self.subscription is None:
            return False
        paid = self.is_paid_in_full
        return is_over(self.subscription.status, self.over_at, is_paid_in_full=paid, at=self.now)

    @property
    def is_paid_after_end(self) -> bool:
        """Whether a charge that stands came at or after the end."""
        if self.sale is None or not self.is_paid or not self.is_over or self.over_at is None:
            return False
        return self.sale.paid_at >= self.over_at

    @property
    def has_no_end(self) -> bool:
        """Whether it is canceled, and until when it was paid is not on record."""
        return self.is_in(SubscriptionStatus.CANCELED) and not self.is_paid_in_full and self.over_at is None

    @property
    def is_trial_overdue(self) -> bool:
        """Whether it is still called a trial when the trial is over."""
        end = self.subscription.trial_ends_at if self.subscription else None
        return self.is_in(SubscriptionStatus.TRIALING) and end is not None and end <= self.now

    @property
    def is_renewal_overdue(self) -> bool:
        """Whether it is called active when what was paid is used up."""
        end = self.subscription.current_period_end if self.subscription else None
        return self.is_in(SubscriptionStatus.ACTIVE) and end is not None and end <= self.now

    @property
    def trial_ends_at(self) -> datetime | None:
        return self.subscription.trial_ends_at if self.subscription else None

    @property
    def period_ends_at(self) -> datetime | None:
        return self.subscription.current_period_end if self.subscription else None

    # A sale by itself -------------------------------------------------------------------------------------

    @property
    def is_alone(self) -> bool:
        return self.subscription is None and self.hand is None

    @property
    def is_partly_refunded(self) -> bool:
        sale = self.sale
        if sale is None:
            return False
        return sale.status == SaleStatus.PARTIALLY_REFUNDED or (bool(sale.refunded) and sale.was_paid)

    def is_sale(self, *statuses: str) -> bool:
        """Whether it is a sale by itself, with one of these statuses."""
        return self.subscription is None and self.sale is not None and self.sale.status in statuses

    @property
    def is_lifetime(self) -> bool:
        return self.sale is not None and self.sale.plan_type == Plan.Type.LIFETIME

    @property
    def misses_subscription(self) -> bool:
        """Whether its plan is charged again and again, and the subscription is not on record."""
        sale = self.sale
        if sale is None or self.subscription or not sale.was_paid:
            return False
        return bool(sale.subscription) or sale.payment_model != PaymentModel.ONE_TIME

    @property
    def pays_until(self) -> datetime | None:
        """The end of the period that this one charge pays, where that is known and still to come."""
        end = self.sale.pays_until if self.sale else None
        return end if end and end > self.now else None

    @property
    def term_ends_at(self) -> datetime | None:
        """When the access that the sale came with ends, or ended, by what the platform reported."""
        if self.is_lifetime:
            return None
        terms = [
            grant for grant in self.grants if grant.status in (AccessStatus.GRANTED, AccessStatus.EXPIRED)
        ]
        if any(grant.expires_at is None and grant.status == AccessStatus.GRANTED for grant in terms):
            return None
        return max(filter(None, (grant.expires_at for grant in terms)), default=None)

    @property
    def is_term_over(self) -> bool:
        return self.term_ends_at is not None and self.term_ends_at <= self.now

    @property
    def is_term_unknown(self) -> bool:
        """Whether the platform says that the term is over, and no date of it is past."""
        if self.is_lifetime or any(grant.is_open(self.now) for grant in self.grants):
            return False
        return any(grant.status == AccessStatus.EXPIRED for grant in self.grants)

    # A person's act ---------------------------------------------------------------------------------------

    @property
    def hand_ends_at(self) -> datetime | None:
        return self.hand.expires_at if self.hand else None


def claims_of(facts: ProductFacts, now: datetime) -> list[Claim]:
    """Each subscription with its charges, and each other sale."""
    known = {each.public_id for each in facts.subscriptions}
    real = [sale for sale in facts.sales if not sale.is_test or sale.subscription not in known]
    subscriptions = [
        _of_subscription(
            each, tuple(sale for sale in real if sale.subscription == each.public_id), facts, now
        )
        for each in facts.subscriptions
    ]
    alone = [sale for sale in real if sale.subscription not in known]
    # A report that names no sale says nothing about one of several.
    reports = [[grant for grant in facts.grants if grant.sale == sale.public_id] for sale in alone]
    return [
        *subscriptions,
        *(Claim(now, sale, grants=tuple(about)) for sale, about in zip(alone, reports, strict=True)),
    ]


def _of_subscription(
    subscription: SubscriptionFact, charges: tuple[SaleFact, ...], facts: ProductFacts, now: datetime
) -> Claim:
    paid = latest(sale for sale in charges if sale.was_paid)
    tried = max(charges, key=lambda sale: (sale.ordered_at, sale.public_id), default=None)
    grants = tuple(each for each in facts.grants if each.subscription == subscription.public_id)
    return Claim(now, paid or tried, subscription, charges, grants)
