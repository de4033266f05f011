"""What the rules of access are asked about: one product of one customer, as the books had it at some moment.

Amounts are minor units of the sale's own currency, times are aware. Statuses are the words of `sales.states`
and `subscriptions.lifecycle`; one that those do not know is allowed here, and decided as unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from atomicpay.catalog.models import PaymentModel, Plan, Product
from sales.states import PAID, AccessStatus, DisputeStatus, SaleStatus

_MOVING: Final = (DisputeStatus.OPEN, DisputeStatus.LOST)


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """A contested sale; `at` is when it was closed, or opened while it is not."""

    status: str
    at: datetime | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SaleFact:
    """A sale with what went back of it.

    `refunded` is what succeeded refunds returned, `refunding` what pending ones are to return, `refunded_at`
    when the last one succeeded. `subscription` is the public id of the subscription it is a charge of, also
    of one that is not among the facts. `pays_until` is the end of the period that one charge of a recurring
    plan pays; None where the plan has no known interval.
    """

    public_id: str
    status: str
    ordered_at: datetime
    reference: str = ""
    amount: int = 0
    currency: str = "BRL"
    approved_at: datetime | None = None
    method: str = ""
    is_test: bool = False
    refunded: int = 0
    refunding: int = 0
    has_failed_refund: bool = False
    refunded_at: datetime | None = None
    disputes: tuple[DisputeFact, ...] = ()
    subscription: str = ""
    charge_number: int | None = None
    payment_model: str = PaymentModel.ONE_TIME
    plan_type: str = Plan.Type.STANDARD
    pays_until: datetime | None = None

    @property
    def paid_at(self) -> datetime:
        """When it was approved; when it was ordered where the source did not say."""
        return self.approved_at or self.ordered_at

    @property
    def was_paid(self) -> bool:
        """Whether its status says that it was approved at some time."""
        return self.status in PAID

    @property
    def is_lost(self) -> bool:
        """Whether a bank or platform took the money back."""
        if self._has(DisputeStatus.LOST):
            return True
        return self.status == SaleStatus.CHARGEBACK and not self.is_won

    @property
    def is_contested(self) -> bool:
        """Whether a dispute about it is open; an inquiry is none, because it moves no money."""
        if self._has(DisputeStatus.OPEN):
            return True
        return self.status == SaleStatus.DISPUTED and not self.is_behind

    @property
    def is_won(self) -> bool:
        """Whether a dispute about it was won, and none is open or lost."""
        return self._has(DisputeStatus.WON) and not self._has(*_MOVING)

    @property
    def is_behind(self) -> bool:
        """Whether the disputes are over without a loss, and the status has not followed."""
        if self.status == SaleStatus.CHARGEBACK:
            return self.is_won
        over = (DisputeStatus.WON, DisputeStatus.PREVENTED, DisputeStatus.CLOSED)
        return self.status == SaleStatus.DISPUTED and self._has(*over) and not self._has(*_MOVING)

    @property
    def is_given_back(self) -> bool:
        """Whether all of it was returned.

        The status is enough: interest of instalments and fees often stay, so that the sum is less.
        """
        is_all = bool(self.refunded) and self.refunded >= self.amount
        return is_all or (self.status == SaleStatus.REFUNDED and not self.is_bounced)

    @property
    def is_bounced(self) -> bool:
        """Whether it is called refunded and yet its refund failed."""
        came_back = self.has_failed_refund and not self.refunded and not self.refunding
        return self.status == SaleStatus.REFUNDED and came_back

    @property
    def is_asked_back(self) -> bool:
        """Whether all that is left of it is asked back, and nothing is decided."""
        would_be_all = bool(self.refunding) and self.refunded + self.refunding >= self.amount
        return self.status == SaleStatus.REFUND_REQUESTED or would_be_all

    @property
    def lost_at(self) -> datetime | None:
        return max(
            (each.at for each in self.disputes if each.status == DisputeStatus.LOST and each.at), default=None
        )

    def _has(self, *statuses: str) -> bool:
        return any(dispute.status in statuses for dispute in self.disputes)


@dataclass(frozen=True, slots=True)
class SubscriptionFact:
    """A subscription as it stood."""

    public_id: str
    status: str
    started_at: datetime
    trial_ends_at: datetime | None = None
    current_period_end: datetime | None = None
    next_charge_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    canceled_by: str = ""
    charges_count: int = 0
    payment_model: str = PaymentModel.RECURRING
    max_charges: int | None = None

    @property
    def is_paid_in_full(self) -> bool:
        """Whether it split one price into charges, and all of them were made."""
        is_split = self.payment_model == PaymentModel.INSTALLMENT_PLAN and bool(self.max_charges)
        return is_split and self.charges_count >= (self.max_charges or 0)

    @property
    def paid_until(self) -> datetime | None:
        """The end of the period that is paid, or of the trial before there was one."""
        return self.current_period_end or self.trial_ends_at


@dataclass(frozen=True, slots=True)
class GrantFact:
    """What the delivering platform or a person reported; `sale` and `subscription` are public ids."""

    status: str
    recorded_at: datetime
    is_manual: bool = False
    granted_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoke_reason: str = ""
    first_access_at: datetime | None = None
    sale: str = ""
    subscription: str = ""

    @property
    def opened_at(self) -> datetime:
        return self.granted_at or self.recorded_at

    @property
    def shut_at(self) -> datetime:
        return self.revoked_at or self.recorded_at

    @property
    def changed_at(self) -> datetime:
        return max(self.recorded_at, self.opened_at, self.shut_at)

    def is_open(self, now: datetime) -> bool:
        """Whether it lets the buyer in; at the moment it expires it does not any more."""
        return self.status == AccessStatus.GRANTED and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether its own term is known to have ended."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """Everything that decides about one product of one customer; the order of the rows does not matter.

    `is_told_of_others`: whether access is reported of other buyers, so that silence says something.
    """

    public_id: str
    name: str
    delivery: str = Product.Delivery.EXTERNAL_MEMBERS_AREA
    platform: str = ""
    links: tuple[tuple[str, str], ...] = ()
    usual_minutes: int | None = None
    support_email: str = ""
    sales: tuple[SaleFact, ...] = ()
    subscriptions: tuple[SubscriptionFact, ...] = ()
    grants: tuple[GrantFact, ...] = ()
    is_told_of_others: bool = True

    @property
    def first_access_at(self) -> datetime | None:
        """When the buyer was first seen inside."""
        return min(filter(None, (grant.first_access_at for grant in self.grants)), default=None)


def latest(sales: Iterable[SaleFact]) -> SaleFact | None:
    """The one paid last."""
    return max(sales, key=lambda sale: (sale.paid_at, sale.public_id), default=None)
