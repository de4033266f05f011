"""How plans are said: what people read of an interval and a payment model."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from .models import PaymentModel, Plan

_EACH: Final[dict[str, str | Promise]] = {
    Plan.Interval.DAY: _("daily"),
    Plan.Interval.WEEK: _("weekly"),
    Plan.Interval.MONTH: _("monthly"),
    Plan.Interval.YEAR: _("yearly"),
}


def frequency(plan: Plan | None) -> str:
    """How often a plan is charged: "monthly", "every 3 months", "one-time"; "" when that is not known."""
    if plan is None:
        return ""
    if plan.payment_model == PaymentModel.ONE_TIME:
        return gettext("one-time")
    if not plan.interval:
        return plan.source_frequency
    if plan.interval_count == 1:
        return str(_EACH[plan.interval])
    return _every(plan.interval, plan.interval_count)


def _every(interval: str, count: int) -> str:
    words = {
        Plan.Interval.DAY: ngettext("every day", "every %(count)d days", count),
        Plan.Interval.WEEK: ngettext("every week", "every %(count)d weeks", count),
        Plan.Interval.MONTH: ngettext("every month", "every %(count)d months", count),
        Plan.Interval.YEAR: ngettext("every year", "every %(count)d years", count),
    }
    return words[Plan.Interval(interval)] % {"count": count}
