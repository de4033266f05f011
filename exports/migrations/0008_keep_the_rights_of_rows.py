"""A file keeps which rights decided its rows, to be asked again; of the files there are nobody knows."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations

import atomicpay.workspaces.fields


class Migration(migrations.Migration):
    dependencies = [("exports", "0007_say_how_long_an_export_may_wait")]
    operations = [
        migrations.AddField(
            model_name="export",
            name="row_rights",
            field=ArrayField(
                base_field=atomicpay.workspaces.fields.CodeField(),
                blank=True,
                null=True,
                size=None,
                verbose_name="rights of its rows",
            ),
        ),
    ]
