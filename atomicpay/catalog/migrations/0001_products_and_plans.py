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
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("name", models.TextField(verbose_name="name")),
                (
                    "name_sort",
                    models.GeneratedField(
                        db_persist=True,
                        expression=atomicpay.workspaces.fields.Fold("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("course", "Course"),
                            ("mentorship", "Mentorship"),
                            ("community", "Community"),
                            ("service", "Service"),
                            ("software", "Software"),
                            ("ebook", "Ebook"),
                            ("link_delivery", "Links"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("external_members_area", "Members area of another platform"),
                            ("atomic_members", "AtomicMembers"),
                            ("none", "Nothing to open"),
                            ("ebook_file", "Ebook file"),
                            ("links", "Links"),
                        ],
                        default="none",
                        max_length=25,
                        verbose_name="delivery",
                    ),
                ),
                (
                    "delivery_platform",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="platform"),
                ),
                (
                    "delivery_links",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='A list of {"label": …, "url": …}.',
                        verbose_name="links",
                    ),
                ),
                (
                    "access_within_minutes",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="usual minutes until access"
                    ),
                ),
                (
                    "refund_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="refund window in days"
                    ),
                ),
                (
                    "support_email",
                    models.EmailField(blank=True, default="", max_length=254, verbose_name="support email"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
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
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "db_table": "product",
                "ordering": ["name_sort", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("name", models.TextField(verbose_name="name")),
                (
                    "payment_model",
                    models.CharField(
                        choices=[
                            ("one_time", "One-time"),
                            ("recurring", "Recurring"),
                            ("installment_plan", "Instalment plan"),
                        ],
                        default="one_time",
                        max_length=16,
                        verbose_name="payment model",
                    ),
                ),
                (
                    "plan_type",
                    models.CharField(
                        choices=[
                            ("standard", "Standard"),
                            ("trial", "Trial"),
                            ("free", "Free"),
                            ("lifetime", "Lifetime"),
                        ],
                        default="standard",
                        max_length=8,
                        verbose_name="plan type",
                    ),
                ),
                (
                    "interval",
                    models.CharField(
                        blank=True,
                        choices=[("day", "Day"), ("week", "Week"), ("month", "Month"), ("year", "Year")],
                        default="",
                        max_length=5,
                        verbose_name="interval",
                    ),
                ),
                ("interval_count", models.PositiveSmallIntegerField(default=1, verbose_name="every")),
                (
                    "source_frequency",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="frequency as received"
                    ),
                ),
                (
                    "max_charges",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="charges"),
                ),
                ("trial_days", models.PositiveSmallIntegerField(default=0, verbose_name="trial days")),
                ("amount", atomicpay.workspaces.fields.MinorUnitsField(verbose_name="price in minor units")),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
                ("is_active", models.BooleanField(default=True, verbose_name="on sale")),
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
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
                "db_table": "plan",
                "ordering": ["name", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="InvitationProduct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "invitation",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="product_grants",
                        to="workspaces.invitation",
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
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "db_table": "invitation_product",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ProductGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "membership",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="product_grants",
                        to="workspaces.membership",
                        verbose_name="member",
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
                "verbose_name": "product access",
                "verbose_name_plural": "product access",
                "db_table": "product_grant",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="product_rls"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="product_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="product_public_id"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="product_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="product_external"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="product_has_name"
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["workspace", "product"], name="plan_product_i"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="plan_rls"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="plan_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="plan_public_id"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="plan_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="plan_external"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="plan_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="plan_currency_iso"
            ),
        ),
        migrations.AddIndex(
            model_name="invitationproduct",
            index=models.Index(fields=["workspace", "product"], name="invitation_product_product_i"),
        ),
        migrations.AddConstraint(
            model_name="invitationproduct",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="invitation_product_rls"),
        ),
        migrations.AddConstraint(
            model_name="invitationproduct",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="invitation_product_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="invitationproduct",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "invitation"),
                name="invitation_product_invitation_same_ws",
                to="workspaces.Invitation",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="invitationproduct",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="invitation_product_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="invitationproduct",
            constraint=models.UniqueConstraint(
                fields=("workspace", "invitation", "product"), name="invitation_product_once"
            ),
        ),
        migrations.AddIndex(
            model_name="productgrant",
            index=models.Index(fields=["workspace", "product"], name="product_grant_product_i"),
        ),
        migrations.AddConstraint(
            model_name="productgrant",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="product_grant_rls"),
        ),
        migrations.AddConstraint(
            model_name="productgrant",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="product_grant_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="productgrant",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "membership"),
                name="product_grant_membership_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="productgrant",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "product"),
                name="product_grant_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="productgrant",
            constraint=models.UniqueConstraint(
                fields=("workspace", "membership", "product"), name="product_grant_once"
            ),
        ),
    ]
