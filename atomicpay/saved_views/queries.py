"""Reads of saved views that a page asks for."""

from typing import Any

from atomicpay.ui.listing import ListPage
from atomicpay.workspaces.models import Membership

from .models import DefaultView, SavedView


def views_of(page: ListPage, member: Membership) -> list[Any]:
    """The views of a list that a member has, as the tabs stand; each knows whether it `is_default`."""
    views = SavedView.objects.of_list(page.name).visible_to(member)
    return list(views.with_default_of(member).in_order().select_related("owner__user"))


def find_view(page: ListPage, member: Membership, public_id: Any) -> Any:
    """The view that an address names; raises SavedView.DoesNotExist for one that the member does not have."""
    views = SavedView.objects.of_list(page.name).visible_to(member).with_default_of(member)
    return views.select_related("owner__user").get_public(public_id)


def others_who_open_with(view: SavedView, member: Membership) -> list[str]:
    """The names of the other members whose list opens with the view."""
    current = Membership.objects.current().exclude(pk=member.pk)
    using = DefaultView.objects.filter(view=view).values("member")
    return list(current.filter(pk__in=using).order_by("user__name").values_list("user__name", flat=True))
