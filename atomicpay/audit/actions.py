"""The acts that the audit log knows, each with its words. A test holds every call of `record` against it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Final[dict[str, str | Promise]] = {
    "workspace.created": _("Workspace created"),
    "workspace.settings_changed": _("Workspace settings changed"),
    "member.joined": _("Member joined"),
    "member.role_changed": _("Role changed"),
    "member.permissions_changed": _("Permissions changed"),
    "member.products_changed": _("Product access changed"),
    "member.removed": _("Member removed"),
    "invitation.sent": _("Invitation sent"),
    "invitation.resent": _("Invitation sent again"),
    "invitation.revoked": _("Invitation revoked"),
    "record.added": _("Record added"),
    "record.changed": _("Record changed"),
    "record.deleted": _("Record deleted"),
    "records.imported": _("Records imported from a file"),
    "records.exported": _("Records exported from the admin"),
    "customer.archived": _("Customer archived"),
    "customer.restored": _("Customer taken out of the archive"),
    "customer.document_revealed": _("Document revealed"),
    "customer.data_exported": _("Everything about a person given out"),
    "customer.anonymised": _("Customer anonymised"),
    "audit.text_erased": _("Words about an anonymised customer taken out of the log"),
    "customer.merged": _("Customers merged"),
    "customer.merge_undone": _("Merge undone"),
    "customer.packet_made": _("Case packet made"),
    "customer.looked_for_outside": _("Looked for outside one's products"),
    "customer.note_added": _("Note added"),
    "customer.tag_added": _("Tag put on"),
    "customer.tag_removed": _("Tag taken off"),
    "message.recorded": _("Support message recorded"),
    "message.received": _("Support messages received through the API"),
    "message.deleted": _("Support message deleted"),
    "token.created": _("API token created"),
    "token.revoked": _("API token revoked"),
    "finding.dismissed": _("Finding dismissed"),
    "finding.restored": _("Dismissal taken back"),
    "import.requested": _("Import asked for"),
    "import.repeated": _("Import run again"),
    "view.shared": _("View shared"),
    "view.changed": _("Shared view changed"),
    "view.unshared": _("View no longer shared"),
    "view.deleted": _("Shared view deleted"),
    "export.requested": _("Export asked for"),
    "export.ready": _("Export written"),
    "export.failed": _("Export failed"),
    "export.canceled": _("Export canceled"),
    "export.downloaded": _("Export downloaded"),
    "export.expired": _("Export expired"),
}


def words_for(action: str) -> str:
    """The words of an act; the bare code of one that a later version may have written."""
    return str(ACTIONS.get(action, action))
