"""Files that were imported, and the rows of them that were refused."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0002_keep_totals"),
        ("workspaces", "0001_people_and_workspaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
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
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("is_stored", models.BooleanField(default=False, editable=False)),
                (
                    "sha256",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="SHA-256"),
                ),
                ("mapping", models.JSONField(default=dict, verbose_name="mapping")),
                (
                    "is_all_or_nothing",
                    models.BooleanField(default=False, verbose_name="nothing if a row is bad"),
                ),
                (
                    "state",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        verbose_name="state",
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="attempt")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                (
                    "heartbeat_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last sign of life"),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "failure",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="", verbose_name="reason of failure"
                    ),
                ),
                ("failure_detail", models.TextField(blank=True, default="")),
                ("rows_total", models.BigIntegerField(blank=True, null=True, verbose_name="rows to write")),
                ("rows_done", models.BigIntegerField(default=0, verbose_name="rows written so far")),
                ("rows_read", models.BigIntegerField(default=0, verbose_name="rows read")),
                ("rows_new", models.BigIntegerField(default=0, verbose_name="new")),
                ("rows_changed", models.BigIntegerField(default=0, verbose_name="changed")),
                ("rows_unchanged", models.BigIntegerField(default=0, verbose_name="unchanged")),
                ("rows_ignored", models.BigIntegerField(default=0, verbose_name="ignored by the mapping")),
                ("rows_refused", models.BigIntegerField(default=0, verbose_name="refused")),
                ("customers_new", models.BigIntegerField(default=0, verbose_name="new customers")),
                (
                    "started_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
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
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "db_table": "import_run",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("column", models.TextField(blank=True, default="", verbose_name="column")),
                ("value", models.TextField(blank=True, default="", verbose_name="value")),
                (
                    "reason",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("empty", "This may not be empty."),
                            ("not_an_amount", "This is not an amount."),
                            (
                                "ambiguous_amount",
                                "This can be read in two ways. Name the decimal mark in the mapping.",
                            ),
                            ("too_precise", "This has more decimals than the currency has."),
                            ("too_large", "This number is too large."),
                            ("negative_amount", "The amount of a sale may not be negative."),
                            ("more_refunded", "More was refunded than was charged."),
                            (
                                "refund_unknown",
                                "The status says that a part was refunded; map the column that says how much.",
                            ),
                            ("not_a_currency", "This is not an ISO 4217 currency."),
                            ("not_a_date", "This is not a date of the form that the mapping names."),
                            ("not_a_number", "This is not a whole number."),
                            ("unknown_word", "The mapping does not say what this word means."),
                            ("not_an_email", "This is not an email."),
                            ("not_a_country", "This is not a country code of two letters."),
                            ("not_four_digits", "This is not the last four digits of a card."),
                            (
                                "no_buyer",
                                "Nothing here identifies the buyer: no id, no valid document, no email.",
                            ),
                            ("wrong_cells", "The row has more or fewer cells than the heading."),
                            ("broken_quotes", "A quotation mark is not closed, or stands inside a cell."),
                            ("cell_too_long", "A cell is too long; perhaps a quotation mark is not closed."),
                            (
                                "twice_in_file",
                                "An earlier row of the file has the same identity and says otherwise.",
                            ),
                            ("sale_not_known", "This names a sale that is neither known nor in the file."),
                            (
                                "other_kind",
                                "The same identity is known as a sale where this is a refund, or the other way round.",
                            ),
                        ],
                        verbose_name="reason",
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
                    "run",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="sales.importrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "refused row",
                "verbose_name_plural": "refused rows",
                "db_table": "import_problem",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("requested_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="import_run_recent_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="import_run_rls"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="import_run_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="import_run_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="import_run_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "started_by"),
                name="import_run_started_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(fields=("workspace", "number"), name="import_run_number_once"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "running", "done", "refused", "failed"])),
                name="import_run_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("state", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="import_run_failed_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="importproblem",
            index=models.Index(fields=["workspace", "run", "line", "id"], name="import_problem_run_i"),
        ),
        migrations.AddConstraint(
            model_name="importproblem",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="import_problem_rls"),
        ),
        migrations.AddConstraint(
            model_name="importproblem",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="import_problem_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="importproblem",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "run"),
                name="import_problem_run_same_ws",
                to="sales.ImportRun",
                to_fields=("workspace", "id"),
            ),
        ),
    ]
