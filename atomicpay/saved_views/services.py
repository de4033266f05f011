"""What members do with the views and columns of their lists."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import QueryDict

from atomicpay.audit.services import record
from atomicpay.ui.chosen import columns_on_offer, pick
from atomicpay.ui.listing import ListPage
from atomicpay.workspaces.models import Membership

from .errors import CannotSave, NotAllowed, Problem
from .models import DefaultView, SavedView
from .rules import SHARE, may_change, may_withdraw

MOST_VIEWS: Final = 20
"""Of one list, private and shared each: a row of tabs that can still be read, and counted."""


@transaction.atomic
def save_view(
    *,
    acting_member: Membership,
    page: ListPage,
    name: str,
    query: str,
    columns: Sequence[str] = (),
    is_shared: bool = False,
) -> SavedView:
    """Keep what a list shows by a name. Raises NotAllowed and CannotSave."""
    _require(acting_member.may(page.permission) and (acting_member.may(SHARE) or not is_shared))
    siblings = _siblings(acting_member, page.name, is_shared=is_shared)
    last = siblings.order_by("position", "id").last()
    if siblings.count() >= MOST_VIEWS:
        raise CannotSave(Problem.TOO_MANY)
    view = SavedView(
        page=page.name,
        name=" ".join(name.split()),
        query=_understood(page, query, acting_member),
        columns=_kept_columns(page, columns, acting_member),
        owner=acting_member,
        is_shared=is_shared,
        position=last.position + 1 if last else 0,
    )
    _keep(view)
    if is_shared:
        _log("view.shared", acting_member, view)
    return view


@transaction.atomic
def save_changes(
    *, acting_member: Membership, view: SavedView, page: ListPage, query: str, columns: Sequence[str] = ()
) -> SavedView:
    """Let the view be what the list shows now. Raises NotAllowed and CannotSave."""
    _require(may_change(acting_member, view))
    view.query = _understood(page, query, acting_member)
    view.columns = _kept_columns(page, columns, acting_member)
    view.save(update_fields=["query", "columns", "changed_at"])
    if view.is_shared:
        _log("view.changed", acting_member, view)
    return view


@transaction.atomic
def rename_view(*, acting_member: Membership, view: SavedView, name: str) -> SavedView:
    """Raises NotAllowed and CannotSave."""
    _require(may_change(acting_member, view))
    view.name = " ".join(name.split())
    _keep(view, update_fields=["name", "changed_at"])
    return view


@transaction.atomic
def share_view(*, acting_member: Membership, view: SavedView) -> SavedView:
    """Show it to everybody who may see the list. Raises NotAllowed and CannotSave; twice is once."""
    _require(acting_member.may(SHARE) and may_withdraw(acting_member, view))
    if view.is_shared:
        return view
    if _siblings(acting_member, view.page, is_shared=True).count() >= MOST_VIEWS:
        raise CannotSave(Problem.TOO_MANY)
    view.is_shared = True
    _keep(view, update_fields=["is_shared", "changed_at"])
    _log("view.shared", acting_member, view)
    return view


@transaction.atomic
def unshare_view(*, acting_member: Membership, view: SavedView) -> SavedView:
    """Keep it for its owner alone; the lists of others that open with it open with everything again.

    Raises NotAllowed and CannotSave; twice is once.
    """
    _require(may_withdraw(acting_member, view))
    if not view.is_shared:
        return view
    view.is_shared = False
    _keep(view, update_fields=["is_shared", "changed_at"])
    others, _by_model = DefaultView.objects.filter(view=view).exclude(member=view.owner_id).delete()
    _log("view.unshared", acting_member, view, defaults_removed=others)
    return view


@transaction.atomic
def delete_view(*, acting_member: Membership, view: SavedView) -> None:
    """Delete it, for everybody. Raises NotAllowed."""
    _require(may_withdraw(acting_member, view))
    if view.is_shared:
        others = DefaultView.objects.filter(view=view).exclude(member=acting_member).count()
        _log("view.deleted", acting_member, view, defaults_removed=others)
    view.delete()


@transaction.atomic
def set_default(*, acting_member: Membership, view: SavedView, is_default: bool) -> None:
    """Let the member's own list open with the view, or with everything again. Raises NotAllowed."""
    _require(view.is_shared or view.owner_id == acting_member.pk)
    mine = DefaultView.objects.filter(member=acting_member, page=view.page)
    if is_default:
        DefaultView.objects.update_or_create(member=acting_member, page=view.page, defaults={"view": view})
    else:
        mine.filter(view=view).delete()


@transaction.atomic
def move_view(*, acting_member: Membership, view: SavedView, is_up: bool) -> None:
    """One place up or down among the shared ones, or among the member's own. Raises NotAllowed."""
    _require(may_change(acting_member, view))
    siblings = list(
        _siblings(acting_member, view.page, is_shared=view.is_shared).order_by("pk").select_for_update()
    )
    siblings.sort(key=lambda sibling: (sibling.position, sibling.pk))
    keys = [sibling.pk for sibling in siblings]
    place = keys.index(view.pk)
    other = place - 1 if is_up else place + 1
    if 0 <= other < len(siblings):
        siblings[place], siblings[other] = siblings[other], siblings[place]
    for position, sibling in enumerate(siblings):
        sibling.position = position
    SavedView.objects.bulk_update(siblings, ["position"])


@transaction.atomic
def choose_columns(*, acting_member: Membership, page: ListPage, names: Sequence[str]) -> None:
    """Keep which columns the list shows to the member, in that order; none are the usual ones.

    Raises NotAllowed. Names that the list does not know or the member may not see are passed over.
    """
    _require(acting_member.may(page.permission))
    member = Membership.objects.select_for_update().get(pk=acting_member.pk)
    kept = dict(member.list_columns) if isinstance(member.list_columns, dict) else {}
    kept.pop(page.name, None)
    if chosen := _kept_columns(page, names, acting_member):
        kept[page.name] = chosen
    member.list_columns = acting_member.list_columns = kept
    member.save(update_fields=["list_columns"])


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise NotAllowed


def _siblings(member: Membership, page: str, *, is_shared: bool) -> Any:
    """The views among which one stands."""
    views = SavedView.objects.of_list(page).filter(is_shared=is_shared)
    return views if is_shared else views.filter(owner=member)


def _understood(page: ListPage, query: str, member: Membership) -> str:
    """The query as the list understands it; one it does not would be kept as something else."""
    state = page.parse(QueryDict(query), member)
    if not state.is_valid:
        raise CannotSave(Problem.NOT_UNDERSTOOD)
    return state.canonical_query()


def _kept_columns(page: ListPage, names: Sequence[str], member: Membership) -> list[str]:
    """The columns by name; none where they are the usual ones."""
    offered = columns_on_offer(page, member)
    chosen = pick(offered, list(names))
    return [] if chosen == pick(offered, page.on_screen) else [column.key for column in chosen]


def _keep(view: SavedView, update_fields: Sequence[str] | None = None) -> None:
    try:
        with transaction.atomic():
            view.save(update_fields=update_fields)
    except IntegrityError as error:
        if "name_once" not in str(error):
            raise
        raise CannotSave(Problem.NAME_TAKEN) from error


def _log(action: str, member: Membership, view: SavedView, **detail: Any) -> None:
    """What is looked for in a view may be a person's, so the log says only of which list it is."""
    record(action, acting_member=member, target=view, detail={"page": view.page, **detail})
