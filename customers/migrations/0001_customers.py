import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
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
        ("workspaces", "0001_people_and_workspaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("name", models.TextField(verbose_name="name")),
                ("email", models.TextField(blank=True, default="", verbose_name="email")),
                ("phone", models.TextField(blank=True, default="", verbose_name="phone")),
                (
                    "document",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="document"),
                ),
                (
                    "document_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cpf", "CPF"),
                            ("cnpj", "CNPJ"),
                            ("passport", "Passport"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="document kind",
                    ),
                ),
                (
                    "document_valid",
                    models.BooleanField(blank=True, null=True, verbose_name="check digits right"),
                ),
                (
                    "country",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="country"),
                ),
                ("street", models.TextField(blank=True, default="", verbose_name="street")),
                ("street_number", models.TextField(blank=True, default="", verbose_name="number")),
                ("complement", models.TextField(blank=True, default="", verbose_name="complement")),
                ("neighbourhood", models.TextField(blank=True, default="", verbose_name="neighbourhood")),
                ("city", models.TextField(blank=True, default="", verbose_name="city")),
                ("state", models.TextField(blank=True, default="", verbose_name="state")),
                (
                    "postal_code",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="postal code"),
                ),
                (
                    "locale",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="locale"),
                ),
                ("is_test", models.BooleanField(default=False, verbose_name="test")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "archived_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="archived"),
                ),
                (
                    "archive_reason",
                    models.TextField(blank=True, default="", editable=False, verbose_name="archive reason"),
                ),
                (
                    "merged_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="merged"),
                ),
                (
                    "live",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("merged_into", None)), output_field=models.BooleanField()
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "anonymised_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="anonymised"),
                ),
                ("contacts_text", models.TextField(blank=True, default="", editable=False)),
                (
                    "name_sort",
                    models.GeneratedField(
                        db_persist=True,
                        expression=atomicpay.workspaces.fields.Fold("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "haystack",
                    models.GeneratedField(
                        db_persist=True,
                        expression=atomicpay.workspaces.fields.Fold(
                            django.db.models.functions.text.Concat(
                                models.Value(" ", output_field=models.TextField()),
                                "name",
                                models.Value(" ", output_field=models.TextField()),
                                "contacts_text",
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "archived_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="archived by",
                    ),
                ),
                (
                    "merged_into",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="customers.customer",
                        verbose_name="merged into",
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
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "db_table": "customer",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerDocument",
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
                    "source",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="manual", verbose_name="source"
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="main")),
                (
                    "first_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen"),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cpf", "CPF"),
                            ("cnpj", "CNPJ"),
                            ("passport", "Passport"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.TextField(verbose_name="number")),
                (
                    "normalised",
                    atomicpay.workspaces.fields.CodeField(editable=False, verbose_name="normalised"),
                ),
                ("is_valid", models.BooleanField(default=False, verbose_name="check digits right")),
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
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "db_table": "customer_document",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerEmail",
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
                    "source",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="manual", verbose_name="source"
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="main")),
                (
                    "first_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen"),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen"),
                ),
                ("address", models.TextField(verbose_name="address")),
                (
                    "normalised",
                    atomicpay.workspaces.fields.CodeField(editable=False, verbose_name="normalised"),
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
                "verbose_name": "email",
                "verbose_name_plural": "emails",
                "db_table": "customer_email",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerIdentity",
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
                    "source",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="manual", verbose_name="source"
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="main")),
                (
                    "first_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen"),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen"),
                ),
                ("provider", atomicpay.workspaces.fields.CodeField(verbose_name="provider")),
                ("external_id", atomicpay.workspaces.fields.CodeField(verbose_name="external id")),
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
                "verbose_name": "external id",
                "verbose_name_plural": "external ids",
                "db_table": "customer_identity",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerPhone",
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
                    "source",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="manual", verbose_name="source"
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="main")),
                (
                    "first_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen"),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen"),
                ),
                ("number", models.TextField(verbose_name="number")),
                ("digits", atomicpay.workspaces.fields.CodeField(editable=False, verbose_name="digits")),
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
                "verbose_name": "phone",
                "verbose_name_plural": "phones",
                "db_table": "customer_phone",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("chat", "Chat"),
                            ("whatsapp", "WhatsApp"),
                            ("phone", "Phone"),
                            ("social", "Social network"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "From the buyer"), ("out", "To the buyer")],
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                ("subject", models.TextField(blank=True, default="", verbose_name="subject")),
                ("body", models.TextField(blank=True, default="", verbose_name="body")),
                ("author_name", models.TextField(blank=True, default="", verbose_name="written by")),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                (
                    "url",
                    models.URLField(blank=True, default="", max_length=500, verbose_name="in the helpdesk"),
                ),
                (
                    "provider",
                    atomicpay.workspaces.fields.CodeField(default="manual", verbose_name="provider"),
                ),
                (
                    "external_id",
                    atomicpay.workspaces.fields.CodeField(blank=True, null=True, verbose_name="external id"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="recorded"
                    ),
                ),
                (
                    "author",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="member",
                    ),
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
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "db_table": "message",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Note",
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
                ("body", models.TextField(verbose_name="note")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
                ),
                (
                    "author",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="by",
                    ),
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
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "db_table": "note",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
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
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "db_table": "tag",
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerTag",
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
                ("added_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="added")),
                (
                    "added_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="added by",
                    ),
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
                (
                    "tag",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="customer_tags",
                        to="customers.tag",
                        verbose_name="tag",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of a customer",
                "verbose_name_plural": "tags of a customer",
                "db_table": "customer_tag",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="customer_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["workspace", "name_sort", "id"], name="customer_name_i"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("is_test", False), ("merged_into", None)),
                fields=["workspace", "id"],
                name="customer_listed_i",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("country", ""), _negated=True),
                fields=["workspace", "country", "id"],
                name="customer_country_i",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["workspace", "merged_into"],
                name="customer_merged_i",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["workspace", "haystack"],
                name="customer_haystack_i",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_rls"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="customer_public_id"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="customer_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id", "live"), name="customer_ws_id_live"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "archived_by"),
                name="customer_archived_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "merged_into"),
                name="customer_merged_into_same_ws",
                to="customers.Customer",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="customer_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_at", None), ("merged_into", None)),
                    models.Q(("merged_at__isnull", False), ("merged_into__isnull", False)),
                    _connector="OR",
                ),
                name="customer_merged_with_time",
            ),
        ),
        migrations.AddIndex(
            model_name="customerdocument",
            index=models.Index(fields=["workspace", "normalised"], name="customer_document_i"),
        ),
        migrations.AddConstraint(
            model_name="customerdocument",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_document_rls"),
        ),
        migrations.AddConstraint(
            model_name="customerdocument",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_document_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customerdocument",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_document_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customerdocument",
            constraint=models.UniqueConstraint(
                fields=("workspace", "customer", "normalised"), name="customer_document_once"
            ),
        ),
        migrations.AddIndex(
            model_name="customeremail",
            index=models.Index(fields=["workspace", "normalised"], name="customer_email_address_i"),
        ),
        migrations.AddConstraint(
            model_name="customeremail",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_email_rls"),
        ),
        migrations.AddConstraint(
            model_name="customeremail",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_email_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customeremail",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_email_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customeremail",
            constraint=models.UniqueConstraint(
                fields=("workspace", "customer", "normalised"), name="customer_email_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customeremail",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE new_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="1b703fa9e529a2437ddede3a25ae19910cab4a31",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_contacts_ins_5859e",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="customer_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customeremail",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, normalised FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, normalised FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, normalised FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, normalised FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="2647b59229b0c8699b171c089b5c6b2e2a60bbd6",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_contacts_upd_8be37",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="customer_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customeremail",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="87867c22cc719de3a3fad0771a11386af23b01cb",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_contacts_del_07b90",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="customer_email",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="customeridentity",
            index=models.Index(fields=["workspace", "customer"], name="customer_identity_customer_i"),
        ),
        migrations.AddIndex(
            model_name="customeridentity",
            index=models.Index(fields=["workspace", "external_id"], name="customer_identity_id_i"),
        ),
        migrations.AddConstraint(
            model_name="customeridentity",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_identity_rls"),
        ),
        migrations.AddConstraint(
            model_name="customeridentity",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_identity_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customeridentity",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_identity_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customeridentity",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="customer_identity_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customeridentity",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE new_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="15237cda6dced7ff29661e19fe1917c264278ca8",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_contacts_ins_efdb4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="customer_identity",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customeridentity",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, external_id FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, external_id FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, external_id FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, external_id FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="7fd492a18a87a137879507c109a16a1953fb6a8e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_contacts_upd_6115b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="customer_identity",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customeridentity",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="1b1cddebe786582a0b63ac5eb72d9c645d128adc",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_contacts_del_3287e",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="customer_identity",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="customerphone",
            index=models.Index(fields=["workspace", "digits"], name="customer_phone_digits_i"),
        ),
        migrations.AddConstraint(
            model_name="customerphone",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_phone_rls"),
        ),
        migrations.AddConstraint(
            model_name="customerphone",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_phone_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customerphone",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_phone_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customerphone",
            constraint=models.UniqueConstraint(
                fields=("workspace", "customer", "digits"), name="customer_phone_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customerphone",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE new_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="f81dde89ccfd2060a69ed2758426071366e123b7",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_contacts_ins_61900",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="customer_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customerphone",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, digits FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, digits FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, digits FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, digits FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="214f4efb07e37fb7fb3d89a3f4797255e914fee5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_contacts_upd_d1229",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="customer_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customerphone",
            trigger=pgtrigger.compiler.Trigger(
                name="contacts_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_contacts_recompute(w, ids); END LOOP;",
                    hash="130d6a2bd3d2d99bbe6cd2995742ebf26e0a2077",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_contacts_del_a11d6",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="customer_phone",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["workspace", "customer", "-sent_at", "-id"], name="message_customer_i"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="message_rls"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="message_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("workspace", "public_id"), name="message_public_id"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="message_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "author"),
                name="message_author_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("workspace", "provider", "external_id"), name="message_external"
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                fields=["workspace", "customer", "-created_at", "-id"], name="note_customer_i"
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="note_rls"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="note_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="note_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "author"),
                name="note_author_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="note_has_body"
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="tag_rls"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="tag_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",), name="tag_workspace_fk", to="workspaces.Workspace", to_fields=("id",)
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(
                models.F("workspace"), atomicpay.workspaces.fields.Fold("name"), name="tag_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="tag_has_name"
            ),
        ),
        migrations.AddIndex(
            model_name="customertag",
            index=models.Index(fields=["workspace", "tag", "customer"], name="customer_tag_tag_i"),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_tag_rls"),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="customer_tag_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "customer", "customer_live"),
                name="customer_tag_customer_live",
                to="customers.Customer",
                to_fields=("workspace", "id", "live"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "tag"),
                name="customer_tag_tag_same_ws",
                to="customers.Tag",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "added_by"),
                name="customer_tag_added_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=models.UniqueConstraint(
                fields=("workspace", "customer", "tag"), name="customer_tag_once"
            ),
        ),
    ]
