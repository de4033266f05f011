"""The tokens with which programs are let in, and the function that finds the workspace of one."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope

# Outside of every workspace no row of one is seen. The function runs as the owner and gives an id only, for a
# hash that is known whole; what is then read of the token is read inside its workspace.
FUNCTION = """
CREATE FUNCTION workspace_of_api_token(hash text) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.workspace_id
    FROM public.api_token t
    JOIN public.workspace w ON w.id = t.workspace_id AND w.status = 'active'
   WHERE t.token_hash = hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
$$;
REVOKE ALL ON FUNCTION workspace_of_api_token(text) FROM PUBLIC;
"""

DROP = "DROP FUNCTION workspace_of_api_token(text);"


def grant(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION workspace_of_api_token(text) TO {role}", params=None)
    # A token is revoked, never deleted: the log names it.
    schema_editor.execute(f"REVOKE DELETE ON api_token FROM {role}", params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workspaces", "0006_rights_to_messages_and_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("token_hash", atomicpay.workspaces.fields.CodeField(editable=False, unique=True)),
                ("prefix", atomicpay.workspaces.fields.CodeField(editable=False, verbose_name="begins with")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked"),
                ),
                (
                    "created_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="made by",
                    ),
                ),
                (
                    "revoked_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="revoked by",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=atomicpay.workspaces.scope.active_workspace_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "db_table": "api_token",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["workspace", "-created_at", "-id"], name="api_token_recent_i")
                ],
                "constraints": [
                    atomicpay.workspaces.constraints.RowSecurity(name="api_token_rls"),
                    models.UniqueConstraint(fields=("workspace", "id"), name="api_token_ws_id"),
                    models.UniqueConstraint(fields=("workspace", "public_id"), name="api_token_public_id"),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        fields=("workspace", "created_by"),
                        name="api_token_created_by_same_ws",
                        to="workspaces.Membership",
                        to_fields=("workspace", "id"),
                    ),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        fields=("workspace", "revoked_by"),
                        name="api_token_revoked_by_same_ws",
                        to="workspaces.Membership",
                        to_fields=("workspace", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="api_token_has_name"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTION, DROP),
        # Dropping the function takes the right to run it away.
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
