"""Who may do what: one table of roles and permissions. Views, tasks, the admin and templates all ask it."""

from collections.abc import Iterable
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Role(TextChoices):
    """What a member is in a workspace."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", pgettext_lazy("role", "Admin")
    PROJECT_MANAGER = "project_manager", _("Project manager")
    SUPPORT_MANAGER = "support_manager", _("Support manager")
    SUPPORT_AGENT = "support_agent", _("Support agent")
    FINANCE = "finance", _("Finance")
    EMPLOYEE = "employee", _("Employee")


PERMISSIONS: Final[dict[str, str | Promise]] = {
    "workspace.enter": _("Open the workspace"),
    "customers.view": _("See customers"),
    "customers.view_pii": _("Reveal documents (each reveal is logged)"),
    "customers.annotate": _("Add notes and tags"),
    "messages.write": _("Record support messages and delete one's own"),
    "messages.delete_any": _("Delete the support messages of others"),
    "customers.archive": _("Archive and restore customers"),
    "customers.export_person": _("Give a person everything that is held about them"),
    "customers.anonymise": _("Anonymise customers for good"),
    "customers.suggest_merge": _("Suggest that two customers are one"),
    "customers.merge": _("Merge customers and undo it"),
    "spend.view": _("See lifetime spend"),
    "sales.view": _("See sales"),
    "subscriptions.view": _("See subscriptions"),
    "attention.view": _("See what needs attention"),
    "views.share": _("Share saved views with the workspace"),
    "exports.create": _("Make exports and download one's own"),
    "exports.download_any": _("Download the exports of others"),
    "catalog.manage": _("Edit products and plans"),
    "imports.manage": _("Import sales and support messages"),
    "members.manage": _("Invite members and change their roles"),
    "workspace.manage": _("Change the settings of the workspace"),
    "tokens.manage": _("Make and revoke API tokens"),
    "audit.view": _("Read the audit log"),
    "admin.open": _("Open the admin"),
}

IMPLIED: Final[dict[str, frozenset[str]]] = {
    # A finding sets a customer's sales beside their subscriptions, and so tells of all three.
    "attention.view": frozenset(("customers.view", "sales.view", "subscriptions.view")),
}
"""Permissions that nobody is given: who has all those named beside one has it."""

GRANTED: Final = {name: words for name, words in PERMISSIONS.items() if name not in IMPLIED}
"""Those that a role or a member is given."""

_READ = ("workspace.enter", "customers.view", "spend.view", "sales.view", "subscriptions.view")

ROLE_PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    Role.OWNER: frozenset(GRANTED),
    Role.ADMIN: frozenset(GRANTED),
    Role.PROJECT_MANAGER: frozenset(_READ),
    Role.SUPPORT_MANAGER: frozenset(
        (
            *_READ,
            *("customers.view_pii", "customers.annotate", "customers.archive", "customers.suggest_merge"),
            *("views.share", "messages.write"),
        )
    ),
    Role.SUPPORT_AGENT: frozenset(
        (*_READ, "customers.annotate", "customers.suggest_merge", "messages.write")
    ),
    Role.FINANCE: frozenset((*_READ, "customers.view_pii", "views.share", "exports.create")),
    # An employee sees only what a permission of their own adds.
    Role.EMPLOYEE: frozenset(("workspace.enter",)),
}


def permissions_of(role: str, extra: Iterable[str] = ()) -> frozenset[str]:
    """The permissions of a role together with those a member was given on top of it, and what they imply."""
    given = ROLE_PERMISSIONS[Role(role)] | (frozenset(extra) & GRANTED.keys())
    return given | {name for name, needed in IMPLIED.items() if needed <= given}
