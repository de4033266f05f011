"""The index of the test sales, which are few among many."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_statistics_while_importing")]
    operations = [
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                F("workspace"),
                F("ordered_at").desc(),
                F("id").desc(),
                condition=Q(is_test=True),
                name="sale_test_i",
            ),
        ),
    ]
