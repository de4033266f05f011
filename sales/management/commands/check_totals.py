"""manage.py check_totals: prove that the totals kept by the triggers are what the rows say."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.verification import TOTALS, differences

SHOWN = 20
"""Of a wrong table, this many totals are printed for each workspace."""


class Command(BaseCommand):
    help = "Recomputes every total from its rows and prints the differences; exits 1 when there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="check this workspace only")

    def handle(self, *args: Any, workspace: str | None, **options: Any) -> None:
        workspaces = Workspace.objects.order_by("slug")
        if workspace:
            workspaces = workspaces.filter(slug=workspace)
            if not workspaces:
                raise CommandError(f"There is no workspace {workspace}.")
        wrong = sum(self._check(each) for each in workspaces)
        if wrong:
            raise CommandError(f"{wrong} totals differ from their rows.")
        self.stdout.write(self.style.SUCCESS("Every total is what its rows say."))

    def _check(self, workspace: Workspace) -> int:
        """Print what is wrong in one workspace; the number of it."""
        numbers: Counter[str] = Counter()
        with enter(workspace.pk, snapshot=True):
            for difference in differences():
                numbers[difference.table] += 1
                if numbers[difference.table] <= SHOWN:
                    self.stdout.write(
                        f"{workspace.slug} {difference.table} {difference.place}:"
                        f" kept {difference.kept or 'nothing'}, rows say {difference.fresh or 'nothing'}"
                    )
        for table in TOTALS:
            self.stdout.write(f"{workspace.slug} {table}: {numbers[table]} differences")
        return numbers.total()
