"""The functions that every table leans on, what the runtime role may do, then people and workspaces.

One migration, because Django takes the first one of this app to be the one that makes users.
"""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope

FUNCTIONS = """
-- The workspace of the transaction. Raises when there is none: a policy that let NULL pass would make an
-- empty file look like a complete one.
CREATE FUNCTION app_workspace() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE v text := pg_catalog.current_setting('app.workspace_id', true);
BEGIN
  IF v IS NULL OR v = '' THEN
    RAISE EXCEPTION 'no workspace in context' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN v::bigint;
END $$;

-- Lower case without accents. unaccent(text) is only STABLE; with its dictionary named it always gives the
-- same answer, so that generated columns and indexes may use it.
CREATE FUNCTION app_fold(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT pg_catalog.lower(public.unaccent('public.unaccent'::pg_catalog.regdictionary, t))
$$;

-- UUID version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then random bits. The random UUID below is
-- a version 4 (0100); setting bits 52 and 53 makes that a 7 (0111).
CREATE FUNCTION app_uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid
$$;
"""

DROP = "DROP FUNCTION app_workspace(); DROP FUNCTION app_fold(text); DROP FUNCTION app_uuid7();"

# Sequences are never given UPDATE: setval() with the highest id that one workspace sees would turn a sequence
# back for all of them.
GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION app_workspace(), app_fold(text), app_uuid7() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_workspace(), app_fold(text), app_uuid7() TO {role};
"""
REVOKES = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {role};
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role};
REVOKE ALL ON FUNCTION app_workspace(), app_fold(text), app_uuid7() FROM {role};
REVOKE USAGE ON SCHEMA public FROM {role};
"""


def grant(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, GRANTS)


def revoke(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, REVOKES)


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunPython(grant, revoke),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=320, unique=True, verbose_name="email")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "language",
                    models.CharField(blank=True, default="", max_length=10, verbose_name="language"),
                ),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("", "As the system"), ("light", "Light"), ("dark", "Dark")],
                        default="",
                        max_length=5,
                        verbose_name="theme",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_staff", models.BooleanField(default=False, verbose_name="operator")),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="joined"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "db_table": "account",
            },
        ),
        migrations.CreateModel(
            name="Workspace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="short name")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "legal_name",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="legal name"),
                ),
                (
                    "registration",
                    models.CharField(
                        choices=[("individual", "Individual"), ("company", "Company")],
                        default="company",
                        max_length=10,
                        verbose_name="registration",
                    ),
                ),
                (
                    "document",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="CPF or CNPJ"),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, default="", max_length=254, verbose_name="contact email"),
                ),
                (
                    "contact_phone",
                    atomicpay.workspaces.fields.CodeField(
                        blank=True, default="", verbose_name="contact phone"
                    ),
                ),
                (
                    "default_currency",
                    atomicpay.workspaces.fields.CurrencyField(default="BRL", verbose_name="default currency"),
                ),
                (
                    "timezone",
                    models.CharField(default="America/Sao_Paulo", max_length=64, verbose_name="time zone"),
                ),
                (
                    "colour",
                    models.CharField(
                        choices=[
                            ("teal", "Teal"),
                            ("plum", "Plum"),
                            ("indigo", "Indigo"),
                            ("forest", "Forest"),
                            ("rust", "Rust"),
                            ("ochre", "Ochre"),
                            ("crimson", "Crimson"),
                            ("graphite", "Graphite"),
                        ],
                        default="teal",
                        max_length=8,
                        verbose_name="colour",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("suspended", "Suspended"), ("closed", "Closed")],
                        default="active",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "requires_two_factor",
                    models.BooleanField(default=False, verbose_name="members must use two-factor sign-in"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
            ],
            options={
                "verbose_name": "workspace",
                "verbose_name_plural": "workspaces",
                "db_table": "workspace",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("default_currency__regex", "^[A-Z]{3}$")),
                        name="workspace_currency_iso",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Admin"),
                            ("project_manager", "Project manager"),
                            ("support_manager", "Support manager"),
                            ("support_agent", "Support agent"),
                            ("finance", "Finance"),
                            ("employee", "Employee"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "product_access",
                    models.CharField(
                        choices=[("all", "All products"), ("selected", "Selected products")],
                        default="all",
                        max_length=8,
                        verbose_name="product access",
                    ),
                ),
                (
                    "extra_permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=atomicpay.workspaces.fields.CodeField(
                            choices=[
                                ("workspace.enter", "Open the workspace"),
                                ("customers.view", "See customers"),
                                ("customers.view_pii", "Reveal documents (each reveal is logged)"),
                                ("customers.annotate", "Add notes and tags"),
                                ("customers.archive", "Archive and restore customers"),
                                ("customers.suggest_merge", "Suggest that two customers are one"),
                                ("customers.merge", "Merge customers and undo it"),
                                ("spend.view", "See lifetime spend"),
                                ("sales.view", "See sales"),
                                ("subscriptions.view", "See subscriptions"),
                                ("exports.create", "Make exports and download one's own"),
                                ("exports.download_any", "Download the exports of others"),
                                ("catalog.manage", "Edit products and plans"),
                                ("imports.manage", "Import sales"),
                                ("members.manage", "Invite members and change their roles"),
                                ("audit.view", "Read the audit log"),
                                ("admin.open", "Open the admin"),
                            ]
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="permissions beyond the role",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="member since"
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="removed"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
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
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "db_table": "membership",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", atomicpay.workspaces.fields.PublicIdField()),
                ("email", models.EmailField(max_length=320, verbose_name="email")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Admin"),
                            ("project_manager", "Project manager"),
                            ("support_manager", "Support manager"),
                            ("support_agent", "Support agent"),
                            ("finance", "Finance"),
                            ("employee", "Employee"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "product_access",
                    models.CharField(
                        choices=[("all", "All products"), ("selected", "Selected products")],
                        default="all",
                        max_length=8,
                        verbose_name="product access",
                    ),
                ),
                ("token_hash", atomicpay.workspaces.fields.CodeField(editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("accepted", "Accepted"), ("revoked", "Revoked")],
                        default="pending",
                        editable=False,
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="sent"
                    ),
                ),
                (
                    "times_sent",
                    models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="times sent"),
                ),
                ("expires_at", models.DateTimeField(editable=False, verbose_name="expires")),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="answered or revoked"
                    ),
                ),
                (
                    "invited_by",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="invited by",
                    ),
                ),
                (
                    "membership",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="became",
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
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "db_table": "invitation",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="account_email_once"
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["user", "workspace"], name="membership_user_i"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="membership_rls"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="membership_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="membership_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="membership_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("workspace", "user"), name="membership_once"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="invitation_rls"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="invitation_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("workspace", "public_id"), name="invitation_public_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "invited_by"),
                name="invitation_invited_by_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace", "membership"),
                name="invitation_membership_same_ws",
                to="workspaces.Membership",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("status", "pending")),
                name="invitation_pending_once",
                violation_error_message="This email has an invitation already; send it again instead.",
            ),
        ),
    ]
