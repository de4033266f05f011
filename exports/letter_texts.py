"""What the mails of exports say: each in its reader's language, with a link that needs sign-in and no data.

Neither filters nor the names that people gave schedules are in them: both may be about a person.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from atomicpay.ui.moments import format_moment
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership, ProductAccess

from .models import Comparison, Export, Schedule
from .schedules.querysets import OVERSEE

Subject = Callable[[str], str]
"""Makes the subject from the name of the list."""


def mail_scheduled_file(export: Export) -> None:
    """To the owner of the schedule; nobody where the owner has left. Raises OSError."""
    comparison = Comparison.objects.filter(export=export).first()
    for owner in _members(pk=export.requested_by_id):
        until = format_moment(export.expires_at.astimezone(owner.workspace.zone)) if export.expires_at else ""
        _send(
            owner,
            "mail_scheduled",
            lambda title: gettext("Your scheduled export is ready: %(list)s") % {"list": title},
            export.page,
            f"exports/{export.public_id}/",
            {"export": export, "comparison": comparison, "until": until},
        )


def mail_paused_schedule(schedule: Schedule) -> None:
    """To its owner, or to who oversees exports where the owner has left. Raises OSError."""
    for reader in _members(pk=schedule.owner_id) or overseers():
        _send(
            reader,
            "mail_paused",
            lambda title: gettext("A scheduled export is paused: %(list)s") % {"list": title},
            schedule.page,
            f"exports/schedules/{schedule.public_id}/",
            {"schedule": schedule},
        )


def mail_large_export(export: Export) -> None:
    """To everybody who oversees exports. Raises OSError."""
    for reader in overseers():
        _send(
            reader,
            "mail_large",
            lambda title: gettext("A large export was written: %(list)s") % {"list": title},
            export.page,
            f"exports/{export.public_id}/",
            {"export": export},
        )


def overseers() -> list[Membership]:
    """The members who oversee exports, and see all products."""
    members = _members(product_access=ProductAccess.ALL)
    return [member for member in members if member.may(OVERSEE)]


def _members(**which: Any) -> list[Membership]:
    members = Membership.objects.current().filter(**which).order_by("pk")
    return list(members.select_related("user", "workspace"))


def _send(
    reader: Membership, template: str, subject: Subject, page: str, path: str, context: dict[str, Any]
) -> None:
    workspace = reader.workspace
    with override(reader.user.language or settings.LANGUAGE_CODE):
        title = str(get_list_page(page).title)
        context = {**context, "workspace": workspace, "list": title, "link": workspace.absolute_url(path)}
        body = render_to_string(f"exports/{template}.txt", context)
        words = f"{subject(title)}, {workspace.name}"
        send_mail(" ".join(words.split()), body, settings.DEFAULT_FROM_EMAIL, [reader.user.email])
