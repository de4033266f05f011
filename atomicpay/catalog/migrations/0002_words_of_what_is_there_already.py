"""What a form says of a product or plan that is there already; nothing of it reaches the database."""

from django.db import migrations
from django.db.models import UniqueConstraint

_EXTERNAL = ["workspace", "provider", "external_id"]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_products_and_plans")]
    operations = [
        migrations.AlterConstraint(
            model_name="plan",
            name="plan_external",
            constraint=UniqueConstraint(
                fields=_EXTERNAL,
                name="plan_external",
                violation_error_message="There is a plan of this provider with that external id.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="product",
            name="product_external",
            constraint=UniqueConstraint(
                fields=_EXTERNAL,
                name="product_external",
                violation_error_message="There is a product of this provider with that external id.",
            ),
        ),
    ]
