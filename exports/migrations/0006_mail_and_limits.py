"""Whether who asked is told by mail, and the reasons of a file that is too long or one too many."""

from django.db import migrations, models

import atomicpay.workspaces.fields


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0005_formats_and_templates"),
        ("workspaces", "0007_permissions_on_persons"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="mail_when_ready",
            field=models.BooleanField(default=False, verbose_name="mail when it is ready"),
        ),
        migrations.AddField(
            model_name="export",
            name="mailed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="mailed"),
        ),
        migrations.AlterField(
            model_name="export",
            name="failure",
            field=atomicpay.workspaces.fields.CodeField(
                blank=True,
                choices=[
                    ("no_right", "The member who asked for it may no longer export this."),
                    (
                        "not_understood",
                        "The list it was asked from has changed and no longer knows a filter.",
                    ),
                    ("rows_differ", "The file did not hold the rows or sums that the books hold."),
                    (
                        "not_in_workbook",
                        "A workbook cannot hold so many rows, or so long a text. A CSV file can.",
                    ),
                    ("too_many_rows", "It has more rows than a file may have."),
                    ("too_many", "Whoever asked for it has asked for as many exports as one may in a day."),
                    ("no_room", "The file could not be stored."),
                    ("too_long", "It took longer than an export may."),
                    ("database", "The database broke off each attempt."),
                    ("given_up", "Its worker was lost on each attempt."),
                ],
                default="",
                verbose_name="reason of failure",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(
                    ("mail_when_ready", True), ("mailed_at", None), ("state__in", ("ready", "failed"))
                ),
                fields=["finished_at"],
                name="export_mail_due_i",
            ),
        ),
    ]
