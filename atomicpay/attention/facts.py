"""What the checks are made from: what is known of one customer, as far as the scope shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from django.utils.dateparse import parse_datetime

from subscriptions.running import end_of, is_over, is_running


class Check(StrEnum):
    """What is looked at, in the order in which it is told. Codes are kept with findings: never change one."""

    EMAIL = "email"
    UNPAID_ACCESS = "unpaid_access"
    NO_ACCESS = "no_access"
    UNEXPLAINED_LOSS = "unexplained_loss"
    ACCESS_AFTER_LOSS = "access_after_loss"
    SUBSCRIPTION_ACCESS = "subscription_access"
    DELIVERY = "delivery"
    NO_SUBSCRIPTION = "no_subscription"
    SUBSCRIPTION_ELSEWHERE = "subscription_elsewhere"
    SUBSCRIBED_TWICE = "subscribed_twice"
    PAID_AFTER_CANCEL = "paid_after_cancel"
    STALE_PENDING = "stale_pending"
    ILLEGAL_CHANGE = "illegal_change"
    SCOPE = "scope"


class Ref(NamedTuple):
    """A record by its key, its address and what it is called."""

    id: int
    public_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A sale, a subscription or several alike that a check may fail on, with all that decides it.

    `sale` is the newest of `number` alike. `access` is what was reported of it, "" for nothing; `others_paid`
    whether something else the customer has pays for the same product; `is_paid_up` whether the last
    instalment was paid; `reported` of how many of the product's latest `sampled` sales access was reported.
    `total` is how many suspects of this check the customer has, of which only the newest are read.
    """

    check: Check
    customer_id: int
    product_id: int
    subject: str
    total: int = 1
    number: int = 1
    sale: Ref | None = None
    subscription: Ref | None = None
    other: Ref | None = None
    together: tuple[Ref, ...] = ()
    sale_status: str = ""
    subscription_status: str = ""
    access: str = ""
    is_manual: bool = False
    method: str = ""
    delivery: str = ""
    access_within_minutes: int | None = None
    payment_model: str = ""
    plan_type: str = ""
    email: str = ""
    shared: tuple[str, ...] = ()
    others_paid: bool = False
    has_own: bool = False
    is_paid_up: bool = False
    is_refunded: bool = False
    dispute: str = ""
    reported: int = 0
    sampled: int = 0
    event_id: int = 0
    before: str = ""
    after: str = ""
    ordered_at: datetime | None = None
    approved_at: datetime | None = None
    started_at: datetime | None = None
    paid_until: datetime | None = None
    ended_at: datetime | None = None
    is_last_period: bool = False
    is_charge_lost: bool = False
    canceled_at: datetime | None = None
    expires_at: datetime | None = None
    occurred_at: datetime | None = None

    @property
    def subscription_end(self) -> datetime | None:
        """When the subscription stops paying for access, where that is on record."""
        return end_of(
            self.subscription_status,
            paid_until=self.paid_until,
            ended_at=self.ended_at,
            canceled_at=self.canceled_at,
            is_last_period=self.is_last_period,
        )

    def is_running(self, at: datetime) -> bool:
        """Whether the subscription pays for access, as the cards of access have it."""
        if self.is_charge_lost:
            return False
        end = self.subscription_end
        return is_running(self.subscription_status, end, is_paid_in_full=self.is_paid_up, at=at)

    def is_over(self, at: datetime) -> bool:
        """Whether the subscription pays for access no more, and that is known."""
        end = self.subscription_end
        return is_over(self.subscription_status, end, is_paid_in_full=self.is_paid_up, at=at)

    @classmethod
    def read(cls, customer_id: int, check: str, total: int, known: Mapping[str, Any]) -> Self:
        """From the JSON of the statement."""
        values = {
            name: _READERS.get(name, _same)(value) for name, value in known.items() if value is not None
        }
        return cls(check=Check(check), customer_id=customer_id, total=total, **values)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one customer at a moment.

    `looked_at` is how many records each check has to look at, by its code; a check that is not named there
    has none.
    """

    at: datetime
    suspects: tuple[Suspect, ...] = ()
    looked_at: Mapping[str, int] = field(default_factory=dict)


def _same(value: Any) -> Any:
    return value


def _moment(value: Any) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) else value


def _ref(value: Any) -> Ref:
    return Ref(*value)


_READERS: Final[Mapping[str, Any]] = {
    "sale": _ref,
    "subscription": _ref,
    "other": _ref,
    "together": lambda refs: tuple(_ref(each) for each in refs),
    "shared": tuple,
    **dict.fromkeys(
        (
            *("ordered_at", "approved_at", "started_at", "paid_until", "ended_at", "canceled_at"),
            *("expires_at", "occurred_at"),
        ),
        _moment,
    ),
}
