"""What a load balancer asks: whether the process lives, and whether it may take requests."""

from http import HTTPStatus

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from .checks import find_holes


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """The database is there, migrated, and its row security holds for this role."""
    try:
        problems = [error.msg for error in find_holes(DEFAULT_DB_ALIAS)]
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("Migrations are waiting.")
    except DatabaseError:
        problems = ["The database does not answer."]
    if problems:
        return JsonResponse(
            {"status": "not ready", "problems": problems}, status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return JsonResponse({"status": "ready"})
