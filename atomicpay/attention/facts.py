"""What the checks are made from: what is known of one customer, as far as the scope shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from django.utils.dateparse import parse_datetime


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
    paid_until: datetime | None = None
    canceled_at: datetime | None = None
    expires_at: datetime | None = None
    occurred_at: datetime | None = None

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
        ("ordered_at", "approved_at", "paid_until", "canceled_at", "expires_at", "occurred_at"), _moment
    ),
}
