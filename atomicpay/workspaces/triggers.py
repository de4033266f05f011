"""Statement-level triggers that keep derived tables right under any writer, as entries of Meta.triggers.

django-pgtrigger versions them with the migrations. Its stock function is an invoker's and obeys the session
setting `pgtrigger.ignore`, with which any session could leave the totals stale; ours are the owner's
(SECURITY DEFINER, pinned search_path, no way to switch them off). The owner is exempt from row security, so
each function filters by the workspace of the changed rows itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger
from pgtrigger import compiler


class DefinerTriggerSql(compiler.UpsertTriggerSql):
    """The SQL of one trigger whose function runs as the owner."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
                {declare}
                BEGIN
                    {func}
                    RETURN NULL;
                END $$;
            REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing}
                FOR EACH {level} {condition} EXECUTE FUNCTION {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class StatementTrigger(pgtrigger.Trigger):
    """An AFTER trigger that runs once for each statement and sees its rows in transition tables."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def compile(self, model: Any) -> compiler.Trigger:
        return compiler.Trigger(
            name=self.name,
            sql=DefinerTriggerSql(
                pgid=self.get_pgid(model),
                declare=self.render_declare(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                referencing=self.referencing or "",
                level=self.level,
                condition=self.render_condition(model),
                execute=self.render_execute(model),
            ),
        )


_referencing: Any = pgtrigger.Referencing
INSERTED = _referencing(new="new_rows")
DELETED = _referencing(old="old_rows")
UPDATED = _referencing(old="old_rows", new="new_rows")


def recompute_customers(
    prefix: str, call: str, columns: Iterable[str], *, on_insert: str | None = None
) -> list[StatementTrigger]:
    """Three triggers that call `call(workspace, customer_ids)` for the customers whose rows changed.

    Three, because transition tables allow neither two events nor UPDATE OF; the update acts only on rows in
    which one of `columns` changed, so that an irrelevant update costs no recompute. `on_insert` is a cheaper
    statement for new rows, where there is one; the customers are locked before it.
    """
    compared = ", ".join(["id", "workspace_id", "customer_id", *columns])
    changed = (
        f"(SELECT {compared} FROM old_rows EXCEPT SELECT {compared} FROM new_rows)"
        f" UNION ALL (SELECT {compared} FROM new_rows EXCEPT SELECT {compared} FROM old_rows)"
    )
    sources = {
        "ins": (pgtrigger.Insert, INSERTED, "TABLE new_rows"),
        "upd": (pgtrigger.Update, UPDATED, changed),
        "del": (pgtrigger.Delete, DELETED, "TABLE old_rows"),
    }
    if on_insert:
        del sources["ins"]
    triggers = [
        StatementTrigger(
            name=f"{prefix}_{event}",
            operation=operation,
            referencing=referencing,
            declare=[("w", "bigint"), ("ids", "bigint[]")],
            func=(
                "FOR w, ids IN SELECT workspace_id, array_agg(DISTINCT customer_id ORDER BY customer_id)"
                f" FROM ({source}) touched GROUP BY 1 ORDER BY 1 LOOP PERFORM {call}(w, ids); END LOOP;"
            ),
        )
        for event, (operation, referencing, source) in sources.items()
    ]
    if on_insert:
        # The customer first, always: a writer that locked a total first could meet another in a circle. So
        # nobody else adds what `on_insert`, a statement of its own that sees what is there by then, misses.
        lock = (
            "PERFORM 1 FROM customer WHERE (workspace_id, id) IN"
            " (SELECT workspace_id, customer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE; "
        )
        triggers.append(
            StatementTrigger(
                name=f"{prefix}_ins",
                operation=pgtrigger.Insert,
                referencing=INSERTED,
                func=lock + on_insert,
            )
        )
    return triggers


def reach_of_customers() -> list[StatementTrigger]:
    """Keep `customer_product` right for the rows of a table that names a customer and a product."""
    return recompute_customers(
        "reach",
        "customer_products_recompute",
        ["product_id"],
        on_insert=(
            "INSERT INTO customer_product (workspace_id, customer_id, product_id)"
            " SELECT DISTINCT workspace_id, customer_id, product_id FROM new_rows n WHERE NOT EXISTS ("
            "SELECT FROM customer_product k WHERE k.workspace_id = n.workspace_id"
            " AND k.customer_id = n.customer_id AND k.product_id = n.product_id) ORDER BY 1, 2, 3;"
        ),
    )


def methods_of_customers() -> list[StatementTrigger]:
    """Keep `customer_method` right for the payments."""
    return recompute_customers(
        "methods",
        "customer_methods_recompute",
        ["method", "status"],
        on_insert=(
            "INSERT INTO customer_method (workspace_id, customer_id, method)"
            " SELECT DISTINCT workspace_id, customer_id, method FROM new_rows n WHERE status = 'paid'"
            " AND NOT EXISTS (SELECT FROM customer_method k WHERE k.workspace_id = n.workspace_id"
            " AND k.customer_id = n.customer_id AND k.method = n.method) ORDER BY 1, 2, 3;"
        ),
    )


def add_to_daily_totals(entries: str) -> list[StatementTrigger]:
    """Three triggers that enter a statement's effect on the daily totals.

    `entries` is a SELECT of (workspace_id, at, currency, gross, refunded, disputed, sales, refunds) from
    {rows}. New rows are entered with a plus, old ones with a minus; nothing is locked and nothing updated.
    """
    plus = entries.format(rows="new_rows")
    minus = (
        "SELECT workspace_id, at, currency, -gross, -refunded, -disputed, -sales, -refunds"
        f" FROM ({entries.format(rows='old_rows')}) gone"
    )
    sources = {
        "ins": (pgtrigger.Insert, INSERTED, plus),
        "upd": (pgtrigger.Update, UPDATED, f"{plus} UNION ALL {minus}"),
        "del": (pgtrigger.Delete, DELETED, minus),
    }
    return [
        StatementTrigger(
            name=f"daily_{event}",
            operation=operation,
            referencing=referencing,
            func=(
                "INSERT INTO daily_total"
                " (workspace_id, day, currency, gross, refunded, disputed, sales, refunds)"
                " SELECT e.workspace_id, (e.at AT TIME ZONE w.timezone)::date, e.currency, sum(e.gross),"
                " sum(e.refunded), sum(e.disputed), sum(e.sales), sum(e.refunds)"
                f" FROM ({source}) e (workspace_id, at, currency, gross, refunded, disputed, sales, refunds)"
                " JOIN workspace w ON w.id = e.workspace_id GROUP BY 1, 2, 3"
                " HAVING sum(e.gross) <> 0 OR sum(e.refunded) <> 0 OR sum(e.disputed) <> 0"
                " OR sum(e.sales) <> 0 OR sum(e.refunds) <> 0;"
            ),
        )
        for event, (operation, referencing, source) in sources.items()
    ]


def add_to_tally(table: str, columns: Mapping[str, str], number: str) -> list[StatementTrigger]:
    """Three triggers that enter a statement's effect on the number of rows of each kind.

    `columns` (name: SQL expression) say of which kind a row is, `number` is the column of `table` that is
    summed. New rows are entered with a plus, old ones with a minus; a kind that gains as many as it loses
    gets no entry. Nothing is locked and nothing updated.
    """
    names = ", ".join(("workspace_id", *columns))
    kind = ", ".join(("workspace_id", *columns.values()))
    plus, minus = f"SELECT {kind}, 1 FROM new_rows", f"SELECT {kind}, -1 FROM old_rows"
    sources = {
        "ins": (pgtrigger.Insert, INSERTED, plus),
        "upd": (pgtrigger.Update, UPDATED, f"{plus} UNION ALL {minus}"),
        "del": (pgtrigger.Delete, DELETED, minus),
    }
    return [
        StatementTrigger(
            name=f"tally_{event}",
            operation=operation,
            referencing=referencing,
            func=(
                f"INSERT INTO {table} ({names}, {number}) SELECT {names}, sum(change)"
                f" FROM ({source}) e ({names}, change) GROUP BY {names} HAVING sum(change) <> 0;"
            ),
        )
        for event, (operation, referencing, source) in sources.items()
    ]
