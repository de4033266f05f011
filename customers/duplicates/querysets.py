"""Chainable reads of suggestions, each named as a phrase."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from atomicpay.workspaces.owned import OwnedManager, OwnedQuerySet
from atomicpay.workspaces.scope import is_limited_to_products

if TYPE_CHECKING:
    from .models import Suggestion  # noqa: F401 -- named in a string below


class SuggestionQuerySet(OwnedQuerySet["Suggestion"]):
    """Reads of suggestions."""

    def open(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(closed_at=None).exclude(dismissed_digest=F("digest"))

    def due(self) -> Self:
        """Those of them that nobody has put off until later."""
        return self.open().filter(Q(later_until=None) | Q(later_until__lt=Now()))

    def kept_apart(self) -> Self:
        """Those of which it was said that they are not of one person, as long as the evidence is the same."""
        return self.filter(dismissed_digest=F("digest"))

    def in_cases_with(self, some: Self) -> Self:
        """Those of whose case any suggestion is among some: what one pair has, its whole case has."""
        return self.filter(case_id__in=some.due().values("case_id"))

    def of(self, customer_id: int) -> Self:
        """Those about one customer."""
        return self.filter(Q(low_id=customer_id) | Q(high_id=customer_id))

    def among(self, customer_ids: list[int]) -> Self:
        """Those about any of these."""
        return self.filter(Q(low_id__in=customer_ids) | Q(high_id__in=customer_ids))

    def between(self, customer_ids: Collection[int]) -> Self:
        """Those about two of these."""
        return self.filter(low_id__in=customer_ids, high_id__in=customer_ids)

    def joining(self) -> Self:
        """Those by which customers hang together as one case: likely ones, of persons."""
        return self.open().filter(percent__gte=90, is_organisation=False)

    def likeliest_first(self) -> Self:
        """By probability, then by the money at stake, of which who is limited to products is not told."""
        if is_limited_to_products():
            return self.order_by("-percent", "-id")
        return self.order_by("-percent", "-stake", "-id")

    def leading(self) -> Self:
        """The first of each case, in that order."""
        better = self.model.objects.due().filter(case_id=OuterRef("case_id"))
        is_before = Q(percent__gt=OuterRef("percent")) | Q(percent=OuterRef("percent"), id__gt=OuterRef("id"))
        return self.exclude(Exists(better.filter(is_before)))


SuggestionManager = OwnedManager.from_queryset(SuggestionQuerySet)
