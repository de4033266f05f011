"""manage.py find_duplicates: look through one workspace and print who may be one person."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.evidence import evidence_lines
from customers.duplicates.models import Suggestion
from customers.duplicates.queries import with_customers
from customers.duplicates.scanning import look_at_everybody


class Command(BaseCommand):
    help = "Looks through all records of a workspace and prints the suggestions, by their public ids."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", required=True)
        parser.add_argument("--json", action="store_true", help="one JSON object for each, with the evidence")
        parser.add_argument("--kept", action="store_true", help="print what is kept, without looking again")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']}.")
        if not options["kept"] and not look_at_everybody(workspace.pk):
            self.stderr.write("Nobody to look at, or another scan is under way: what is kept is printed.")
        with enter(workspace.pk, snapshot=True):
            for suggestion in with_customers(Suggestion.objects.open()).likeliest_first().iterator():
                self._print(suggestion, as_json=options["json"])

    def _print(self, suggestion: Suggestion, *, as_json: bool) -> None:
        """Ids and codes alone: a terminal keeps what it shows."""
        pair = [str(suggestion.low.public_id), str(suggestion.high.public_id)]
        if as_json:
            line = {
                "customers": pair,
                "band": suggestion.band,
                "probability": suggestion.probability,
                "evidence": dict(suggestion.evidence),
                "digest": suggestion.digest,
            }
            self.stdout.write(json.dumps(line))
        else:
            words = "; ".join(f"{each.words} ({each.side})" for each in evidence_lines(suggestion.evidence))
            self.stdout.write(f"{suggestion.percent} %  {pair[0]}  {pair[1]}  {words}")
