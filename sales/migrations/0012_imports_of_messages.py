"""Imports of support messages beside those of sales, and why a message is refused."""

from django.db import migrations, models

import atomicpay.workspaces.fields


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0011_indexes_and_counts_of_lists"),
        ("workspaces", "0006_rights_to_messages_and_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="kind",
            field=atomicpay.workspaces.fields.CodeField(
                choices=[("sales", "Sales"), ("messages", "Support messages")],
                default="sales",
                editable=False,
                verbose_name="rows are",
            ),
        ),
        migrations.AlterField(
            model_name="importproblem",
            name="reason",
            field=atomicpay.workspaces.fields.CodeField(
                choices=[
                    ("empty", "This may not be empty."),
                    ("not_an_amount", "This is not an amount."),
                    (
                        "ambiguous_amount",
                        "This can be read in two ways. Name the decimal mark in the mapping.",
                    ),
                    ("too_precise", "This has more decimals than the currency has."),
                    ("too_large", "This number is too large."),
                    ("negative_amount", "The amount of a sale may not be negative."),
                    ("more_refunded", "More was refunded than was charged."),
                    (
                        "refund_unknown",
                        "The status says that a part was refunded; map the column that says how much.",
                    ),
                    ("not_a_currency", "This is not an ISO 4217 currency."),
                    ("not_a_date", "This is not a date of the form that the mapping names."),
                    ("not_a_number", "This is not a whole number."),
                    ("unknown_word", "The mapping does not say what this word means."),
                    ("not_an_email", "This is not an email."),
                    ("not_a_country", "This is not a country code of two letters."),
                    ("not_four_digits", "This is not the last four digits of a card."),
                    ("no_buyer", "Nothing here identifies the buyer: no id, no valid document, no email."),
                    ("wrong_cells", "The row has more or fewer cells than the heading."),
                    ("broken_quotes", "A quotation mark is not closed, or stands inside a cell."),
                    ("cell_too_long", "A cell is too long; perhaps a quotation mark is not closed."),
                    ("twice_in_file", "An earlier row of the file has the same identity and says otherwise."),
                    ("sale_not_known", "This names a sale that is neither known nor in the file."),
                    (
                        "not_a_channel",
                        "This is not a channel: email, chat, WhatsApp, phone, social or other.",
                    ),
                    ("not_a_direction", "This is not a direction: in, from the buyer, or out, to the buyer."),
                    ("not_a_moment", "This is not a time of the form 2026-03-02 14:05."),
                    ("to_come", "This time is yet to come."),
                    ("not_a_link", "This is not an address that begins with https://."),
                    ("text_too_long", "This text is too long."),
                    ("not_text", "This holds a character that is none."),
                    ("no_text", "Neither the subject nor the body says anything."),
                    ("nobody", "No customer is known by any of these."),
                    ("several_people", "Several customers have this id at different providers."),
                    (
                        "other_kind",
                        "The same identity is known as a sale where this is a refund, or the other way round.",
                    ),
                ],
                verbose_name="reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["sales", "messages"])), name="import_run_kind_known"
            ),
        ),
    ]
