import django.db.models.deletion
import django.db.models.expressions
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
        ("subscriptions", "0001_subscriptions"),
        ("workspaces", "0001_people_and_workspaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("amount", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="amount")),
                (
                    "method",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("credit_card", "Credit card"),
                            ("debit_card", "Debit card"),
                            ("pix", "Pix"),
                            ("pix_automatico", "Automatic Pix"),
                            ("boleto", "Boleto"),
                            ("paypal", "PayPal"),
                            ("wallet", "Wallet"),
                            ("bank_transfer", "Bank transfer"),
                            ("other", "Other"),
                        ],
                        verbose_name="method",
                    ),
                ),
                (
                    "status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("pending", "Pending"),
                            ("authorized", "Authorized"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                            ("expired", "Expired"),
                        ],
                        verbose_name="status",
                    ),
                ),
                ("installments", models.PositiveSmallIntegerField(default=1, verbose_name="instalments")),
                (
                    "card_brand",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="card brand"),
                ),
                (
                    "card_last4",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="", verbose_name="last four digits"
                    ),
                ),
                ("decline_reason", models.TextField(blank=True, default="", verbose_name="decline reason")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                (
                    "external_id",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="gateway id"),
                ),
                (
                    "attempted_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="attempted"),
                ),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="customers.customer",
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
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "db_table": "payment",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Sale",
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
                    "recurrence_number",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="charge number"),
                ),
                (
                    "offer_type",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[("main", "Main offer"), ("order_bump", "Order bump"), ("upsell", "Upsell")],
                        default="main",
                        verbose_name="offer",
                    ),
                ),
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
                ("reference", atomicpay.workspaces.fields.CodeField(verbose_name="reference")),
                (
                    "status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("pending", "Pending"),
                            ("approved", "Approved"),
                            ("completed", "Completed"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("canceled", "Canceled"),
                            ("refund_requested", "Refund requested"),
                            ("partially_refunded", "Partly refunded"),
                            ("refunded", "Refunded"),
                            ("disputed", "Disputed"),
                            ("chargeback", "Chargeback"),
                        ],
                        verbose_name="status",
                    ),
                ),
                (
                    "source_status",
                    models.TextField(blank=True, default="", verbose_name="status as received"),
                ),
                (
                    "method",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("credit_card", "Credit card"),
                            ("debit_card", "Debit card"),
                            ("pix", "Pix"),
                            ("pix_automatico", "Automatic Pix"),
                            ("boleto", "Boleto"),
                            ("paypal", "PayPal"),
                            ("wallet", "Wallet"),
                            ("bank_transfer", "Bank transfer"),
                            ("other", "Other"),
                        ],
                        default="",
                        verbose_name="payment method",
                    ),
                ),
                ("installments", models.PositiveSmallIntegerField(default=1, verbose_name="instalments")),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("amount_charged", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="amount")),
                (
                    "amount_list",
                    atomicpay.workspaces.fields.MinorUnitsField(
                        blank=True, null=True, verbose_name="list price"
                    ),
                ),
                (
                    "amount_discount",
                    atomicpay.workspaces.fields.MinorUnitsField(
                        blank=True, null=True, verbose_name="discount"
                    ),
                ),
                (
                    "amount_tax",
                    atomicpay.workspaces.fields.MinorUnitsField(blank=True, null=True, verbose_name="tax"),
                ),
                (
                    "amount_fee",
                    atomicpay.workspaces.fields.MinorUnitsField(blank=True, null=True, verbose_name="fee"),
                ),
                (
                    "amount_net",
                    atomicpay.workspaces.fields.MinorUnitsField(
                        blank=True, null=True, verbose_name="net of fees"
                    ),
                ),
                (
                    "settlement_amount",
                    atomicpay.workspaces.fields.MinorUnitsField(
                        blank=True, null=True, verbose_name="settled"
                    ),
                ),
                (
                    "settlement_currency",
                    atomicpay.workspaces.fields.CurrencyField(
                        blank=True, default="", verbose_name="settlement currency"
                    ),
                ),
                ("buyer_name", models.TextField(blank=True, default="", verbose_name="buyer's name")),
                ("buyer_email", models.TextField(blank=True, default="", verbose_name="buyer's email")),
                (
                    "buyer_document",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="", verbose_name="buyer's document"
                    ),
                ),
                ("buyer_phone", models.TextField(blank=True, default="", verbose_name="buyer's phone")),
                ("coupon", models.TextField(blank=True, default="", verbose_name="coupon")),
                ("utm_source", models.TextField(blank=True, default="", verbose_name="utm_source")),
                ("utm_campaign", models.TextField(blank=True, default="", verbose_name="utm_campaign")),
                ("affiliate", models.TextField(blank=True, default="", verbose_name="affiliate")),
                ("agent", models.TextField(blank=True, default="", verbose_name="agent")),
                ("is_test", models.BooleanField(default=False, verbose_name="test")),
                ("ordered_at", models.DateTimeField(verbose_name="ordered")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed")),
                (
                    "refundable_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="refund window ends"),
                ),
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
                        related_name="sales",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "parent_sale",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="added_sales",
                        to="sales.sale",
                        verbose_name="bought with",
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
                        related_name="sales",
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
                        related_name="sales",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "subscription",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
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
                "verbose_name": "sale",
                "verbose_name_plural": "sales",
                "db_table": "sale",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("amount", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="amount")),
                (
                    "customer_live",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(True), output_field=models.BooleanField()
                    ),
                ),
                (
                    "status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("pending", "Pending"),
                            ("requires_action", "Needs action"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                        ],
                        verbose_name="status",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("failure_reason", models.TextField(blank=True, default="", verbose_name="failure")),
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
                ("is_test", models.BooleanField(default=False, verbose_name="test")),
                (
                    "requested_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="requested"),
                ),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed")),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="customers.customer",
                    ),
                ),
                (
                    "payment",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="refunds",
                        to="sales.payment",
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
                    "sale",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refunds",
                        to="sales.sale",
                        verbose_name="sale",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "db_table": "refund",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="sale",
            field=atomicpay.workspaces.fields.WorkspaceForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)ss",
                to="sales.sale",
            ),
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("amount", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="amount")),
                (
                    "kind",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("card_chargeback", "Card chargeback"),
                            ("pix_med", "Pix return (MED)"),
                            ("platform_claim", "Claim on the platform"),
                        ],
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("inquiry", "Inquiry"),
                            ("open", "Open"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("prevented", "Prevented"),
                            ("closed", "Closed"),
                        ],
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="reason"),
                ),
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
                ("is_test", models.BooleanField(default=False, verbose_name="test")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="opened")),
                ("evidence_due_at", models.DateTimeField(blank=True, null=True, verbose_name="evidence due")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="customers.customer",
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
                    "sale",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="sales.sale",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispute",
                "verbose_name_plural": "disputes",
                "db_table": "dispute",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AccessGrant",
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
                (
                    "status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("not_applicable", "Nothing to open"),
                            ("pending", "Pending"),
                            ("granted", "Granted"),
                            ("revoked", "Revoked"),
                            ("expired", "Expired"),
                            ("failed", "Failed"),
                        ],
                        verbose_name="status",
                    ),
                ),
                ("is_manual", models.BooleanField(default=False, verbose_name="by hand")),
                ("granted_at", models.DateTimeField(blank=True, null=True, verbose_name="granted")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                ("revoke_reason", models.TextField(blank=True, default="", verbose_name="revoke reason")),
                ("first_access_at", models.DateTimeField(blank=True, null=True, verbose_name="first access")),
                (
                    "source",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="manual", verbose_name="source"
                    ),
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
                        related_name="access_grants",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_grants",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "subscription",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_grants",
                        to="subscriptions.subscription",
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
                    "sale",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_grants",
                        to="sales.sale",
                    ),
                ),
            ],
            options={
                "verbose_name": "access",
                "verbose_name_plural": "access",
                "db_table": "access_grant",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SaleEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_status",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True,
                        choices=[
                            ("pending", "Pending"),
                            ("approved", "Approved"),
                            ("completed", "Completed"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("canceled", "Canceled"),
                            ("refund_requested", "Refund requested"),
                            ("partially_refunded", "Partly refunded"),
                            ("refunded", "Refunded"),
                            ("disputed", "Disputed"),
                            ("chargeback", "Chargeback"),
                        ],
                        default="",
                        verbose_name="from",
                    ),
                ),
                (
                    "to_status",
                    atomicpay.workspaces.fields.CodeField(
                        choices=[
                            ("pending", "Pending"),
                            ("approved", "Approved"),
                            ("completed", "Completed"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("canceled", "Canceled"),
                            ("refund_requested", "Refund requested"),
                            ("partially_refunded", "Partly refunded"),
                            ("refunded", "Refunded"),
                            ("disputed", "Disputed"),
                            ("chargeback", "Chargeback"),
                        ],
                        verbose_name="to",
                    ),
                ),
                (
                    "source_status",
                    models.TextField(blank=True, default="", verbose_name="status as received"),
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
                (
                    "sale",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="sales.sale",
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
                "verbose_name": "sale event",
                "verbose_name_plural": "sale events",
                "db_table": "sale_event",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerProduct",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id",
                        "product_id",
                        "customer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reach",
                        to="customers.customer",
                    ),
                ),
                (
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
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
                "db_table": "customer_product",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    atomicpay.workspaces.constraints.RowSecurity(name="customer_product_rls"),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        actions="ON DELETE CASCADE",
                        fields=("workspace", "customer"),
                        name="customer_product_customer_same_ws",
                        to="customers.Customer",
                        to_fields=("workspace", "id"),
                    ),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        actions="ON DELETE CASCADE",
                        fields=("workspace", "product"),
                        name="customer_product_product_same_ws",
                        to="catalog.Product",
                        to_fields=("workspace", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("workspace", "customer", "product"), name="customer_product_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerSpend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("gross", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="gross")),
                ("refunded", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="refunded")),
                ("disputed", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="disputed")),
                ("net", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="lifetime spend")),
                ("paid_sales", models.IntegerField(verbose_name="paid sales, renewals among them")),
                ("renewals", models.IntegerField(verbose_name="renewals")),
                ("refunds", models.IntegerField(verbose_name="refunds")),
                ("first_paid_at", models.DateTimeField(null=True, verbose_name="first purchase")),
                ("last_paid_at", models.DateTimeField(null=True, verbose_name="last purchase")),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="spend",
                        to="customers.customer",
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
                "verbose_name": "lifetime spend",
                "verbose_name_plural": "lifetime spend",
                "db_table": "customer_spend",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("currency"),
                        models.OrderBy(models.F("net"), descending=True),
                        models.OrderBy(models.F("customer"), descending=True),
                        name="customer_spend_net_i",
                    ),
                    models.Index(
                        fields=["workspace", "last_paid_at", "customer"], name="customer_spend_last_i"
                    ),
                    models.Index(
                        fields=["workspace", "first_paid_at", "customer"], name="customer_spend_first_i"
                    ),
                ],
                "constraints": [
                    atomicpay.workspaces.constraints.RowSecurity(name="customer_spend_rls"),
                    models.UniqueConstraint(fields=("workspace", "id"), name="customer_spend_ws_id"),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        actions="ON DELETE CASCADE",
                        fields=("workspace", "customer"),
                        name="customer_spend_customer_same_ws",
                        to="customers.Customer",
                        to_fields=("workspace", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("workspace", "customer", "currency"), name="customer_spend_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "net",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("gross"), "-", models.F("refunded")
                                    ),
                                    "-",
                                    models.F("disputed"),
                                ),
                            )
                        ),
                        name="customer_spend_net",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("gross", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="gross")),
                ("refunded", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="refunded")),
                ("disputed", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="disputed")),
                ("sales", models.BigIntegerField(verbose_name="paid sales")),
                ("refunds", models.BigIntegerField(verbose_name="refunds")),
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
                "db_table": "daily_total",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["workspace", "day", "currency"], name="daily_total_day_i")],
                "constraints": [
                    atomicpay.workspaces.constraints.RowSecurity(name="daily_total_rls"),
                    models.UniqueConstraint(fields=("workspace", "id"), name="daily_total_ws_id"),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        fields=("workspace",),
                        name="daily_total_workspace_fk",
                        to="workspaces.Workspace",
                        to_fields=("id",),
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("ordered_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="sale_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                fields=["workspace", "customer", "-ordered_at", "-id"],
                include=("currency", "amount_charged", "status", "is_test", "recurrence_number"),
                name="sale_customer_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                condition=models.Q(
                    ("is_test", False),
                    (
                        "status__in",
                        (
                            "approved",
                            "completed",
                            "refund_requested",
                            "partially_refunded",
                            "refunded",
                            "disputed",
                            "chargeback",
                        ),
                    ),
                ),
                fields=["workspace", "product", "customer"],
                include=("currency", "amount_charged", "status"),
                name="sale_bought_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(fields=["workspace", "reference"], name="sale_reference_i"),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                condition=models.Q(("subscription__isnull", False)),
                fields=["workspace", "subscription"],
                name="sale_subscription_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                condition=models.Q(("parent_sale__isnull", False)),
                fields=["workspace", "parent_sale"],
                name="sale_parent_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="sale_rls"),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="sale_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="sale_public_id"),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="sale_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="sale_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "plan"),
                name="sale_plan_same_ws",
                to="catalog.Plan",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "subscription"),
                name="sale_subscription_same_ws",
                to="subscriptions.Subscription",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "parent_sale"),
                name="sale_parent_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id", "customer"), name="sale_ws_id_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="sale_external"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_charged__gte", 0)), name="sale_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="sale_currency_iso"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "pending",
                            "approved",
                            "completed",
                            "declined",
                            "expired",
                            "canceled",
                            "refund_requested",
                            "partially_refunded",
                            "refunded",
                            "disputed",
                            "chargeback",
                        ],
                    )
                ),
                name="sale_status_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE new_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="aad8d8a8da2340f725431f4a91e5f4c45b2fb395",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_spend_ins_f6246",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, currency, amount_charged, status, is_test, recurrence_number, ordered_at FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, currency, amount_charged, status, is_test, recurrence_number, ordered_at FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, currency, amount_charged, status, is_test, recurrence_number, ordered_at FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, currency, amount_charged, status, is_test, recurrence_number, ordered_at FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="81c4093c76c8f7f1fc1baa1e1300cbf7c31203ad",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_spend_upd_e551f",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="b846dd7adfece4d0ea109f693eab1fe467e05292",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_spend_del_5c87a",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, product_id FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, product_id FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, product_id FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, product_id FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_products_recompute(w, ids); END LOOP;",
                    hash="c6d2994da53c904e81ef5bbc31a916bf547e9848",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_reach_upd_ca538",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_products_recompute(w, ids); END LOOP;",
                    hash="9f2ac2f8c0fc0cd69a8225688ced876d55965502",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_reach_del_a5629",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="PERFORM 1 FROM customer WHERE (workspace_id, id) IN (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; INSERT INTO customer_product (workspace_id, customer_id, product_id) SELECT DISTINCT workspace_id, customer_id, product_id FROM new_rows ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;",
                    hash="cea39a6082a4c231fe59e87716c443482bb2ed3b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_reach_ins_0ad81",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, ordered_at AS at, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed, 1 AS sales, 0 AS refunds FROM new_rows WHERE NOT is_test AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded', 'disputed', 'chargeback')) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="be9192b6c333050fe128d38be4690373365ad2c4",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_daily_ins_33fe1",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, ordered_at AS at, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed, 1 AS sales, 0 AS refunds FROM new_rows WHERE NOT is_test AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded', 'disputed', 'chargeback') UNION ALL SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds FROM (SELECT workspace_id, ordered_at AS at, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed, 1 AS sales, 0 AS refunds FROM old_rows WHERE NOT is_test AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded', 'disputed', 'chargeback')) gone) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="8afea221648a358152ba55b3e5b6d2d6cdfaa5e1",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_daily_upd_25c42",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds FROM (SELECT workspace_id, ordered_at AS at, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed, 1 AS sales, 0 AS refunds FROM old_rows WHERE NOT is_test AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded', 'disputed', 'chargeback')) gone) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="1c56bb502601191ae0f01148c639e56915bfa106",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_daily_del_16c75",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["workspace", "sale"], name="refund_sale_i"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["workspace", "customer"], name="refund_customer_i"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="refund_rls"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="refund_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                actions="ON UPDATE CASCADE",
                fields=("workspace", "sale", "customer"),
                name="refund_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id", "customer"),
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="refund_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "payment"),
                name="refund_payment_same_ws",
                to="sales.Payment",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="refund_external"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="refund_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="refund_currency_iso"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending", "requires_action", "succeeded", "failed", "canceled"])
                ),
                name="refund_status_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE new_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="5ca4ac24912faad8a8a0ac6355e9335a315dd969",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_spend_ins_c5285",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="481ef99af80799fed0c2780dff9557bf27e2c653",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_spend_upd_b0763",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="b6734f7cd2ffcb64ced78305312ee76bc9220059",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_spend_del_56173",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, coalesce(completed_at, requested_at) AS at, currency, 0::bigint AS gross, amount AS refunded, 0::bigint AS disputed, 0 AS sales, 1 AS refunds FROM new_rows WHERE status = 'succeeded' AND NOT is_test) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="b1293c3929cec86f7f0186a0995986508f5ee981",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_daily_ins_d09ea",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, coalesce(completed_at, requested_at) AS at, currency, 0::bigint AS gross, amount AS refunded, 0::bigint AS disputed, 0 AS sales, 1 AS refunds FROM new_rows WHERE status = 'succeeded' AND NOT is_test UNION ALL SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds FROM (SELECT workspace_id, coalesce(completed_at, requested_at) AS at, currency, 0::bigint AS gross, amount AS refunded, 0::bigint AS disputed, 0 AS sales, 1 AS refunds FROM old_rows WHERE status = 'succeeded' AND NOT is_test) gone) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="d330ba9540feeeeb90e4232dfc994e4ae56be441",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_daily_upd_5862b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds FROM (SELECT workspace_id, coalesce(completed_at, requested_at) AS at, currency, 0::bigint AS gross, amount AS refunded, 0::bigint AS disputed, 0 AS sales, 1 AS refunds FROM old_rows WHERE status = 'succeeded' AND NOT is_test) gone) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="13cbca109fe5a9181693c98e3f84e9ca17e8bca6",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_daily_del_c321c",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="refund",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["workspace", "sale"], name="payment_sale_i"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("status", "paid")),
                fields=["workspace", "customer", "method", "card_brand", "card_last4", "paid_at"],
                name="payment_method_i",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("card_last4", ""), _negated=True),
                fields=["workspace", "card_last4"],
                name="payment_last4_i",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="payment_rls"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="payment_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                actions="ON UPDATE CASCADE",
                fields=("workspace", "sale", "customer"),
                name="payment_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id", "customer"),
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="payment_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("card_last4__regex", "^(\\d{4})?$")), name="payment_only_last_four"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending", "authorized", "paid", "failed", "canceled", "expired"])
                ),
                name="payment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "method__in",
                        [
                            "credit_card",
                            "debit_card",
                            "pix",
                            "pix_automatico",
                            "boleto",
                            "paypal",
                            "wallet",
                            "bank_transfer",
                            "other",
                        ],
                    )
                ),
                name="payment_method_known",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["workspace", "sale"], name="dispute_sale_i"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["workspace", "customer", "status"], name="dispute_customer_i"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["workspace", "status", "opened_at"], name="dispute_status_i"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="dispute_rls"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="dispute_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                actions="ON UPDATE CASCADE",
                fields=("workspace", "sale", "customer"),
                name="dispute_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id", "customer"),
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="dispute_external"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="dispute_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="dispute_currency_iso"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["inquiry", "open", "won", "lost", "prevented", "closed"])),
                name="dispute_status_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE new_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="793755e95bc7199860a85fcd5e647d968ffb59c1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_spend_ins_9ff34",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, currency, amount, status, is_test FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="6433db0dd6c664b2a64c64d0e81ff58b06862534",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_spend_upd_2ca79",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="spend_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_spend_recompute(w, ids); END LOOP;",
                    hash="68a422794109c986d9814a4c3c290276abbb6faa",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_spend_del_afad2",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, opened_at AS at, currency, 0::bigint AS gross, 0::bigint AS refunded, amount AS disputed, 0 AS sales, 0 AS refunds FROM new_rows WHERE NOT is_test AND status IN ('open', 'lost')) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="c295eed97414e98c1405dd12b34dbe7438ad2d36",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_daily_ins_4809a",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, opened_at AS at, currency, 0::bigint AS gross, 0::bigint AS refunded, amount AS disputed, 0 AS sales, 0 AS refunds FROM new_rows WHERE NOT is_test AND status IN ('open', 'lost') UNION ALL SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds FROM (SELECT workspace_id, opened_at AS at, currency, 0::bigint AS gross, 0::bigint AS refunded, amount AS disputed, 0 AS sales, 0 AS refunds FROM old_rows WHERE NOT is_test AND status IN ('open', 'lost')) gone) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="f5f434f6a21245741e0a5ad844e2300004c631b2",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_daily_upd_3180a",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="daily_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds) SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross), sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds) FROM (SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds FROM (SELECT workspace_id, opened_at AS at, currency, 0::bigint AS gross, 0::bigint AS refunded, amount AS disputed, 0 AS sales, 0 AS refunds FROM old_rows WHERE NOT is_test AND status IN ('open', 'lost')) gone) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3 HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0 OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;",
                    hash="3957b76487b9c19118425b96ded5cae123896077",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_daily_del_abdaf",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="dispute",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="accessgrant",
            index=models.Index(fields=["workspace", "customer", "product"], name="access_grant_customer_i"),
        ),
        migrations.AddIndex(
            model_name="accessgrant",
            index=models.Index(fields=["workspace", "sale"], name="access_grant_sale_i"),
        ),
        migrations.AddIndex(
            model_name="accessgrant",
            index=models.Index(fields=["workspace", "subscription"], name="access_grant_subscription_i"),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="access_grant_rls"),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="access_grant_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="access_grant_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="access_grant_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "sale"),
                name="access_grant_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "subscription"),
                name="access_grant_subscription_same_ws",
                to="subscriptions.Subscription",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["not_applicable", "pending", "granted", "revoked", "expired", "failed"])
                ),
                name="access_grant_status_known",
            ),
        ),
        migrations.AddIndex(
            model_name="saleevent",
            index=models.Index(fields=["workspace", "sale", "occurred_at", "id"], name="sale_event_when_i"),
        ),
        migrations.AddIndex(
            model_name="saleevent",
            index=models.Index(
                condition=models.Q(("is_illegal", True)), fields=["workspace"], name="sale_event_illegal_i"
            ),
        ),
        migrations.AddConstraint(
            model_name="saleevent",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="sale_event_rls"),
        ),
        migrations.AddConstraint(
            model_name="saleevent",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="sale_event_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="saleevent",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "sale"),
                name="sale_event_sale_same_ws",
                to="sales.Sale",
                to_fields=("workspace", "id"),
            ),
        ),
    ]
