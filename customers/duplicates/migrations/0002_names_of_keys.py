from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_suggestions")]

    operations = [
        migrations.AlterModelOptions(
            name="customerkey",
            options={
                "base_manager_name": "objects",
                "verbose_name": "key to compare by",
                "verbose_name_plural": "keys to compare by",
            },
        ),
    ]
