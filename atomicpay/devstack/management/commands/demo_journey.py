"""Makes the whole journey through a running demo."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from atomicpay.devstack.journey import Journey, JourneyFailed


class Command(BaseCommand):
    help = "Signs in, filters, opens, exports, waits, downloads and compares; exits 1 with the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default=settings.SITE_URL, help="where the demo is (default: SITE_URL)")

    def handle(self, *, url: str, **options: Any) -> None:
        try:
            Journey(url.rstrip("/") + "/", self.stdout.write).make()
        except (JourneyFailed, LookupError, OSError) as error:
            raise CommandError(f"The journey failed: {error}") from error
        self.stdout.write(self.style.SUCCESS("The journey is complete."))
