"""Find what was recorded of late, and the jumps of a subscription."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_analyze_few_products"),
        ("customers", "0012_when_customers_changed"),
        ("subscriptions", "0003_orders_and_filters_of_the_list"),
        ("workspaces", "0005_columns_of_a_member_and_right_to_share"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="subscriptionevent",
            name="subscription_event_illegal_i",
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="subscription_recorded_b"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionevent",
            index=models.Index(
                condition=models.Q(("is_illegal", True)),
                fields=["workspace", "subscription"],
                name="subscription_event_illegal_i",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionevent",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["recorded_at"], name="subscription_event_recorded_b"
            ),
        ),
    ]
