"""Writes the demo's two workspaces, unless they are there."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from atomicpay.devstack.seeding.demo import CUSTOMERS, SEED, seed_demo

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(BaseCommand):
    help = "Writes two invented businesses with their customers; workspaces that exist are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=CUSTOMERS, help="of both together")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--as-of", type=day, help="the day on which the books end (default: today)")

    def handle(self, *, customers: int, seed: int, as_of: datetime | None, **options: Any) -> None:
        # The demo's password is public, so its accounts must not exist where others could reach them.
        if urlsplit(settings.SITE_URL).hostname not in LOOPBACK:
            raise CommandError("The demo is for this machine alone: SITE_URL is not a loopback address.")
        for slug, made in seed_demo(customers, seed=seed, as_of=as_of).items():
            self.stdout.write(
                f"{slug}: kept as it is" if made is None else f"{slug}: {made} customers and more"
            )


def day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
