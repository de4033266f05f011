"""manage.py import_sales: a file of sales by a mapping, in this process, with the report on the terminal."""

from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.intake.errors import AnotherImportIsRunning, CannotReadFile, CannotReadMapping
from sales.intake.importing import run_import
from sales.intake.mapping import Mapping
from sales.intake.mapping_file import load_mapping
from sales.intake.queries import failure_words, problems_of
from sales.intake.services import look_at, request_import
from sales.models import ImportRun, ImportState

_SHOWN: Final = 20


class Command(BaseCommand):
    help = "Imports a CSV file of sales; see docs/importing.md for the mapping."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv[.gz]", type=Path)
        parser.add_argument("--workspace", metavar="SLUG", required=True)
        parser.add_argument("--mapping", metavar="FILE.json", type=Path, required=True)
        parser.add_argument(
            "--create", action="store_true", help="make the workspace, as the mapping describes it"
        )
        parser.add_argument("--all-or-nothing", action="store_true", help="write nothing when any row is bad")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = load_mapping(options["mapping"])
            look_at(options["file"], mapping)
        except CannotReadMapping as error:
            raise CommandError(f"{options['mapping']}: {error}") from error
        except CannotReadFile as error:
            raise CommandError(f"{options['file']}: {error}") from error
        workspace = self._workspace(options["workspace"], mapping, create=options["create"])
        with enter(workspace.pk):
            run = request_import(
                acting_member=None,
                mapping=mapping,
                file_name=options["file"].name,
                is_all_or_nothing=options["all_or_nothing"],
            )
        try:
            run_import(
                workspace_id=workspace.pk,
                run_id=run.pk,
                path=options["file"],
                on_progress=self._show_progress,
            )
        except AnotherImportIsRunning as error:
            raise CommandError(_("Another import of this workspace is running.")) from error
        with enter(workspace.pk):
            self._report(ImportRun.objects.get(pk=run.pk))

    def _workspace(self, slug: str, mapping: Mapping, *, create: bool) -> Workspace:
        workspace = Workspace.objects.filter(slug=slug).first()
        if workspace is not None:
            return workspace
        if not create:
            raise CommandError(f"There is no workspace {slug}; --create makes it.")
        try:
            validate_slug(slug)
        except ValidationError as error:
            raise CommandError(f"{slug}: {error.message}") from error
        if not mapping.currency or not mapping.timezone:
            raise CommandError(
                "The mapping names no workspace.currency and workspace.timezone to make one with."
            )
        return Workspace.objects.create(
            slug=slug,
            name=mapping.workspace_name or slug,
            default_currency=mapping.currency,
            timezone=mapping.timezone,
        )

    def _show_progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total} rows written")

    def _report(self, run: ImportRun) -> None:
        self.stdout.write(
            f"{run.reference} {run.state}: read {run.rows_read}, new {run.rows_new},"
            f" changed {run.rows_changed}, unchanged {run.rows_unchanged}, ignored {run.rows_ignored},"
            f" refused {run.rows_refused}; new customers {run.customers_new}"
        )
        for problem in problems_of(run)[:_SHOWN]:
            self.stdout.write(f"line {problem.line}, {problem.column} {problem.value!r}: {problem.words}")
        if run.rows_refused > _SHOWN:
            self.stdout.write(f"and {run.rows_refused - _SHOWN} more refused rows")
        if run.state == ImportState.FAILED:
            raise CommandError(failure_words(run))
        if run.state == ImportState.REFUSED:
            raise CommandError("Some rows are bad, so nothing was written.")
