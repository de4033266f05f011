"""Find payments of a customer by an index, and count sales of a range of days by status by an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_analyze_few_products"),
        ("customers", "0012_when_customers_changed"),
        ("sales", "0015_lighter_totals"),
        ("subscriptions", "0005_plain_insert_of_products"),
        ("workspaces", "0007_permissions_on_persons"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="payment",
            name="payment_method_i",
        ),
        migrations.RemoveIndex(
            model_name="sale",
            name="sale_recent_i",
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                fields=["workspace", "customer", "status", "method", "card_brand", "card_last4", "paid_at"],
                name="payment_customer_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                fields=["workspace", "-ordered_at", "-id"],
                include=("currency", "status", "is_test"),
                name="sale_recent_i",
            ),
        ),
    ]
