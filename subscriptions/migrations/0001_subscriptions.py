import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope
import atomicpay.workspaces.triggers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_products_and_plans"),
        ("customers", "0001_customers"),
        ("workspaces", "0001_people_and_workspaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
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
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
                (
                    "status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("incomplete", "Incomplete"),
                            ("trialing", "On trial"),
                            ("active", "Active"),
                            ("past_due", "Past due"),
                            ("unpaid", "Unpaid"),
                            ("paused", "Paused"),
                            ("canceled", "Canceled"),
                            ("expired", "Expired"),
                        ],
                        verbose_name="status",
                    ),
                ),
                (
                    "source_status",
                    models.TextField(blank=True, default="", verbose_name="status as received"),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("trial_ends_at", models.DateTimeField(blank=True, null=True, verbose_name="trial ends")),
                (
                    "current_period_start",
                    models.DateTimeField(blank=True, null=True, verbose_name="period began"),
                ),
                (
                    "current_period_end",
                    models.DateTimeField(blank=True, null=True, verbose_name="period ends"),
                ),
                ("next_charge_at", models.DateTimeField(blank=True, null=True, verbose_name="next charge")),
                (
                    "cancel_at_period_end",
                    models.BooleanField(default=False, verbose_name="ends with its period"),
                ),
                ("canceled_at", models.DateTimeField(blank=True, null=True, verbose_name="canceled")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "cancel_reason",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="reason"),
                ),
                (
                    "canceled_by",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("customer", "Customer"),
                            ("seller", "Seller"),
                            ("admin", "Admin"),
                            ("payment_failure", "Failed payments"),
                            ("api", "API"),
                            ("unknown", "Unknown"),
                        ],
                        default="",
                        verbose_name="canceled by",
                    ),
                ),
                ("charges_count", models.PositiveIntegerField(default=0, verbose_name="charges")),
                ("unpaid_count", models.PositiveIntegerField(default=0, verbose_name="unpaid charges")),
                (
                    "billing_day",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="billing day"),
                ),
                ("amount", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="amount in minor units")),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="changed at the source"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="recorded"
                    ),
                ),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "plan",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="catalog.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="catalog.product",
                        verbose_name="product",
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
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "db_table": "subscription",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SubscriptionEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("created", "Created"),
                            ("trial_started", "Trial started"),
                            ("activated", "Activated"),
                            ("renewed", "Renewed"),
                            ("payment_failed", "Payment failed"),
                            ("recovered", "Recovered"),
                            ("plan_changed", "Plan changed"),
                            ("billing_date_changed", "Billing date changed"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("cancellation_scheduled", "Cancellation scheduled"),
                            ("canceled", "Canceled"),
                            ("reactivated", "Reactivated"),
                            ("expired", "Expired"),
                            ("customer_reassigned", "Moved to another customer"),
                            ("imported", "Imported"),
                            ("status_changed", "Status changed"),
                        ],
                        verbose_name="kind",
                    ),
                ),
                (
                    "from_status",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("incomplete", "Incomplete"),
                            ("trialing", "On trial"),
                            ("active", "Active"),
                            ("past_due", "Past due"),
                            ("unpaid", "Unpaid"),
                            ("paused", "Paused"),
                            ("canceled", "Canceled"),
                            ("expired", "Expired"),
                        ],
                        default="",
                        verbose_name="from",
                    ),
                ),
                (
                    "to_status",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("incomplete", "Incomplete"),
                            ("trialing", "On trial"),
                            ("active", "Active"),
                            ("past_due", "Past due"),
                            ("unpaid", "Unpaid"),
                            ("paused", "Paused"),
                            ("canceled", "Canceled"),
                            ("expired", "Expired"),
                        ],
                        default="",
                        verbose_name="to",
                    ),
                ),
                (
                    "is_illegal",
                    models.BooleanField(default=False, verbose_name="a jump the lifecycle does not know"),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="recorded"
                    ),
                ),
                (
                    "source",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="manual", verbose_name="source"
                    ),
                ),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="detail")),
                (
                    "subscription",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
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
                "verbose_name": "subscription event",
                "verbose_name_plural": "subscription events",
                "db_table": "subscription_event",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("started_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="subscription_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                fields=["workspace", "customer", "status", "product"], name="subscription_customer_i"
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["workspace", "status", "customer"], name="subscription_status_i"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["workspace", "product", "customer"], name="subscription_product_i"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                fields=["workspace", "next_charge_at", "id"], name="subscription_next_charge_i"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="subscription_rls"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="subscription_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="subscription_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="subscription_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="subscription_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "plan"),
                name="subscription_plan_same_ws",
                to="catalog.Plan",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="subscription_external"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="subscription_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="subscription_currency_iso"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "incomplete",
                            "trialing",
                            "active",
                            "past_due",
                            "unpaid",
                            "paused",
                            "canceled",
                            "expired",
                        ],
                    )
                ),
                name="subscription_status_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, product_id FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, product_id FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, product_id FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, product_id FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_products_recompute(w, ids); END LOOP;",
                    hash="5a97b8400cdec1a00a91dacbf274f555cf3ce380",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_reach_upd_057c9",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="subscription",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_products_recompute(w, ids); END LOOP;",
                    hash="1aa384a8eae35329dd493d758191a231402811ff",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_reach_del_c5e0a",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="subscription",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="PERFORM 1 FROM customer WHERE (workspace_id, id) IN (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; INSERT INTO customer_product (workspace_id, customer_id, product_id) SELECT DISTINCT workspace_id, customer_id, product_id FROM new_rows ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;",
                    hash="7b14df49bc4a3cbbabd9dee50bf04612ef5de688",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_reach_ins_f9202",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="subscription",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionevent",
            index=models.Index(
                fields=["workspace", "subscription", "occurred_at", "id"], name="subscription_event_when_i"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionevent",
            index=models.Index(
                condition=models.Q(("is_illegal", True)),
                fields=["workspace"],
                name="subscription_event_illegal_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionevent",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="subscription_event_rls"),
        ),
        migrations.AddConstraint(
            model_name="subscriptionevent",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="subscription_event_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="subscriptionevent",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "subscription"),
                name="subscription_event_subscription_same_ws",
                to="subscriptions.Subscription",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "created",
                            "trial_started",
                            "activated",
                            "renewed",
                            "payment_failed",
                            "recovered",
                            "plan_changed",
                            "billing_date_changed",
                            "paused",
                            "resumed",
                            "cancellation_scheduled",
                            "canceled",
                            "reactivated",
                            "expired",
                            "customer_reassigned",
                            "imported",
                            "status_changed",
                        ],
                    )
                ),
                name="subscription_event_kind_known",
            ),
        ),
    ]
