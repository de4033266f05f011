"""What a form says of a tag that is there already; nothing of it reaches the database."""

from django.db import migrations
from django.db.models import F, UniqueConstraint

from atomicpay.workspaces.fields import Fold


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_contacts_in_one_pass")]
    operations = [
        migrations.AlterConstraint(
            model_name="tag",
            name="tag_once",
            constraint=UniqueConstraint(
                F("workspace"),
                Fold("name"),
                name="tag_once",
                violation_error_message="There is a tag of that name.",
            ),
        ),
    ]
