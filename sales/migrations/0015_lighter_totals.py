"""Write with fewer checks what only triggers write, and look at fewer rows while an import runs."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import atomicpay.workspaces.triggers

# A sample of 9,000 rows says how large a part of a table a workspace is, which is all that an import asks; the
# whole sample of 30,000 is taken when it is over.
SMALL_SAMPLE = "ALTER FUNCTION analyze_while_importing() SET default_statistics_target = 30"
WHOLE_SAMPLE = "ALTER FUNCTION analyze_while_importing() RESET default_statistics_target"


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0014_when_recorded_and_first_charges"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="methods_ins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sale",
            name="reach_ins",
        ),
        migrations.RemoveConstraint(
            model_name="customermethod",
            name="customer_method_customer_same_ws",
        ),
        migrations.RemoveConstraint(
            model_name="customerproduct",
            name="customer_product_customer_same_ws",
        ),
        migrations.RemoveConstraint(
            model_name="customerproduct",
            name="customer_product_product_same_ws",
        ),
        migrations.RemoveConstraint(
            model_name="customerspend",
            name="customer_spend_ws_id",
        ),
        migrations.RemoveConstraint(
            model_name="customerspend",
            name="customer_spend_customer_same_ws",
        ),
        migrations.RemoveConstraint(
            model_name="saleevent",
            name="sale_event_ws_id",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="methods_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="PERFORM 1 FROM customer WHERE (workspace_id, id) IN (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; INSERT INTO customer_method (workspace_id, customer_id, method) SELECT DISTINCT workspace_id, customer_id, method FROM new_rows n WHERE status = 'paid' AND NOT EXISTS (SELECT FROM customer_method k WHERE k.workspace_id = n.workspace_id AND k.customer_id = n.customer_id AND k.method = n.method) ORDER BY 1, 2, 3;",
                    hash="6149b4efcea6ceee2fca9c0ad205dfd312c1f9eb",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_methods_ins_919bc",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="reach_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="PERFORM 1 FROM customer WHERE (workspace_id, id) IN (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; INSERT INTO customer_product (workspace_id, customer_id, product_id) SELECT DISTINCT workspace_id, customer_id, product_id FROM new_rows n WHERE NOT EXISTS (SELECT FROM customer_product k WHERE k.workspace_id = n.workspace_id AND k.customer_id = n.customer_id AND k.product_id = n.product_id) ORDER BY 1, 2, 3;",
                    hash="a0cb56061adff4cf2833767cd88c341ef6fe203c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_reach_ins_0ad81",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(SMALL_SAMPLE, WHOLE_SAMPLE),
    ]
