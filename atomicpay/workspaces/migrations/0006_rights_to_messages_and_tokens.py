"""Permissions to record and delete support messages, and to make API tokens."""

import django.contrib.postgres.fields
from django.db import migrations

import atomicpay.workspaces.fields


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0005_columns_of_a_member_and_right_to_share"),
    ]

    operations = [
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
                        ("messages.write", "Record support messages and delete one's own"),
                        ("messages.delete_any", "Delete the support messages of others"),
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
                        ("imports.manage", "Import sales and support messages"),
                        ("members.manage", "Invite members and change their roles"),
                        ("workspace.manage", "Change the settings of the workspace"),
                        ("tokens.manage", "Make and revoke API tokens"),
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
