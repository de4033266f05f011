"""What members do with export templates."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction

from atomicpay.audit.services import record
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership

from ..asked import CREATE
from ..dialects import Dialect
from .errors import CannotKeep, NotAllowed, Problem
from .models import FileTemplate
from .rules import SHARE, columns_beyond, may_change, may_withdraw

MOST_TEMPLATES: Final = 20
"""Of one list, private and shared each: a choice that can still be read."""


@transaction.atomic
def save_template(
    *,
    acting_member: Membership,
    page: ListPage,
    name: str,
    columns: Sequence[str],
    dialect: str,
    is_shared: bool = False,
) -> FileTemplate:
    """Keep columns and a format by a name. Raises NotAllowed and CannotKeep."""
    _require(acting_member.may(CREATE) and acting_member.may(page.permission))
    _require(acting_member.may(SHARE) or not is_shared)
    _assert_room(acting_member, page.name, is_shared=is_shared)
    template = FileTemplate(
        page=page.name,
        name=" ".join(name.split()),
        columns=_known(page, columns, acting_member),
        dialect=Dialect(dialect),
        owner=acting_member,
        is_shared=is_shared,
    )
    _keep(template)
    if is_shared:
        _log("export_template.shared", acting_member, template)
    return template


@transaction.atomic
def change_template(
    *, acting_member: Membership, template: FileTemplate, name: str, columns: Sequence[str], dialect: str
) -> FileTemplate:
    """Let it be these columns in this order. Raises NotAllowed and CannotKeep.

    Who may not have one of its columns may not change it: they would take it from the others.
    """
    page = get_list_page(template.page)
    _require(may_change(acting_member, template))
    _require(not columns_beyond(acting_member, page, template.columns))
    template.name = " ".join(name.split())
    template.columns = _known(page, columns, acting_member)
    template.dialect = Dialect(dialect)
    _keep(template, update_fields=["name", "columns", "dialect", "changed_at"])
    if template.is_shared:
        _log("export_template.changed", acting_member, template)
    return template


@transaction.atomic
def share_template(*, acting_member: Membership, template: FileTemplate, is_shared: bool) -> FileTemplate:
    """Offer it to everybody who may export the list, or to its owner alone again; twice is once.

    Raises NotAllowed and CannotKeep.
    """
    _require(may_withdraw(acting_member, template) and (acting_member.may(SHARE) or not is_shared))
    if template.is_shared == is_shared:
        return template
    owner = template.owner if not is_shared else acting_member
    _assert_room(owner, template.page, is_shared=is_shared)
    template.is_shared = is_shared
    _keep(template, update_fields=["is_shared", "changed_at"])
    action = "export_template.shared" if is_shared else "export_template.unshared"
    _log(action, acting_member, template)
    return template


@transaction.atomic
def delete_template(*, acting_member: Membership, template: FileTemplate) -> None:
    """Delete it, for everybody. Files that were made by it stay. Raises NotAllowed."""
    _require(may_withdraw(acting_member, template))
    if template.is_shared:
        _log("export_template.deleted", acting_member, template)
    template.delete()


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise NotAllowed


def _assert_room(owner: Membership, page: str, *, is_shared: bool) -> None:
    siblings = FileTemplate.objects.of_list(page).filter(is_shared=is_shared)
    if not is_shared:
        siblings = siblings.filter(owner=owner)
    if siblings.count() >= MOST_TEMPLATES:
        raise CannotKeep(Problem.TOO_MANY)


def _known(page: ListPage, columns: Sequence[str], member: Membership) -> list[str]:
    """The columns in their order, each once and each the member's to have."""
    keys = list(dict.fromkeys(columns))
    if not keys or columns_beyond(member, page, keys):
        raise CannotKeep(Problem.COLUMNS)
    return keys


def _keep(template: FileTemplate, update_fields: Sequence[str] | None = None) -> None:
    try:
        with transaction.atomic():
            template.save(update_fields=update_fields)
    except IntegrityError as error:
        if "name_once" not in str(error):
            raise
        raise CannotKeep(Problem.NAME_TAKEN) from error


def _log(action: str, member: Membership, template: FileTemplate) -> None:
    detail: dict[str, Any] = {
        "page": template.page,
        "columns": template.columns,
        "format": template.dialect,
    }
    record(action, acting_member=member, target=template, detail=detail)
