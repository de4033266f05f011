"""The runtime role may add to the audit log and read it; it cannot change or delete an entry."""

from typing import Any

from django.conf import settings
from django.db import migrations


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


def make_append_only(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "REVOKE UPDATE, DELETE ON audit_entry FROM {role}")


def make_writable(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "GRANT UPDATE, DELETE ON audit_entry TO {role}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_audit_entries")]
    operations = [migrations.RunPython(make_append_only, make_writable)]
