"""The first owner is invited by nobody; a permission to change the settings; pending invitations by email."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import atomicpay.workspaces.fields


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_places_of_a_person"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="invited_by",
            field=atomicpay.workspaces.fields.WorkspaceForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.membership",
                verbose_name="invited by",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="extra_permissions",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("workspace.manage", "Change the settings of the workspace"),
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
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("status", "pending")),
                name="invitation_email_i",
            ),
        ),
    ]
