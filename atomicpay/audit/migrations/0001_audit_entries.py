import django.core.serializers.json
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
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="when"
                    ),
                ),
                ("action", atomicpay.workspaces.fields.CodeField(verbose_name="what")),
                (
                    "target_type",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="kind"),
                ),
                ("target_id", models.BigIntegerField(blank=True, null=True, verbose_name="record")),
                (
                    "target_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="record name"),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "detail",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="detail",
                    ),
                ),
                (
                    "request_id",
                    atomicpay.workspaces.fields.CodeField(blank=True, default="", verbose_name="request"),
                ),
                (
                    "actor",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="who",
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
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit log",
                "db_table": "audit_entry",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="audit_entry_recent_i",
                    ),
                    models.Index(
                        fields=["workspace", "target_type", "target_id"], name="audit_entry_target_i"
                    ),
                    models.Index(fields=["workspace", "action", "-at"], name="audit_entry_action_i"),
                ],
                "constraints": [
                    atomicpay.workspaces.constraints.RowSecurity(name="audit_entry_rls"),
                    models.UniqueConstraint(fields=("workspace", "id"), name="audit_entry_ws_id"),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        fields=("workspace",),
                        name="audit_entry_workspace_fk",
                        to="workspaces.Workspace",
                        to_fields=("id",),
                    ),
                    atomicpay.workspaces.constraints.CompositeForeignKey(
                        fields=("workspace", "actor"),
                        name="audit_entry_actor_same_ws",
                        to="workspaces.Membership",
                        to_fields=("workspace", "id"),
                    ),
                ],
            },
        ),
    ]
