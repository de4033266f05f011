"""Writing the audit log: the one way in, called by the services that change something worth answering for."""

from collections.abc import Mapping
from typing import Any

from structlog.contextvars import get_contextvars

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_CUSTOMER, IS_CUSTOMER

from .models import AuditEntry


def record(
    action: str,
    *,
    acting_member: Membership | None,
    target: WorkspaceOwned | Workspace | None = None,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add one entry in the active workspace, in the transaction of the act itself.

    `action` is "noun.past_participle", as in `actions.ACTIONS`. `acting_member` is None for what the program
    does by itself. `detail` names fields, counts and codes; never the value of a document, an email or a
    phone.
    """
    return AuditEntry.objects.create(
        action=action,
        actor=acting_member,
        target_type=target._meta.label_lower if target else "",
        target_id=target.pk if target else None,
        target_label=_label(target) if target else "",
        detail=dict(detail or {}),
        reason=reason,
        request_id=str(get_contextvars().get("request_id", "")),
    )


def _label(target: WorkspaceOwned | Workspace) -> str:
    """How the record is named in the log.

    What is about a buyer is named by its public id: the log cannot be changed, so a name in it could never be
    erased.
    """
    if getattr(target, "product_rule", None) in (IS_CUSTOMER, BY_CUSTOMER):
        return str(getattr(target, "public_id", ""))
    return str(target)[:200]
