"""What pages and reports read of imports."""

from typing import Final

from django.utils.translation import gettext as _

from atomicpay.workspaces.owned import OwnedQuerySet

from ..models import ImportKind, ImportProblem, ImportRun
from .errors import FileProblem
from .importing import MAPPING

_RUNS_LOOKED_AT: Final = 200


def problems_of(run: ImportRun) -> OwnedQuerySet[ImportProblem]:
    """The refused rows of an import, in the order of the file."""
    return ImportProblem.objects.filter(run=run).order_by("line", "id")


def failure_words(run: ImportRun) -> str:
    """Why an import failed, and what to do."""
    if run.failure in FileProblem.values:
        return f"{FileProblem(run.failure).label} {run.failure_detail}".strip()
    if run.failure == MAPPING:
        return _("The mapping cannot be used: %s") % run.failure_detail
    return _("It stopped unexpectedly. What was written stays and is found unchanged when it is run again.")


def known_mappings() -> dict[str, dict[str, object]]:
    """The mappings that were used here before, the newest of each name, by the public id of their import."""
    newest: dict[object, tuple[str, dict[str, object]]] = {}
    runs = ImportRun.objects.filter(kind=ImportKind.SALES).order_by("-pk")
    for run in runs.only("public_id", "mapping")[:_RUNS_LOOKED_AT]:
        newest.setdefault(run.mapping.get("name"), (str(run.public_id), run.mapping))
    return dict(newest.values())
