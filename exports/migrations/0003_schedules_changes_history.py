import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0002_find_due_exports"),
        ("saved_views", "0001_saved_views_and_defaults"),
        ("workspaces", "0007_permissions_on_persons"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="scheduled_day",
            field=models.DateField(blank=True, null=True, verbose_name="day of the schedule"),
        ),
        migrations.AddField(
            model_name="export",
            name="told_above",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="told of above"),
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("new", models.BigIntegerField(verbose_name="new")),
                ("changed", models.BigIntegerField(verbose_name="changed")),
                ("gone", models.BigIntegerField(verbose_name="gone")),
                ("same", models.BigIntegerField(verbose_name="unchanged")),
                ("reasons", models.JSONField(default=dict, verbose_name="reasons")),
                ("sha256", atomicpay.workspaces.fields.CodeField(verbose_name="SHA-256")),
                ("size", models.BigIntegerField(verbose_name="bytes")),
                (
                    "export",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comparisons",
                        to="exports.export",
                        verbose_name="export",
                    ),
                ),
                (
                    "previous",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exports.export",
                        verbose_name="compared with",
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
                "verbose_name": "comparison of exports",
                "verbose_name_plural": "comparisons of exports",
                "db_table": "export_comparison",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ExportWatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows_above", models.BigIntegerField(verbose_name="more rows than")),
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
                "verbose_name": "limit from which exports are told of",
                "verbose_name_plural": "limits from which exports are told of",
                "db_table": "export_watch",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Imprint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(verbose_name="attempt")),
                ("rows", models.BigIntegerField(verbose_name="rows")),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                (
                    "export",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imprints",
                        to="exports.export",
                        verbose_name="export",
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
                "verbose_name": "imprint of an export",
                "verbose_name_plural": "imprints of exports",
                "db_table": "export_imprint",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("page", atomicpay.workspaces.fields.CodeField(verbose_name="list")),
                ("query", models.TextField(blank=True, default="", verbose_name="filters and order")),
                ("is_of_view", models.BooleanField(default=False, verbose_name="follows a saved view")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=atomicpay.workspaces.fields.CodeField(), size=None, verbose_name="columns"
                    ),
                ),
                (
                    "dialect",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("standard", "CSV: comma, decimal point, times with offset"),
                            ("excel_br", "CSV for Excel in Brazil: semicolon, decimal comma"),
                            ("xlsx", "Excel workbook (XLSX)"),
                        ],
                        default="standard",
                        verbose_name="format",
                    ),
                ),
                ("is_delta_only", models.BooleanField(default=False, verbose_name="only what changed")),
                (
                    "rhythm",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                        ],
                        verbose_name="how often",
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(verbose_name="hour")),
                ("weekday", models.PositiveSmallIntegerField(default=0, verbose_name="day of the week")),
                ("day", models.PositiveSmallIntegerField(default=1, verbose_name="day of the month")),
                (
                    "state",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[("active", "On"), ("paused", "Paused")],
                        default="active",
                        verbose_name="state",
                    ),
                ),
                (
                    "pause",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("by_hand", "It was paused by hand."),
                            ("owner_gone", "Its owner is no longer a member of this workspace."),
                            ("no_right", "Its owner may no longer export this list or one of its columns."),
                            (
                                "view_gone",
                                "Its saved view was deleted, or is no longer shared with its owner.",
                            ),
                            (
                                "not_understood",
                                "The list has changed and no longer knows a filter or a column.",
                            ),
                            ("failed", "It failed three times in a row."),
                        ],
                        default="",
                        verbose_name="why it is paused",
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="failures in a row")),
                ("next_day", models.DateField(verbose_name="next day")),
                ("next_at", models.DateTimeField(blank=True, null=True, verbose_name="next time")),
                ("zone", atomicpay.workspaces.fields.CodeField(verbose_name="time zone")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "owner",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="owner",
                    ),
                ),
                (
                    "view",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="saved_views.savedview",
                        verbose_name="saved view",
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
                "verbose_name": "schedule",
                "verbose_name_plural": "schedules",
                "db_table": "export_schedule",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="export",
            name="schedule",
            field=atomicpay.workspaces.fields.WorkspaceForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="exports",
                to="exports.schedule",
                verbose_name="schedule",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("schedule__isnull", False)),
                fields=["workspace", "schedule", "-requested_at", "-id"],
                name="export_of_schedule_i",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("told_above__isnull", False)),
                fields=["workspace", "-finished_at"],
                name="export_told_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "schedule"),
                name="export_schedule_same_ws",
                to="exports.Schedule",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("scheduled_day__isnull", False)),
                fields=("workspace", "schedule", "scheduled_day"),
                name="export_schedule_day_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_comparison_rls"),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_comparison_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "export"),
                name="export_comparison_export_same_ws",
                to="exports.Export",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "previous"),
                name="export_comparison_previous_same_ws",
                to="exports.Export",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.UniqueConstraint(fields=("workspace", "export"), name="export_comparison_once"),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(("export", models.F("previous")), _negated=True),
                name="export_comparison_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed__gte", 0), ("gone__gte", 0), ("new__gte", 0), ("same__gte", 0)),
                name="export_comparison_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportwatch",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_watch_rls"),
        ),
        migrations.AddConstraint(
            model_name="exportwatch",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_watch_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="exportwatch",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="export_watch_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="exportwatch",
            constraint=models.UniqueConstraint(fields=("workspace",), name="export_watch_once"),
        ),
        migrations.AddConstraint(
            model_name="exportwatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("rows_above__gte", 0)), name="export_watch_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="imprint",
            index=models.Index(fields=["made_at"], name="export_imprint_age_i"),
        ),
        migrations.AddConstraint(
            model_name="imprint",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_imprint_rls"),
        ),
        migrations.AddConstraint(
            model_name="imprint",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_imprint_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="imprint",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "export"),
                name="export_imprint_export_same_ws",
                to="exports.Export",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="imprint",
            constraint=models.UniqueConstraint(fields=("workspace", "export"), name="export_imprint_once"),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="export_schedule_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(
                condition=models.Q(("state", "active")), fields=["next_at"], name="export_schedule_due_i"
            ),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(
                condition=models.Q(("view__isnull", False)),
                fields=["workspace", "view"],
                name="export_schedule_view_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_schedule_rls"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_schedule_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="export_schedule_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "owner"),
                name="export_schedule_owner_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "view"),
                name="export_schedule_view_same_ws",
                to="saved_views.SavedView",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="export_schedule_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("rhythm__in", ["daily", "weekly", "monthly"])),
                name="export_schedule_rhythm_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("day__gte", 1), ("day__lte", 31), ("hour__lte", 23), ("weekday__lte", 6)),
                name="export_schedule_time_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("view", None), ("is_of_view", True), _connector="OR"),
                name="export_schedule_query_or_view",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("next_at__isnull", False), ("pause", ""), ("state", "active")),
                    models.Q(("next_at", None), ("state", "paused"), models.Q(("pause", ""), _negated=True)),
                    _connector="OR",
                ),
                name="export_schedule_paused_with_reason",
            ),
        ),
    ]
