"""Views of lists that members keep, and which one a list opens with."""

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
        ("workspaces", "0005_columns_of_a_member_and_right_to_share"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
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
                ("query", models.TextField(blank=True, default="", verbose_name="filters and order")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=atomicpay.workspaces.fields.CodeField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="columns",
                    ),
                ),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with the workspace")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="saved"
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
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "db_table": "saved_view",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DefaultView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", atomicpay.workspaces.fields.CodeField(verbose_name="list")),
                (
                    "member",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="member",
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
                    "view",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="defaults",
                        to="saved_views.savedview",
                        verbose_name="saved view",
                    ),
                ),
            ],
            options={
                "verbose_name": "view a list opens with",
                "verbose_name_plural": "views that lists open with",
                "db_table": "default_view",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(fields=["workspace", "page", "position", "id"], name="saved_view_tabs_i"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="saved_view_rls"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="saved_view_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="saved_view_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "owner"),
                name="saved_view_owner_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="saved_view_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("page"),
                atomicpay.workspaces.fields.Fold("name"),
                condition=models.Q(("is_shared", True)),
                name="saved_view_shared_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("owner"),
                models.F("page"),
                atomicpay.workspaces.fields.Fold("name"),
                condition=models.Q(("is_shared", False)),
                name="saved_view_own_name_once",
            ),
        ),
        migrations.AddIndex(
            model_name="defaultview",
            index=models.Index(fields=["workspace", "view"], name="default_view_view_i"),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="default_view_rls"),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="default_view_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "member"),
                name="default_view_member_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "view"),
                name="default_view_view_same_ws",
                to="saved_views.SavedView",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=models.UniqueConstraint(
                fields=("workspace", "member", "page"), name="default_view_once"
            ),
        ),
    ]
