"""Find the sales of an amount, and a product's newest ones, by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_products_and_plans"),
        ("customers", "0007_words_of_names_and_mailboxes"),
        ("sales", "0009_analyze_what_has_changed"),
        ("subscriptions", "0001_subscriptions"),
        ("workspaces", "0003_first_invitation_and_settings_permission"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                fields=["workspace", "currency", "amount_charged", "id"], name="sale_amount_i"
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                models.F("workspace"),
                models.F("product"),
                models.OrderBy(models.F("ordered_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="sale_product_i",
            ),
        ),
    ]
