"""Let the planner hear of a new workspace early.

Until the statistics know a workspace, the planner expects one row of it, so that every index that begins with
the workspace looks equally good: a list of 20,000 customers beside a million took seconds. By default a tenth
of a table must change before it is analysed again, which no new workspace does.
"""

from django.db import migrations

TABLES = (
    "customer",
    "customer_email",
    "customer_product",
    "customer_spend",
    "dispute",
    "payment",
    "refund",
    "sale",
    "subscription",
)


def statements(template: str) -> str:
    return "\n".join(f"ALTER TABLE {table} {template};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("sales", "0006_test_sales_in_order")]
    operations = [
        migrations.RunSQL(
            statements("SET (autovacuum_analyze_scale_factor = 0.01)"),
            statements("RESET (autovacuum_analyze_scale_factor)"),
        )
    ]
