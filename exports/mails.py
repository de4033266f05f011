"""The mail about an export that has ended: a link that asks to sign in.

It holds no file, no filter and no name of anybody.
"""

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter

from .asked import CREATE, find_page
from .errors import CannotExport
from .models import Export
from .states import ExportState

log = structlog.get_logger(__name__)


def tell(workspace_id: int, export_id: int) -> None:
    """Mail who asked for an export that has ended, once, if they want it and are still a member.

    A mail that cannot be sent now is tried again by the sweeper, for a day. One whose worker is killed just
    after it went out may come twice, rather than never.
    """
    with enter(workspace_id):
        # It counts as sent when this is committed, so that a worker who is killed before has told nobody.
        # Who finds the row locked leaves it to who sends: two workers send one.
        untold = Export.objects.to_be_told().filter(pk=export_id)
        export = untold.select_for_update(no_key=True, skip_locked=True).first()
        if export is None:
            return
        try:
            with enter_as(workspace_id, export.requested_by_id) as member:
                if member.may(CREATE):
                    _send(export, member)
        except Membership.DoesNotExist:
            log.info("export_asker_is_gone", export_id=export_id)
        except OSError:
            log.warning("export_not_mailed", export_id=export_id, exc_info=True)
            return
        Export.objects.filter(pk=export_id).update(mailed_at=Now())


def link_of(export: Export, member: Membership) -> str:
    """The address of its receipt. It opens nothing by itself: who follows it signs in."""
    return f"{settings.SITE_URL}{member.workspace.root}exports/{export.public_id}/"


def _send(export: Export, member: Membership) -> None:
    with override(member.user.language or settings.LANGUAGE_CODE):
        is_ready = export.state == ExportState.READY
        subject = (
            gettext("Export %(reference)s is ready") if is_ready else gettext("Export %(reference)s failed")
        ) % {"reference": export.reference}
        context = {
            "export": export,
            "workspace": member.workspace,
            "list": _title(export),
            "link": link_of(export, member),
            "zone": member.workspace.zone,
        }
        body = render_to_string("exports/mail_ended.txt", context)
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [member.user.email])


def _title(export: Export) -> str:
    try:
        return str(find_page(export.page).title)
    except CannotExport:
        return export.page
