"""manage.py score_duplicates: precision, recall and F1 of the suggestions on a labelled list."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.duplicates.matching.bands import LEAST
from customers.duplicates.matching.labelled import NotLabelled, Verdict, read_labelled, scored


class Command(BaseCommand):
    help = "Scores a gzipped CSV of which it is known who is who, at the probability where each band begins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="for a program to read")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            labelled = read_labelled(file)
        except (OSError, NotLabelled) as error:
            raise CommandError(f"{file}: {error}") from error
        pairs = list(scored(labelled))
        for band, least in LEAST.items():
            verdict = labelled.verdict(pair for pair, probability in pairs if probability >= least)
            self._say(band, least, verdict, as_json=options["json"])

    def _say(self, band: str, least: float, verdict: Verdict, *, as_json: bool) -> None:
        figures = {name: round(getattr(verdict, name), 4) for name in ("precision", "recall", "f1")}
        if as_json:
            counts = {"found": verdict.found, "right": verdict.right, "true": verdict.true}
            self.stdout.write(json.dumps({"band": band, "least": least, **figures, **counts}))
        else:
            words = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
            self.stdout.write(
                f"p >= {least:<5} {words}  ({verdict.right} of {verdict.found} found are right)"
            )
