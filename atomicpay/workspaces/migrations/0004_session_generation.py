"""A number on each account that ends all of its sessions when it moves on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0003_first_invitation_and_settings_permission")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="session_generation",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
