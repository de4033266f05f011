"""Prints one sign-in for each role of the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from atomicpay.devstack.seeding.people import DEMO_PASSWORD, PEOPLE
from atomicpay.workspaces.models import User, Workspace


class Command(BaseCommand):
    help = "Prints the demo's addresses and accounts, one line for each, and what to try with it."

    def handle(self, *args: Any, **options: Any) -> None:
        emails = set(User.objects.values_list("email", flat=True))
        names = dict(Workspace.objects.values_list("slug", "name"))
        lines = [
            (
                f"{settings.SITE_URL}/w/{person.slug}/",
                person.role_words,
                person.email,
                DEMO_PASSWORD,
                person.hint,
            )
            for person in PEOPLE
            if person.email in emails and person.slug in names
        ]
        widths = [max(len(line[column]) for line in lines) for column in range(4)] if lines else []
        for line in lines:
            cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
            self.stdout.write("  ".join([*cells, line[-1]]))
