"""manage.py merge_customers --plan: what a merge does with each table, and with these records."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.merging.errors import CannotMerge
from customers.merging.pages import PreviewPage, preview_page
from customers.merging.plan import plan
from customers.merging.queries import default_survivor, read_preview, records_of


class Command(BaseCommand):
    help = "Prints the plan of a merge. Merging itself is an act of a member, in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", action="store_true", required=True, help="print, change nothing")
        parser.add_argument("--workspace", metavar="SLUG", help="whose the records are")
        parser.add_argument("customers", nargs="*", type=UUID, help="the ids in the addresses of the records")

    def handle(self, *args: Any, workspace: str | None, customers: list[UUID], **options: Any) -> None:
        with translation.override("en"):
            for relation in plan():
                act = relation.decision.act.name.lower().replace("_", " ")
                self.stdout.write(f"{relation.label}: {act} ({relation.decision.why})")
            if customers:
                self._preview(workspace, customers)

    def _preview(self, slug: str | None, public_ids: list[UUID]) -> None:
        found = Workspace.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError("Name the workspace of the records: --workspace SLUG.")
        with enter(found.pk, snapshot=True):
            records = records_of(public_ids)
            if len(records) < 2 or len(records) != len(set(public_ids)):
                raise CommandError("Name two records or more, by the ids in their addresses.")
            survivor = default_survivor(records)
            records = [survivor, *(each for each in records if each.pk != survivor.pk)]
            try:
                page = preview_page(read_preview(records), {})
            except CannotMerge as error:
                raise CommandError(str(error)) from error
        self._print(page)

    def _print(self, page: PreviewPage) -> None:
        """Numbers and sums alone: names and contacts are for the page, not for a terminal."""
        self.stdout.write("")
        self.stdout.write(f"survivor {page.columns[0].public_id}")
        for column in page.columns[1:]:
            self.stdout.write(f"merged   {column.public_id}")
        for row in (*page.ledger, *page.spend):
            self.stdout.write(f"{row.label}: {' + '.join(row.cells)} -> {row.after}")
        for words in page.warnings:
            self.stdout.write(self.style.WARNING(words))
