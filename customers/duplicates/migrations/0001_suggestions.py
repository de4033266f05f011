"""Records as they are compared, their keys and counts, suggestions and what was decided on them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0012_when_customers_changed"),
        ("workspaces", "0007_permissions_on_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer_live",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(True), output_field=models.BooleanField()
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_set",
                        to="customers.customer",
                        verbose_name="customer",
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
                "db_table": "customer_key",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("band", atomicpay.workspaces.fields.CodeField(verbose_name="band")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=atomicpay.workspaces.fields.CodeField(),
                        size=None,
                        verbose_name="kinds of evidence",
                    ),
                ),
                ("is_same", models.BooleanField(verbose_name="one person")),
                (
                    "decided_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided"),
                ),
                (
                    "decided_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="decided by",
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
                "verbose_name": "decision on a duplicate",
                "verbose_name_plural": "decisions on duplicates",
                "db_table": "duplicate_decision",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MatchRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer_live",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(True), output_field=models.BooleanField()
                    ),
                ),
                ("values", models.JSONField()),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "counted",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_set",
                        to="customers.customer",
                        verbose_name="customer",
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
                "verbose_name": "record to compare",
                "verbose_name_plural": "records to compare",
                "db_table": "customer_match",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noticed_until", models.DateTimeField(blank=True, null=True, verbose_name="noticed up to")),
                ("contacts_until", models.JSONField(default=dict)),
                ("contacts_before", models.JSONField(default=dict)),
                ("number", models.IntegerField(default=0, verbose_name="records")),
                ("filled", models.JSONField(default=dict)),
                ("prior", models.FloatField(null=True, verbose_name="pairs for each record")),
                (
                    "phase",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="phase"),
                ),
                ("after", models.BigIntegerField(default=0)),
                ("done", models.IntegerField(default=0, verbose_name="customers done")),
                ("total", models.IntegerField(default=0, verbose_name="customers")),
                ("expected", models.FloatField(default=0)),
                ("began_at", models.DateTimeField(blank=True, null=True, verbose_name="began")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
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
                "verbose_name": "scan for duplicates",
                "verbose_name_plural": "scans for duplicates",
                "db_table": "duplicate_scan",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                (
                    "low_live",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(True), output_field=models.BooleanField()
                    ),
                ),
                (
                    "high_live",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(True), output_field=models.BooleanField()
                    ),
                ),
                ("case_id", models.BigIntegerField()),
                ("band", atomicpay.workspaces.fields.CodeField(verbose_name="band")),
                ("probability", models.FloatField(verbose_name="probability")),
                ("percent", models.SmallIntegerField(verbose_name="probability, percent")),
                ("evidence", models.JSONField(default=list, verbose_name="evidence")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=atomicpay.workspaces.fields.CodeField(),
                        size=None,
                        verbose_name="kinds of evidence",
                    ),
                ),
                ("digest", atomicpay.workspaces.fields.CodeField()),
                ("is_organisation", models.BooleanField(default=False, verbose_name="organisation")),
                (
                    "stake",
                    atomicpay.workspaces.fields.MinorUnitsField(default=0, verbose_name="money at stake"),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="found")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="gone")),
                ("dismissed_digest", atomicpay.workspaces.fields.CodeField(blank=True, default="")),
                ("dismissed_at", models.DateTimeField(blank=True, null=True, verbose_name="put aside")),
                ("later_until", models.DateTimeField(blank=True, null=True, verbose_name="again after")),
                (
                    "dismissed_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="put aside by",
                    ),
                ),
                (
                    "high",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="other customer",
                    ),
                ),
                (
                    "low",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
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
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "db_table": "merge_suggestion",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ValueFrequency",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("holders", models.IntegerField()),
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
                "db_table": "value_frequency",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="customerkey",
            index=models.Index(fields=["workspace", "customer"], name="customer_key_customer_i"),
        ),
        migrations.AddConstraint(
            model_name="customerkey",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_key_rls"),
        ),
        migrations.AddConstraint(
            model_name="customerkey",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_key_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customerkey",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_key_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customerkey",
            constraint=models.UniqueConstraint(
                fields=("workspace", "key", "customer"), name="customer_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="duplicate_decision_rls"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="duplicate_decision_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="duplicate_decision_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "decided_by"),
                name="duplicate_decision_decided_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="matchrecord",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_match_rls"),
        ),
        migrations.AddConstraint(
            model_name="matchrecord",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_match_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="matchrecord",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_match_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="matchrecord",
            constraint=models.UniqueConstraint(fields=("workspace", "customer"), name="customer_match_once"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="duplicate_scan_rls"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="duplicate_scan_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="duplicate_scan_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(fields=("workspace",), name="duplicate_scan_once"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("percent"), descending=True),
                models.OrderBy(models.F("stake"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("closed_at", None)),
                name="merge_suggestion_queue_i",
            ),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["workspace", "high"], name="merge_suggestion_high_i"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["workspace", "case_id"],
                name="merge_suggestion_case_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="merge_suggestion_rls"),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="merge_suggestion_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="merge_suggestion_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "low", "low_live"),
                name="merge_suggestion_low_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "high", "high_live"),
                name="merge_suggestion_high_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "dismissed_by"),
                name="merge_suggestion_dismissed_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(
                fields=("workspace", "low", "high"), name="merge_suggestion_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("low__lt", models.F("high"))), name="merge_suggestion_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest", ""), _negated=True), name="merge_suggestion_has_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="valuefrequency",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="value_frequency_rls"),
        ),
        migrations.AddConstraint(
            model_name="valuefrequency",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="value_frequency_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
    ]
