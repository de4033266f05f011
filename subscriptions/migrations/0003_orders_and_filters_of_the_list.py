"""The indexes of the subscription list: its orders, and the filters that leave few rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_products_and_plans"),
        ("customers", "0004_contacts_in_one_pass"),
        ("subscriptions", "0002_amounts_in_order"),
        ("workspaces", "0003_first_invitation_and_settings_permission"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["workspace", "ended_at", "id"], name="subscription_ended_i"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["workspace", "charges_count", "id"], name="subscription_charges_i"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["workspace", "plan"], name="subscription_plan_i"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("canceled_by", ""), _negated=True),
                fields=["workspace", "canceled_by"],
                name="subscription_canceled_by_i",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("cancel_at_period_end", True)),
                fields=["workspace", "current_period_end"],
                name="subscription_ending_i",
            ),
        ),
    ]
