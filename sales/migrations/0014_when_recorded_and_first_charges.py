"""Find what was recorded of late, the jumps of a sale, and first charges by the email of their checkout."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_analyze_few_products"),
        ("customers", "0012_when_customers_changed"),
        ("sales", "0013_new_sale_ends_archive"),
        ("subscriptions", "0003_orders_and_filters_of_the_list"),
        ("workspaces", "0005_columns_of_a_member_and_right_to_share"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="saleevent",
            name="sale_event_illegal_i",
        ),
        migrations.AddIndex(
            model_name="accessgrant",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="access_grant_recorded_b"
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                condition=models.Q(("recurrence_number", 1), ("subscription__isnull", False)),
                fields=["workspace", "buyer_email"],
                name="sale_first_charge_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="sale_recorded_b"
            ),
        ),
        migrations.AddIndex(
            model_name="saleevent",
            index=models.Index(
                condition=models.Q(("is_illegal", True)),
                fields=["workspace", "sale"],
                name="sale_event_illegal_i",
            ),
        ),
        migrations.AddIndex(
            model_name="saleevent",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["recorded_at"], name="sale_event_recorded_b"
            ),
        ),
    ]
