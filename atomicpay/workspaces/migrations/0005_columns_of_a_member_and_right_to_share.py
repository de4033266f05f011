"""The columns that a member chose for each list; a permission to share saved views."""

import django.contrib.postgres.fields
from django.db import migrations, models

import atomicpay.workspaces.fields


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0004_session_generation"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="list_columns",
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name="columns of lists"),
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
                        ("views.share", "Share saved views with the workspace"),
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
    ]
