"""Lists, counts and customer pages, in process through all middleware; the floor is their own SQL."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.devstack.measuring.figures import Figure, by_turns, percentile
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.devstack.seeding.mass.plan import SIXTY_EMAIL

PAGE_SIZE = 50
REPLAYED = "the page's own SELECTs, replayed as the owner"
_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "SET ")


class UnexpectedAnswer(Exception):
    """The page to be measured did not answer 200."""

    def __init__(self, path: str, status: int) -> None:
        super().__init__(f"{path} answered {status}")


def measure_page(
    setting: Setting,
    name: str,
    path: str,
    *,
    unit: str = "ms p95",
    headers: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
) -> Figure:
    """One address of the workspace, by a signed-in member; with a form it is sent there."""
    client = setting.client()
    address = setting.at(path)

    def ask() -> Any:
        extra = headers or {}
        response = client.post(address, form, headers=extra) if form else client.get(address, headers=extra)
        if response.status_code != 200:
            raise UnexpectedAnswer(address, response.status_code)
        return response

    ask()
    with CaptureQueriesContext(connection) as captured:
        size = len(ask().content)
    statements = [query["sql"] for query in captured.captured_queries]
    asked = [sql for sql in statements if not sql.startswith(_TRANSACTION)]
    samples = by_turns(ask, lambda: replay(setting, asked))
    value, floor = samples.p95()
    median, floor_median = samples.median()
    more = {
        "p50": round(median, 2),
        "floor_p50": round(floor_median, 2),
        "cpu_p50": round(percentile(samples.own_cpu, 0.5), 2),
        "bytes": size,
    }
    return Figure(
        name=name,
        value=value,
        unit=unit,
        floor=floor,
        queries=len(asked),
        n=len(samples.ours),
        floor_is=REPLAYED,
        more=more,
    )


def replay(setting: Setting, statements: list[str]) -> None:
    """Fetch the same rows as the owner: no row security, no ORM, no page."""
    for sql in filter(is_select, statements):
        setting.owner.execute(sql.encode()).fetchall()


def is_select(sql: str) -> bool:
    """Whether a statement reads rows; a union begins with a parenthesis."""
    return sql.lstrip("( ").startswith(("SELECT", "WITH")) and "set_config" not in sql


def customers_list(setting: Setting) -> Iterator[Figure]:
    """The first page, the ten-thousandth, and the exact counts that come after them."""
    yield measure_page(setting, "customers_list", "customers/")
    yield measure_page(setting, "customers_list_deep", f"customers/?after={_deep_cursor(setting)}")
    htmx = {"HX-Request": "true"}
    yield measure_page(setting, "customers_count", "customers/?count=exact", headers=htmx)
    filtered = f"customers/?bought={product(setting)}&count=exact"
    yield measure_page(setting, "customers_count_filtered", filtered, headers=htmx)


def _deep_cursor(setting: Setting) -> str:
    """The end of the 9,999th page, or of the page in the middle of smaller books."""
    rows = min(9_999 * PAGE_SIZE, setting.customers // 2)
    found = setting.owner.execute(
        "SELECT public_id FROM customer WHERE workspace_id = %s AND archived_at IS NULL"
        " AND merged_into_id IS NULL AND NOT is_test ORDER BY created_at DESC, id DESC OFFSET %s LIMIT 1",
        [setting.workspace.pk, rows - 1],
    ).fetchone()
    assert found is not None  # noqa: S101 -- half of the customers are more than none
    return f"{rows + 1}.{found[0].hex}"


def product(setting: Setting, external_id: str = "prod-1") -> str:
    """The public id of a product of the seed; the first is the one sold most."""
    found = setting.owner.execute(
        "SELECT public_id FROM product WHERE workspace_id = %s AND external_id = %s",
        [setting.workspace.pk, external_id],
    ).fetchone()
    assert found is not None  # noqa: S101 -- the seed made it
    return str(found[0])


def customers_by_spend(setting: Setting) -> Iterator[Figure]:
    """Sorted by lifetime spend."""
    yield measure_page(setting, "customers_by_spend", "customers/?sort=-spend")


def customers_three_filters(setting: Setting) -> Iterator[Figure]:
    """Three filters at once, over three tables."""
    filters = f"bought={product(setting)}&subscription=active&spend_min=100&currency=BRL"
    yield measure_page(setting, "customers_three_filters", f"customers/?{filters}")
    yield measure_page(
        setting,
        "customers_three_filters_count",
        f"customers/?{filters}&count=exact",
        headers={"HX-Request": "true"},
    )


def search_email(setting: Setting) -> Iterator[Figure]:
    """A whole email, then a common family name, whose matches are a fifth of the books."""
    yield measure_page(setting, "search_email", f"customers/?q={SIXTY_EMAIL}")
    yield measure_page(setting, "search_common_name", "customers/?q=silva")


def customer_page_60(setting: Setting) -> Iterator[Figure]:
    """The page of the customer with sixty sales."""
    path = f"customers/{setting.sixty.public_id}/"
    yield measure_page(setting, "customer_page_60", path)


def customer_page_20000(setting: Setting) -> Iterator[Figure]:
    """The page of the customer with twenty thousand sales."""
    path = f"customers/{setting.whale.public_id}/"
    yield measure_page(setting, "customer_page_20000", path)


def customer_as_of(setting: Setting) -> Iterator[Figure]:
    """The slowest of three days of the customer with twenty thousand sales; the sixty sales' beside it."""
    whale = [
        measure_page(setting, "customer_as_of", f"customers/{setting.whale.public_id}/as-of/?date={day}")
        for day in _days_of_whale(setting)
    ]
    slowest = max(whale, key=lambda figure: figure.value)
    day = _days_of_whale(setting)[1]
    sixty = measure_page(setting, "customer_as_of", f"customers/{setting.sixty.public_id}/as-of/?date={day}")
    more = {"days": [round(figure.value, 2) for figure in whale], "sixty": round(sixty.value, 2)}
    yield replace(slowest, more=(slowest.more or {}) | more)


def _days_of_whale(setting: Setting) -> list[str]:
    """The day of the first sale after a tenth, a half and nine tenths of all."""
    found = setting.owner.execute(
        "SELECT percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY ordered_at::date)"
        " FROM sale WHERE workspace_id = %s AND customer_id = %s",
        [setting.workspace.pk, setting.whale.pk],
    ).fetchone()
    assert found is not None  # noqa: S101 -- an aggregate is one row
    return [day.isoformat() for day in found[0]]


def missing_record(setting: Setting) -> Iterator[Figure]:
    """The slower of two: what hides everything from a list with three filters, and why somebody whose
    email is known is not in a list that two filters hide her from."""
    three = f"bought={product(setting)}&subscription=active&spend_min=1000000&currency=BRL"
    htmx = {"HX-Request": "true"}
    empty = measure_page(setting, "missing_record", f"missing/?list=customers&{three}", headers=htmx)
    expected = measure_page(
        setting,
        "missing_record",
        "missing/?list=customers&created_before=2001-01-01&dispute=open",
        form={"expected": SIXTY_EMAIL},
    )
    slower = max(empty, expected, key=lambda figure: figure.value)
    each = {"empty_list": round(empty.value, 2), "expected_email": round(expected.value, 2)}
    yield replace(slower, more=(slower.more or {}) | each)


Measure = Callable[[Setting], Iterator[Figure]]
