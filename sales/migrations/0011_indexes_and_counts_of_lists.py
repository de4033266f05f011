"""What lists are ordered, filtered and counted by: indexes, methods of customers, a tally of the sales."""

from typing import Any

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope
import atomicpay.workspaces.triggers

# As the functions of 0002: the customers are locked first, in id order, in a statement of its own.
METHODS = """
CREATE FUNCTION customer_methods_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM 1 FROM customer WHERE workspace_id = w AND id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
  DELETE FROM customer_method c
   WHERE c.workspace_id = w AND c.customer_id = ANY (ids)
     AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.workspace_id = w AND p.customer_id = c.customer_id
                        AND p.method = c.method AND p.status = 'paid');
  INSERT INTO customer_method (workspace_id, customer_id, method)
  SELECT DISTINCT w, customer_id, method FROM payment
   WHERE workspace_id = w AND customer_id = ANY (ids) AND status = 'paid'
   ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION customer_methods_recompute(bigint, bigint[]) FROM PUBLIC;
"""

# As the book of days is folded: only entries that this call deletes are added up.
FOLD = """
CREATE FUNCTION fold_sale_tally() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); folded bigint;
BEGIN
  WITH gone AS (
    DELETE FROM sale_tally t USING (
      SELECT product_id, plan_id, status, method, currency, is_test, is_charge FROM sale_tally
       WHERE workspace_id = w GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) > 1) twice
     WHERE t.workspace_id = w AND t.product_id = twice.product_id
       AND t.plan_id IS NOT DISTINCT FROM twice.plan_id AND t.status = twice.status
       AND t.method = twice.method AND t.currency = twice.currency
       AND t.is_test = twice.is_test AND t.is_charge = twice.is_charge
    RETURNING t.product_id, t.plan_id, t.status, t.method, t.currency, t.is_test, t.is_charge, t.sales
  ), kept AS (
    INSERT INTO sale_tally (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge,
                            sales)
    SELECT w, product_id, plan_id, status, method, currency, is_test, is_charge, sum(sales)
      FROM gone GROUP BY 2, 3, 4, 5, 6, 7, 8 HAVING sum(sales) <> 0
  )
  SELECT count(*) INTO folded FROM gone;
  RETURN folded;
END $$;
REVOKE ALL ON FUNCTION fold_sale_tally() FROM PUBLIC;
"""

# As in 0009, with what is new.
STATISTICS = """
CREATE OR REPLACE FUNCTION analyze_after_import() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE changed text;
BEGIN
  PERFORM app_workspace();
  SELECT string_agg(format('public.%%I', relname), ', ') INTO changed
    FROM pg_stat_user_tables
   WHERE schemaname = 'public' AND n_mod_since_analyze > n_live_tup / 3
     AND relname IN ('customer', 'customer_email', 'customer_phone', 'customer_document', 'customer_identity',
                     'customer_product', 'customer_spend', %s'sale', 'sale_event', 'payment', 'refund',
                     'dispute');
  IF changed IS NOT NULL THEN
    EXECUTE 'ANALYZE (SKIP_LOCKED) ' || changed;
  END IF;
END $$;
"""
EARLY = """
ALTER TABLE customer_method SET (autovacuum_analyze_scale_factor = 0.01);
ALTER TABLE sale_tally SET (autovacuum_analyze_scale_factor = 0.01);
"""

# In one transaction with the triggers, which keep writers out until it ends: nothing is counted twice.
FILL = """
INSERT INTO customer_method (workspace_id, customer_id, method)
SELECT DISTINCT workspace_id, customer_id, method FROM payment WHERE status = 'paid' ORDER BY 1, 3, 2;
INSERT INTO sale_tally (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sales)
SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, subscription_id IS NOT NULL,
       count(*)
  FROM sale GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
"""

DROP = """
DROP FUNCTION fold_sale_tally();
DROP FUNCTION customer_methods_recompute(bigint, bigint[]);
"""


def make_read_only(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(
        f"REVOKE INSERT, UPDATE, DELETE ON customer_method, sale_tally FROM {role};"
        f"GRANT EXECUTE ON FUNCTION fold_sale_tally() TO {role}",
        params=None,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_products_and_plans"),
        ("customers", "0004_contacts_in_one_pass"),
        ("sales", "0010_amounts_and_products_in_order"),
        ("subscriptions", "0001_subscriptions"),
        ("workspaces", "0003_first_invitation_and_settings_permission"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerMethod",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id",
                        "method",
                        "customer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("method", atomicpay.workspaces.fields.CodeField(verbose_name="method")),
                (
                    "customer",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="methods_used",
                        to="customers.customer",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=atomicpay.workspaces.scope.active_workspace_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "db_table": "customer_method",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SaleTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", atomicpay.workspaces.fields.CodeField(verbose_name="status")),
                ("method", atomicpay.workspaces.fields.CodeField(verbose_name="payment method")),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("is_test", models.BooleanField(verbose_name="test")),
                ("is_charge", models.BooleanField(verbose_name="charge of a subscription")),
                ("sales", models.BigIntegerField(verbose_name="sales")),
                (
                    "plan",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.plan",
                    ),
                ),
                (
                    "product",
                    atomicpay.workspaces.fields.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=atomicpay.workspaces.scope.active_workspace_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "db_table": "sale_tally",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="customerspend",
            index=models.Index(
                models.F("workspace"),
                models.F("currency"),
                models.OrderBy(
                    django.db.models.expressions.CombinedExpression(
                        models.F("paid_sales"), "-", models.F("renewals")
                    ),
                    descending=True,
                ),
                models.OrderBy(models.F("customer"), descending=True),
                name="customer_spend_purchases_i",
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("status", "succeeded")),
                fields=["workspace", "completed_at", "sale"],
                name="refund_completed_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                fields=["workspace", "status", "product", "plan", "method"], name="sale_kind_i"
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("approved_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("approved_at__isnull", False)),
                name="sale_approved_i",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("completed_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("completed_at__isnull", False)),
                name="sale_completed_i",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="methods_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM ((SELECT id, workspace_id, customer_id, method, status FROM old_rows EXCEPT SELECT id, workspace_id, customer_id, method, status FROM new_rows) UNION ALL (SELECT id, workspace_id, customer_id, method, status FROM new_rows EXCEPT SELECT id, workspace_id, customer_id, method, status FROM old_rows)) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_methods_recompute(w, ids); END LOOP;",
                    hash="e0a68c3706d1cffe2e4ea5142c59576e708a724a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_methods_upd_e1738",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="methods_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    declare="DECLARE w bigint; ids bigint[];",
                    func="FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id) FROM (TABLE old_rows) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM customer_methods_recompute(w, ids); END LOOP;",
                    hash="a6eae3b242927251a113aa060abf1c600193ab7b",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_methods_del_3e878",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="methods_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="PERFORM 1 FROM customer WHERE (workspace_id, id) IN (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; INSERT INTO customer_method (workspace_id, customer_id, method) SELECT DISTINCT workspace_id, customer_id, method FROM new_rows WHERE status = 'paid' ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;",
                    hash="60f93015904ec5d621c5bbdaa67a17413fd96b15",
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
                name="tally_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO sale_tally (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sales) SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sum(change) FROM (SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, subscription_id IS NOT NULL, 1 FROM new_rows) e (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, change) GROUP BY workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge HAVING sum(change) <> 0;",
                    hash="2648aebad974b822db2ce9c1e450fa5659435a79",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_tally_ins_49aac",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO sale_tally (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sales) SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sum(change) FROM (SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, subscription_id IS NOT NULL, 1 FROM new_rows UNION ALL SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, subscription_id IS NOT NULL, -1 FROM old_rows) e (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, change) GROUP BY workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge HAVING sum(change) <> 0;",
                    hash="98d9f1c089700720591fdfb3eaa26487f97e991b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_tally_upd_5d5b3",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sale",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_del",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="INSERT INTO sale_tally (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sales) SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, sum(change) FROM (SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, subscription_id IS NOT NULL, -1 FROM old_rows) e (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge, change) GROUP BY workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge HAVING sum(change) <> 0;",
                    hash="0ba0c91a14957b5bd86afaf8fcbc3caa2174eaf3",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_tally_del_88725",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="sale",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="customermethod",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="customer_method_rls"),
        ),
        migrations.AddConstraint(
            model_name="customermethod",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                actions="ON DELETE CASCADE",
                fields=("workspace", "customer"),
                name="customer_method_customer_same_ws",
                to="customers.Customer",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="customermethod",
            constraint=models.UniqueConstraint(
                fields=("workspace", "customer", "method"), name="customer_method_once"
            ),
        ),
        migrations.AddIndex(
            model_name="saletally",
            index=models.Index(fields=["workspace", "product"], name="sale_tally_product_i"),
        ),
        migrations.AddConstraint(
            model_name="saletally",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="sale_tally_rls"),
        ),
        migrations.AddConstraint(
            model_name="saletally",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="sale_tally_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="saletally",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                actions="ON DELETE CASCADE",
                fields=("workspace", "product"),
                name="sale_tally_product_same_ws",
                to="catalog.Product",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="saletally",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                actions="ON DELETE CASCADE",
                fields=("workspace", "plan"),
                name="sale_tally_plan_same_ws",
                to="catalog.Plan",
                to_fields=("workspace", "id"),
            ),
        ),
        migrations.RunSQL(METHODS + FOLD + EARLY, DROP),
        migrations.RunSQL(STATISTICS % "'customer_method', 'sale_tally', ", STATISTICS % ""),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunPython(make_read_only, migrations.RunPython.noop),
    ]
