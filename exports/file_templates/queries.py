"""Reads of export templates that a page asks for."""

from typing import Any

from atomicpay.ui.registry import list_pages
from atomicpay.workspaces.models import Membership

from .models import FileTemplate


def templates_of(page: str, member: Membership) -> list[Any]:
    """The templates of a list that a member has."""
    return [template for template in templates_for(member) if template.page == page]


def templates_for(member: Membership) -> list[Any]:
    """All templates that a member has, of the lists that they may see."""
    pages = [page.name for page in list_pages() if member.may(page.permission)]
    visible = FileTemplate.objects.visible_to(member).filter(page__in=pages)
    return list(visible.in_order().select_related("owner__user"))


def find_template(member: Membership, public_id: Any) -> Any:
    """The template that an address names; raises FileTemplate.DoesNotExist for one that they do not have."""
    pages = [page.name for page in list_pages() if member.may(page.permission)]
    visible = FileTemplate.objects.visible_to(member).filter(page__in=pages)
    return visible.select_related("owner__user").get_public(public_id)
