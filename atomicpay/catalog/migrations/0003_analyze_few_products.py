"""Let the planner hear of the first products.

Autovacuum waits for fifty changes, which most catalogs never see. A planner who knows nothing of a table expects
one product in it, and read a customer's purchases once for each product that there was.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_words_of_what_is_there_already")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (autovacuum_analyze_threshold = 5)",
            f"ALTER TABLE {table} RESET (autovacuum_analyze_threshold)",
        )
        for table in ("product", "plan")
    ]
