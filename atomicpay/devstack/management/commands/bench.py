"""Measures pages and jobs on large books and prints one JSON object for each figure."""

import json
import logging
import subprocess
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from psycopg import Error as DriverError

from atomicpay.devstack.measuring.attention import needs_attention
from atomicpay.devstack.measuring.customers import customer_page_full, customer_page_full_20000
from atomicpay.devstack.measuring.duplicates import (
    ON_LISTS,
    duplicates_candidates,
    duplicates_rescan,
)
from atomicpay.devstack.measuring.exports import (
    export_1m,
    export_changes,
    export_confirm,
    export_vs_import_export,
    xlsx_200k,
)
from atomicpay.devstack.measuring.imports import import_1m
from atomicpay.devstack.measuring.lists import list_choices, list_three_filters, list_worst_filter
from atomicpay.devstack.measuring.load import NoWrk, customer_page_rps
from atomicpay.devstack.measuring.merging import merge_10k, merge_preview
from atomicpay.devstack.measuring.pages import (
    Measure,
    UnexpectedAnswer,
    customer_as_of,
    customer_page_60,
    customer_page_20000,
    customers_by_spend,
    customers_list,
    customers_three_filters,
    missing_record,
    search_email,
)
from atomicpay.devstack.measuring.search import search_contains, search_exact, search_typo
from atomicpay.devstack.measuring.setting import Setting, open_setting
from atomicpay.devstack.measuring.tenancy import tenancy_overhead
from atomicpay.devstack.measuring.timeline import customer_timeline
from exports.errors import CannotExport

# By the names that ONLY= takes; a measure may give several figures.
MEASURES: Mapping[str, Measure] = {
    "customers_list": customers_list,
    "customers_by_spend": customers_by_spend,
    "customers_three_filters": customers_three_filters,
    "search_email": search_email,
    "search_exact": search_exact,
    "search_contains": search_contains,
    "search_typo": search_typo,
    "missing_record": missing_record,
    "list_worst_filter": list_worst_filter,
    "list_three_filters": list_three_filters,
    "list_choices": list_choices,
    "customer_page_60": customer_page_60,
    "customer_page_20000": customer_page_20000,
    "customer_page_full": customer_page_full,
    "customer_page_full_20000": customer_page_full_20000,
    "customer_timeline": customer_timeline,
    "needs_attention": needs_attention,
    **ON_LISTS,
    "duplicates_rescan": duplicates_rescan,
    "duplicates_candidates": duplicates_candidates,
    "customer_as_of": customer_as_of,
    "merge_10k": merge_10k,
    "merge_preview": merge_preview,
    "tenancy_overhead": tenancy_overhead,
    "customer_page_rps": customer_page_rps,
    "export_1m": export_1m,
    "export_memory": export_1m,
    "export_vs_import_export": export_vs_import_export,
    "xlsx_200k": xlsx_200k,
    "export_confirm": export_confirm,
    "export_changes": export_changes,
    "import_1m": import_1m,
}
# What can go wrong in a measure without anything being wrong with the others.
FAILURES = (
    CannotExport,
    DatabaseError,
    DriverError,
    NoWrk,
    ObjectDoesNotExist,
    OSError,
    UnexpectedAnswer,
    ValueError,
    subprocess.CalledProcessError,
)


class Command(BaseCommand):
    help = "Seeds large books, unless they are there, and measures what pages and jobs take on them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=1_000_000)
        parser.add_argument("--only", default="", metavar="NAME,...", help=", ".join(MEASURES))
        parser.add_argument(
            "--fresh", action="store_true", help="seed new books instead of using those there"
        )

    def handle(self, *, customers: int, only: str, fresh: bool, **options: Any) -> None:
        names = [name for name in only.split(",") if name] or list(MEASURES)
        if unknown := set(names) - set(MEASURES):
            raise CommandError(f"Not measured: {', '.join(sorted(unknown))}. Known: {', '.join(MEASURES)}.")
        # A line for each of thousands of requests would be measured too, and read by nobody.
        logging.disable(logging.INFO)
        setting = open_setting(customers, fresh=fresh)
        failed = [self._measure(name, setting) for name in names if not self._is_done(name, names)]
        if any(failed):
            raise CommandError("Some measures failed; see their lines.")

    def _is_done(self, name: str, names: list[str]) -> bool:
        """Whether the figure comes with an earlier one's measure."""
        earlier = names[: names.index(name)]
        return MEASURES[name] in [MEASURES[other] for other in earlier]

    def _measure(self, name: str, setting: Setting) -> bool:
        """Print the figures of one measure; whether it failed."""
        try:
            for figure in MEASURES[name](setting):
                self._print(figure.as_json(setting.customers))
        except FAILURES as error:
            self._print(json.dumps({"name": name, "error": f"{type(error).__name__}: {error}"[:2000]}))
            return True
        return False

    def _print(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
