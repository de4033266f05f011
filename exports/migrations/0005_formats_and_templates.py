"""Formats beside the standard CSV, and templates of files that members keep."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0004_find_due_schedules"),
        ("workspaces", "0007_permissions_on_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("page", atomicpay.workspaces.fields.CodeField(verbose_name="list")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
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
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with the workspace")),
                (
                    "owner",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="saved by",
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
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="saved"
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "export template",
                "verbose_name_plural": "export templates",
                "db_table": "export_template",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AlterField(
            model_name="export",
            name="dialect",
            field=atomicpay.workspaces.fields.CodeField(
                choices=[
                    ("standard", "CSV: comma, decimal point, times with offset"),
                    ("excel_br", "CSV for Excel in Brazil: semicolon, decimal comma"),
                    ("xlsx", "Excel workbook (XLSX)"),
                ],
                default="standard",
                verbose_name="format",
            ),
        ),
        migrations.AlterField(
            model_name="export",
            name="failure",
            field=atomicpay.workspaces.fields.CodeField(
                blank=True,
                choices=[
                    ("no_right", "The member who asked for it may no longer export this."),
                    (
                        "not_understood",
                        "The list it was asked from has changed and no longer knows a filter.",
                    ),
                    ("rows_differ", "The file did not hold the rows or sums that the books hold."),
                    (
                        "not_in_workbook",
                        "A workbook cannot hold so many rows, or so long a text. A CSV file can.",
                    ),
                    ("no_room", "The file could not be stored."),
                    ("too_long", "It took longer than an export may."),
                    ("database", "The database broke off each attempt."),
                    ("given_up", "Its worker was lost on each attempt."),
                ],
                default="",
                verbose_name="reason of failure",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("dialect__in", ["standard", "excel_br", "xlsx"])),
                name="export_dialect_known",
            ),
        ),
        migrations.AddIndex(
            model_name="filetemplate",
            index=models.Index(fields=["workspace", "page", "id"], name="export_template_page_i"),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="export_template_rls"),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="export_template_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="export_template_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "owner"),
                name="export_template_owner_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="export_template_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("columns", []), _negated=True), name="export_template_has_columns"
            ),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("dialect__in", ["standard", "excel_br", "xlsx"])),
                name="export_template_dialect_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("page"),
                atomicpay.workspaces.fields.Fold("name"),
                condition=models.Q(("is_shared", True)),
                name="export_template_shared_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="filetemplate",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("owner"),
                models.F("page"),
                atomicpay.workspaces.fields.Fold("name"),
                condition=models.Q(("is_shared", False)),
                name="export_template_own_name_once",
            ),
        ),
    ]
