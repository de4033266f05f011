"""Taking a person out of the tables: every row about them as decided, and every text that looks for them."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.db.models import JSONField, QuerySet
from django.db.models.functions import Now

from atomicpay.audit.services import record
from atomicpay.saved_views.models import SavedView
from atomicpay.workspaces.models import Membership
from customers.models import Customer, CustomerTag, Tag
from exports.models import Export, Schedule
from exports.queue import announce
from exports.states import OPEN, ExportState
from sales.models import ImportProblem

from .decisions import DECISIONS, Decision
from .marks import Marks, seeks
from .reach import Table, tables_about_customers

ERASED: Final = "[…]"
"""What stands where a value of the person stood."""


def forget_in_log(ids: list[int]) -> int:
    """Take their words out of the audit log; the number of entries. Before their rows are emptied."""
    with connection.cursor() as cursor:
        # What the log demands of it is only true at the end.
        cursor.execute("SET CONSTRAINTS audit_only_forgets_the_anonymised DEFERRED")
    return _call("SELECT audit_forget(%s)", ids)


def forget_words(names: list[str]) -> int:
    """Take out of the vocabulary of names what nobody else is called. After their rows are emptied."""
    return _call("SELECT forget_words_of_names(%s)", names)


def erase_rows(ids: list[int], marks: Marks) -> dict[str, int]:
    """Do with every table what is decided for it; the number of rows touched, by table.

    Contacts go before the customers, whose search text is made of them.
    """
    tables = [(table, DECISIONS[table.label]) for table in tables_about_customers()]
    touched = {}
    for table, decision in sorted(tables, key=lambda each: each[0].model is Customer):
        number = _erase(table, decision, ids, marks)
        if number:
            touched[table.label] = number
    return touched


def _erase(table: Table, decision: Decision, ids: list[int], marks: Marks) -> int:
    rows = table.rows_of(ids)
    if decision.stays is None:
        _all, by_model = rows.delete()
        return int(by_model.get(table.label, 0))
    for column in decision.unless_named:
        if marks.pattern:
            rows.filter(**{f"{column}__iregex": marks.pattern}).update(**{column: ERASED})
    empty: dict[str, Any] = {column: _nothing(table.model, column) for column in decision.empty}
    if table.model is Customer:
        empty |= {"document_valid": None, "anonymised_at": TransactionNow(), "updated_at": Now()}
        empty |= {"archived_by": None}
    return rows.exclude(**_as_filter(empty)).update(**empty) if empty else 0


def _nothing(model: Any, column: str) -> Any:
    return {} if isinstance(model._meta.get_field(column), JSONField) else ""


def _as_filter(empty: dict[str, Any]) -> dict[str, Any]:
    """Rows that are empty already are not written again; a customer always is, for the time of the act."""
    return {"pk": None} if "anonymised_at" in empty else empty


def delete_views(marks: Marks, member: Membership) -> int:
    """Delete saved views that look for the person or bear their name; without it they say nothing."""
    found = [
        view
        for view in SavedView.objects.select_for_update().order_by("pk")
        if marks.are_in(view.name) or seeks(view.query, marks)
    ]
    for view in found:
        record(
            "view.deleted",
            acting_member=member,
            detail={"page": view.page, "cause": "person_anonymised"},
        )
        view.delete()
    return len(found)


def delete_schedules(marks: Marks, member: Membership) -> int:
    """Delete scheduled exports that look for the person or bear their name; what they asked for stays."""
    found = [
        schedule
        for schedule in Schedule.objects.select_for_update().order_by("pk")
        if marks.are_in(schedule.name) or seeks(schedule.query, marks)
    ]
    for schedule in found:
        record(
            "schedule.deleted",
            acting_member=member,
            detail={"page": schedule.page, "cause": "person_anonymised"},
        )
        schedule.delete()
    return len(found)


def forget_in_exports(marks: Marks) -> int:
    """Take the person out of what exports were asked for; how many asked for them.

    Those that wait or run and ask for them are canceled. Every other one that runs is started again: its
    snapshot was taken while the person was in the books, and its worker, who has lost it, throws it away. The
    rest that wait are locked, so that none begins before this is committed.
    """
    named = 0
    for export in Export.objects.select_for_update(no_key=True).order_by("pk").exclude(query="", filters=[]):
        if not (
            seeks(export.query, marks) or any(marks.are_sought_by(line["value"]) for line in export.filters)
        ):
            continue
        named += 1
        if export.state in OPEN:
            export.state, export.finished_at, export.lease_until = ExportState.CANCELED, Now(), None
            record(
                "export.canceled", acting_member=None, target=export, detail={"cause": "person_anonymised"}
            )
        export.query = _without(export.query, marks)
        export.filters = [
            {**line, "value": ERASED if marks.are_sought_by(line["value"]) else line["value"]}
            for line in export.filters
        ]
        export.save(update_fields=["query", "filters", "state", "finished_at", "lease_until"])
    list(Export.objects.filter(state=ExportState.QUEUED).order_by("pk").select_for_update(no_key=True))
    start_again(Export.objects.filter(state=ExportState.RUNNING))
    return named


def start_again(running: QuerySet[Export]) -> None:
    """Let exports that run begin anew; whoever writes them finds out by the next sign of life.

    That attempt is not counted: the last of them would otherwise be one that its worker was lost on.
    """
    for export in running.select_for_update(no_key=True).order_by("pk"):
        export.state, export.queued_at, export.lease_until, export.rows_done = (
            ExportState.QUEUED,
            Now(),
            None,
            0,
        )
        export.tries += 1
        export.save(update_fields=["state", "queued_at", "lease_until", "rows_done", "tries"])
        announce(export.workspace_key, export.pk)


def forget_in_tags(marks: Marks) -> int:
    """Delete the tags that name the person; the number. After their rows are erased.

    One that stands on others too loses its name and stays: it says of them that they belong together.
    """
    found = [tag for tag in Tag.objects.select_for_update().order_by("pk") if marks.are_sought_by(tag.name)]
    on_others = set(CustomerTag.objects.filter(tag__in=found).values_list("tag_id", flat=True))
    for tag in found:
        if tag.pk in on_others:
            # Names are unique: two that are forgotten stay two.
            tag.name = f"{ERASED} {tag.pk}"
            tag.save(update_fields=["name"])
        else:
            tag.delete()
    return len(found)


def forget_in_imports(marks: Marks) -> int:
    """Empty what the reports of imports quote of the person; the number of lines."""
    if not marks.pattern:
        return 0
    return ImportProblem.objects.filter(value__iregex=marks.pattern).update(value=ERASED)


def _without(query: str, marks: Marks) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, ERASED if marks.are_sought_by(value) else value) for name, value in pairs])


def _call(sql: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, [values])
        (number,) = cursor.fetchone()
    return int(number)
