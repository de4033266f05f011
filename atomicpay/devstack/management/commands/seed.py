"""Writes large books into a workspace, for measuring."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from atomicpay.devstack.management.commands.seed_demo import day
from atomicpay.devstack.seeding.demo import SEED, midnight_today
from atomicpay.devstack.seeding.mass.books import write_books
from atomicpay.devstack.seeding.mass.plan import LEAST
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer


class Command(BaseCommand):
    help = (
        "Fills a workspace that has no customers (and makes it, if need be) with as many as asked for, and"
        " about six sales each. Runs as the database's owner; from 50,000 customers on it locks the tables."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--customers", required=True, type=int)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--bare", action="store_true", help="load bare tables whatever the size")
        parser.add_argument("--as-of", type=day, help="the day on which the books end (default: today)")

    def handle(
        self, *, workspace: str, customers: int, seed: int, bare: bool, as_of: datetime | None, **options: Any
    ) -> None:
        if customers < LEAST:
            raise CommandError(f"At least {LEAST} customers are needed.")
        place, _made = Workspace.objects.get_or_create(
            slug=workspace, defaults={"name": workspace.replace("-", " ").title()}
        )
        with enter(place.pk):
            if Customer.objects.exists():
                raise CommandError(f"{workspace} has customers already; only an empty workspace is filled.")
        write_books(place, customers, seed=seed, as_of=as_of or midnight_today(), is_bare=bare or None)
