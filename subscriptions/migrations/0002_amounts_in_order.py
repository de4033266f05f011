"""Find the subscriptions of an amount by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_subscriptions")]
    operations = [
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                fields=["workspace", "currency", "amount", "id"], name="subscription_amount_i"
            ),
        ),
    ]
