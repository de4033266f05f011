import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workspaces", "0001_people_and_workspaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="number")),
                (
                    "requested_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="asked"
                    ),
                ),
                ("page", atomicpay.workspaces.fields.CodeField(verbose_name="list")),
                ("query", models.TextField(blank=True, default="", verbose_name="filters and order")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=atomicpay.workspaces.fields.CodeField(), size=None, verbose_name="columns"
                    ),
                ),
                ("dialect", atomicpay.workspaces.fields.CodeField(default="standard", verbose_name="format")),
                ("timezone", atomicpay.workspaces.fields.CodeField(verbose_name="time zone")),
                (
                    "filters",
                    models.JSONField(
                        default=list,
                        help_text='A list of {"label": …, "value": …}.',
                        verbose_name="filters in words",
                    ),
                ),
                ("rows_confirmed", models.BigIntegerField(verbose_name="rows when it was asked")),
                (
                    "left_out",
                    models.JSONField(
                        default=list,
                        help_text='A list of {"label": …, "rows": …}, counted when it was asked.',
                        verbose_name="left out",
                    ),
                ),
                (
                    "state",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Writing"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                            ("expired", "Expired"),
                        ],
                        default="queued",
                        verbose_name="state",
                    ),
                ),
                (
                    "queued_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="queued"
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="attempt")),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="its worker has until"),
                ),
                (
                    "heartbeat_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last sign of its worker"),
                ),
                ("rows_done", models.BigIntegerField(default=0, verbose_name="rows so far")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "failure",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("no_right", "The member who asked for it may no longer export this."),
                            (
                                "not_understood",
                                "The list it was asked from has changed and no longer knows a filter.",
                            ),
                            ("rows_differ", "The file did not hold the rows or sums that the books hold."),
                            ("no_room", "The file could not be stored."),
                            ("too_long", "It took longer than an export may."),
                            ("database", "The database broke off each attempt."),
                            ("given_up", "Its worker was lost on each attempt."),
                        ],
                        default="",
                        verbose_name="reason of failure",
                    ),
                ),
                (
                    "failure_detail",
                    models.JSONField(
                        blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("as_of", models.DateTimeField(blank=True, null=True, verbose_name="as of")),
                (
                    "products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        null=True,
                        size=None,
                        verbose_name="limited to products",
                    ),
                ),
                (
                    "rows_expected",
                    models.BigIntegerField(blank=True, null=True, verbose_name="rows expected"),
                ),
                ("rows_written", models.BigIntegerField(blank=True, null=True, verbose_name="rows written")),
                ("sums", models.JSONField(blank=True, default=list, verbose_name="sums per currency")),
                (
                    "sha256",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="SHA-256"),
                ),
                ("size", models.BigIntegerField(blank=True, null=True, verbose_name="bytes")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "requested_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="asked by",
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
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "db_table": "export",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ExportDownload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="when"
                    ),
                ),
                (
                    "export",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="downloads",
                        to="exports.export",
                    ),
                ),
                (
                    "member",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="by",
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
                "verbose_name": "download",
                "verbose_name_plural": "downloads",
                "db_table": "export_download",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("requested_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="export_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                fields=["workspace", "requested_by", "-requested_at", "-id"], name="export_member_i"
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running", "ready"])),
                fields=["state", "queued_at", "lease_until", "expires_at"],
                name="export_due_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_rls"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="export_public_id"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "requested_by"),
                name="export_requested_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(fields=("workspace", "number"), name="export_number_once"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["queued", "running", "ready", "failed", "canceled", "expired"])
                ),
                name="export_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("lease_until__isnull", False),
                    _connector="OR",
                ),
                name="export_running_has_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["ready", "expired"]), _negated=True),
                    models.Q(
                        ("as_of__isnull", False),
                        ("expires_at__isnull", False),
                        ("rows_expected__isnull", False),
                        ("rows_written", models.F("rows_expected")),
                        ("rows_written__isnull", False),
                        ("sha256__regex", "^[0-9a-f]{64}$"),
                        ("size__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="export_ready_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("state", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="export_failed_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="exportdownload",
            index=models.Index(fields=["workspace", "export", "at"], name="export_download_export_i"),
        ),
        migrations.AddConstraint(
            model_name="exportdownload",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_download_rls"),
        ),
        migrations.AddConstraint(
            model_name="exportdownload",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_download_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="exportdownload",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "export"),
                name="export_download_export_same_ws",
                to="exports.Export",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="exportdownload",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "member"),
                name="export_download_member_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
    ]
