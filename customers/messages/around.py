"""Which purchases stand around a message, in words: "2 days after purchase HP1234, Curso X, declined"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from sales.models import Sale
from sales.words import sale_badge

from .queries import NEARBY

SHOWN: Final = 3
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Nearby:
    """A purchase near a message: how far apart in words, where its page is, what it was and how it stands."""

    distance: str
    url: str
    reference: str
    product: str
    status: SafeString


def purchases_around(moment: datetime, sales: Iterable[Sale]) -> list[Nearby]:
    """The nearest of these sales that are within three days of a moment, the nearest first."""
    near = [sale for sale in sales if abs(sale.ordered_at - moment) <= NEARBY]
    near.sort(key=lambda sale: (abs(sale.ordered_at - moment), sale.pk))
    return [
        Nearby(
            distance=_distance(moment, sale.ordered_at),
            url=reverse("sales:detail", args=[sale.public_id]),
            reference=sale.reference,
            product=sale.product.name,
            status=sale_badge(sale.status, sale.method),
        )
        for sale in near[:SHOWN]
    ]


def _distance(moment: datetime, bought: datetime) -> str:
    """How far a message is from a purchase: in days of the active zone, within one day in hours."""
    is_after, apart = moment >= bought, abs(moment - bought)
    days = abs((timezone.localtime(moment).date() - timezone.localtime(bought).date()).days)
    if apart < _HOUR:
        return gettext("within the hour of purchase")
    if days == 0:
        hours = apart // _HOUR
        words = (
            ngettext("%(number)d hour after purchase", "%(number)d hours after purchase", hours)
            if is_after
            else ngettext("%(number)d hour before purchase", "%(number)d hours before purchase", hours)
        )
        return words % {"number": hours}
    words = (
        ngettext("%(number)d day after purchase", "%(number)d days after purchase", days)
        if is_after
        else ngettext("%(number)d day before purchase", "%(number)d days before purchase", days)
    )
    return words % {"number": days}
