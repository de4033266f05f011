"""manage.py workspace_totals: a workspace in numbers, to be held against the books it was imported from."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.summary import WorkspaceTotals, totals_of_workspace


class Command(BaseCommand):
    help = "Prints customers, sales, refunds, money per currency, repeat customers and the ten best."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", required=True)
        parser.add_argument("--json", action="store_true", help="for a program to read")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']}.")
        with enter(workspace.pk, snapshot=True):
            totals = totals_of_workspace()
        if options["json"]:
            answer = {"workspace": workspace.slug, **totals.as_json()}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            self._print(totals)

    def _print(self, totals: WorkspaceTotals) -> None:
        for name, number in totals.counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {number}")
        for currency in totals.currencies:
            money = ", ".join(f"{name} {amount}" for name, amount in currency.amounts.items())
            self.stdout.write(f"{currency.code}: {money}")
            for customer in currency.top_customers:
                ids = " ".join(customer.external_ids)
                self.stdout.write(f"  {customer.net} {customer.name} {ids}".rstrip())
