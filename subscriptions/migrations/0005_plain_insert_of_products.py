"""Products of a customer are looked for before they are added: a plain insert costs less than one that may fail."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import atomicpay.workspaces.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0004_when_recorded"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="subscription",
            name="reach_ins",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="PERFORM 1 FROM customer WHERE (workspace_id, id) IN (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; INSERT INTO customer_product (workspace_id, customer_id, product_id) SELECT DISTINCT workspace_id, customer_id, product_id FROM new_rows n WHERE NOT EXISTS (SELECT FROM customer_product k WHERE k.workspace_id = n.workspace_id AND k.customer_id = n.customer_id AND k.product_id = n.product_id) ORDER BY 1, 2, 3;",
                    hash="0d5c24d99d6507afbf2804aa4bdb0b522954b100",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_reach_ins_f9202",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="subscription",
                    when="AFTER",
                ),
            ),
        ),
    ]
