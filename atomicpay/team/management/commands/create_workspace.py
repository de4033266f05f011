"""Make a workspace and the invitation of its first owner: the beginning of an installation."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug
from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.team.invitations import invite_first_owner
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter


class Command(BaseCommand):
    help = "Makes a workspace and prints the link by which its first owner opens their account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slug", required=True, help="short name in addresses: /w/<slug>/")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--currency", default="BRL", help="ISO 4217 code (default: BRL)")
        parser.add_argument("--timezone", default="America/Sao_Paulo", help="IANA name of the time zone")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace(
            slug=options["slug"],
            name=options["name"],
            default_currency=options["currency"].upper(),
            timezone=options["timezone"],
        )
        try:
            validate_slug(workspace.slug)
            validate_email(options["owner"])
            workspace.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if workspace.timezone not in available_timezones():
            raise CommandError(f"{workspace.timezone} is not a time zone.")
        workspace.save()
        with enter(workspace.pk):
            record("workspace.created", acting_member=None, detail={"slug": workspace.slug})
            invitation, link = invite_first_owner(email=options["owner"])
        self.stdout.write(
            f"{workspace.name} is at {workspace.absolute_url()}\n"
            f"{invitation.email} becomes its owner by opening this link once, before"
            f" {invitation.expires_at:%Y-%m-%d %H:%M} UTC:\n{link}"
        )
