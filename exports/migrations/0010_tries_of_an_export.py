"""How often an export may be tried is its own: being started again for another's sake costs it no try."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0009_delete_what_is_left")]
    operations = [
        migrations.AddField(
            model_name="export",
            name="tries",
            field=models.PositiveSmallIntegerField(default=3, editable=False),
        ),
    ]
