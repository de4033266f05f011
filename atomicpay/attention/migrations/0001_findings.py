"""What the checks found, and how far the worker is with them."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0003_analyze_few_products"),
        ("customers", "0012_when_customers_changed"),
        ("sales", "0014_when_recorded_and_first_charges"),
        ("subscriptions", "0004_when_recorded"),
        ("workspaces", "0005_columns_of_a_member_and_right_to_share"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                (
                    "customer_live",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(True), output_field=models.BooleanField()
                    ),
                ),
                ("check_code", atomicpay.workspaces.fields.CodeField(verbose_name="check")),
                ("subject", atomicpay.workspaces.fields.CodeField(verbose_name="about")),
                ("evidence", models.JSONField(default=dict, verbose_name="evidence")),
                ("digest", atomicpay.workspaces.fields.CodeField(verbose_name="digest")),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="found")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="gone")),
                (
                    "dismissed_digest",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="", verbose_name="dismissed with"
                    ),
                ),
                ("dismissed_at", models.DateTimeField(blank=True, null=True, verbose_name="dismissed")),
                (
                    "dismiss_reason",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="reason"),
                ),
                (
                    "is_dismissed",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("dismissed_digest", models.F("digest"))),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
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
                        verbose_name="dismissed by",
                    ),
                ),
                (
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "sale",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.sale",
                        verbose_name="sale",
                    ),
                ),
                (
                    "subscription",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="subscriptions.subscription",
                        verbose_name="subscription",
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
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "db_table": "finding",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Rounds",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_until", models.DateTimeField(blank=True, null=True, verbose_name="checked up to")),
                ("round_began_at", models.DateTimeField(blank=True, null=True, verbose_name="round began")),
                ("round_after", models.BigIntegerField(default=0, verbose_name="round is at")),
                ("round_done", models.BigIntegerField(default=0, verbose_name="customers checked")),
                ("round_ended_at", models.DateTimeField(blank=True, null=True, verbose_name="round ended")),
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
                "verbose_name": "round of checks",
                "verbose_name_plural": "rounds of checks",
                "db_table": "attention_rounds",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("found_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("closed_at", None)),
                name="finding_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["workspace", "is_dismissed", "check_code", "product"],
                name="finding_kind_i",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("sale__isnull", False)),
                fields=["workspace", "sale"],
                name="finding_sale_i",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("subscription__isnull", False)),
                fields=["workspace", "subscription"],
                name="finding_subscription_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding", constraint=atomicpay.workspaces.constraints.RowSecurity(name="finding_rls")
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="finding_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="finding_public_id"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="finding_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="finding_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "sale"),
                name="finding_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "subscription"),
                name="finding_subscription_same_ws",
                to="subscriptions.Subscription",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "dismissed_by"),
                name="finding_dismissed_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("workspace", "customer", "check_code", "subject"), name="finding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest", ""), _negated=True), name="finding_has_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="rounds",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="attention_rounds_rls"),
        ),
        migrations.AddConstraint(
            model_name="rounds",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="attention_rounds_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="rounds",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="attention_rounds_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="rounds",
            constraint=models.UniqueConstraint(fields=("workspace",), name="attention_rounds_once"),
        ),
        # As 0007 of sales: the planner hears of a new workspace early.
        migrations.RunSQL(
            "ALTER TABLE finding SET (autovacuum_analyze_scale_factor = 0.01)",
            "ALTER TABLE finding RESET (autovacuum_analyze_scale_factor)",
        ),
    ]
