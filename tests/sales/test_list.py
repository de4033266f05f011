"""The sales list: which sales each filter leaves, and that a day is a day of the workspace."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from atomicpay.catalog.models import PaymentModel, Plan, Product
from atomicpay.ui.periods import Days
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from sales.models import Sale
from sales.states import DisputeStatus, PaymentMethod, SaleStatus
from tests import factories
from tests.conftest import Beacon
from tests.lists import ids_by_sql, listed, open_list

REAL = "s.workspace_id = %(ws)s AND NOT s.is_test"


@pytest.fixture
def books(aurora: Workspace, course: Product) -> dict[str, Sale]:
    """A sale of each kind; all but one by Antônia."""
    with enter(aurora.pk):
        antonia = factories.CustomerFactory(name="Antônia Lima", email="antonia@correio.example")
        club = factories.ProductFactory(name="Clube Aurora")
        monthly = factories.PlanFactory(product=club, name="Mensal")
        once = factories.PlanFactory(product=course, name="À vista", payment_model=PaymentModel.ONE_TIME)
        subscription = factories.SubscriptionFactory(customer=antonia, product=club, plan=monthly)
        common = {"customer": antonia, "product": course, "plan": once}
        sales = {
            "pix": factories.SaleFactory(**common, reference="AC-100", amount_charged=9700),
            "card": factories.SaleFactory(
                **common, reference="AC-200", amount_charged=50000, method=PaymentMethod.CREDIT_CARD
            ),
            "dollars": factories.SaleFactory(**common, currency="USD", amount_charged=9700),
            "declined": factories.SaleFactory(**common, status=SaleStatus.DECLINED, external_id="EXT-7"),
            "refunded": factories.SaleFactory(**common, status=SaleStatus.REFUNDED),
            "disputed": factories.SaleFactory(**common, status=SaleStatus.DISPUTED),
            "test": factories.SaleFactory(**common, is_test=True),
            "charge": factories.SaleFactory(
                customer=factories.CustomerFactory(name="Bruno Sá"),
                product=club,
                plan=monthly,
                subscription=subscription,
                recurrence_number=2,
                approved_at=factories.NOON + timedelta(days=40),
            ),
        }
        factories.RefundFactory(sale=sales["refunded"], completed_at=factories.NOON + timedelta(days=3))
        factories.DisputeFactory(sale=sales["disputed"], status=DisputeStatus.OPEN)
    return sales


@pytest.mark.parametrize(
    ("query", "condition", "number"),
    [
        ("", REAL, 7),
        ("test=include", "s.workspace_id = %(ws)s", 8),
        ("test=only", "s.workspace_id = %(ws)s AND s.is_test", 1),
        ("status=declined&status=refunded", f"{REAL} AND s.status IN ('declined', 'refunded')", 2),
        ("method=credit_card", f"{REAL} AND s.method = 'credit_card'", 1),
        ("currency=USD", f"{REAL} AND s.currency = 'USD'", 1),
        (
            "amount_min=97&amount_max=97&currency=BRL",
            f"{REAL} AND s.currency = 'BRL' AND s.amount_charged = 9700",
            5,
        ),
        ("amount_min=500&currency=BRL", f"{REAL} AND s.currency = 'BRL' AND s.amount_charged >= 50000", 1),
        ("refunded=yes", f"{REAL} AND s.id IN (SELECT sale_id FROM refund WHERE status = 'succeeded')", 1),
        ("refunded=no", f"{REAL} AND s.id NOT IN (SELECT sale_id FROM refund WHERE status = 'succeeded')", 6),
        ("disputed=open", f"{REAL} AND s.id IN (SELECT sale_id FROM dispute WHERE status = 'open')", 1),
        ("disputed=none", f"{REAL} AND s.id NOT IN (SELECT sale_id FROM dispute)", 6),
        ("kind=subscription", f"{REAL} AND s.subscription_id IS NOT NULL", 1),
        ("kind=one_off", f"{REAL} AND s.subscription_id IS NULL", 6),
        ("payment_model=recurring", f"{REAL} AND s.recurrence_number = 2", 1),
        (
            "date_field=refunded&date_from=2026-03-05&date_before=2026-03-06",
            f"{REAL} AND s.status = 'refunded'",
            1,
        ),
        (
            "date_field=approved&date_from=2026-04-11&date_before=2026-04-12",
            f"{REAL} AND s.recurrence_number = 2",
            1,
        ),
    ],
)
def test_filter_lists_what_plain_sql_finds(
    books: dict[str, Sale], beacon: Beacon, owner: Membership, query: str, condition: str, number: int
) -> None:
    found = listed("sales", query, owner)
    with open_list("sales", "", owner):
        expected = ids_by_sql(f"SELECT s.id FROM sale s WHERE {condition}", owner.workspace_id)
    assert found == expected
    assert len(found) == number


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AC-100", ["pix"]),
        ("ac-", ["pix", "card"]),
        ("EXT-7", ["declined"]),
        ("bruno", ["charge"]),
        ("100", []),
        ("AC-%", []),
    ],
)
def test_search_finds_by_reference_external_id_and_buyer(
    books: dict[str, Sale], owner: Membership, text: str, names: list[str]
) -> None:
    assert listed("sales", urlencode({"q": text}), owner) == {books[name].pk for name in names}


def test_search_gives_the_same_by_either_plan(
    books: dict[str, Sale], owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in ("q=antonia+lima", "q=li", "q=AC-", "q=EXT-7"):
        found = []
        for is_rare in (True, False):
            monkeypatch.setattr(
                "customers.search.SearchPlan.is_rare", lambda plan, *, reads_all, is_rare=is_rare: is_rare
            )
            found.append(listed("sales", query, owner))
        assert found[0] == found[1] != set(), query


def test_product_and_plan_are_chosen_by_public_id(books: dict[str, Sale], owner: Membership) -> None:
    club, plan = books["charge"].product, books["charge"].plan
    assert plan is not None
    assert listed("sales", f"product={club.public_id}", owner) == {books["charge"].pk}
    assert listed("sales", f"plan={plan.public_id}", owner) == {books["charge"].pk}
    with open_list("sales", f"plan={plan.public_id}", owner) as state:
        assert state.describe()[0] == ("Plan", "Clube Aurora · Mensal")


def test_limited_member_lists_sales_of_their_products(
    books: dict[str, Sale], limited_agent: Membership
) -> None:
    everything = listed("sales", "test=include", limited_agent)
    assert everything == {sale.pk for name, sale in books.items() if name != "charge"}
    assert listed("sales", "q=bruno", limited_agent) == set()
    with open_list("sales", f"plan={books['charge'].plan.public_id}", limited_agent) as state:
        assert not state.is_valid


# Days are the workspace's (T56, T57) ------------------------------------------------------------------------


def test_last_moment_of_a_day_and_the_first_of_the_next_are_one_day_each(
    in_aurora: Workspace, owner: Membership
) -> None:
    midnight = datetime(2026, 3, 3, 3, tzinfo=UTC)  # 00:00 of 3 March in São Paulo
    before = factories.SaleFactory(ordered_at=midnight - timedelta(microseconds=1))
    after = factories.SaleFactory(ordered_at=midnight)
    assert listed("sales", "date_from=2026-03-02&date_before=2026-03-03", owner) == {before.pk}
    assert listed("sales", "date_from=2026-03-03&date_before=2026-03-04", owner) == {after.pk}


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("America/Sao_Paulo", date(2018, 11, 3), 3),  # 4 November had 23 hours and no midnight
        ("America/Sao_Paulo", date(2018, 2, 16), 3),  # 17 February had 25
        ("America/New_York", date(2026, 3, 7), 3),
        ("America/New_York", date(2026, 10, 31), 3),
    ],
)
def test_days_part_all_moments_also_where_clocks_change(
    in_aurora: Workspace, owner: Membership, zone: str, first: date, days: int
) -> None:
    Workspace.objects.filter(pk=in_aurora.pk).update(timezone=zone)
    start = datetime.combine(first, datetime.min.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    customer, product = factories.CustomerFactory(), factories.ProductFactory()
    Sale.objects.bulk_create(
        factories.SaleFactory.build(
            customer=customer, product=product, ordered_at=start + timedelta(minutes=30 * step)
        )
        for step in range(-10, 48 * days + 10)
    )
    parts = [
        listed("sales", urlencode({"date_from": day, "date_before": day + timedelta(days=1)}), owner)
        for day in (first + timedelta(days=number) for number in range(days))
    ]
    whole = {"date_from": first, "date_before": first + timedelta(days=days)}
    assert set.union(*parts) == listed("sales", urlencode(whole), owner)
    assert sum(map(len, parts)) == len(set.union(*parts))
    by_local_day = [0] * days
    for ordered_at in Sale.objects.values_list("ordered_at", flat=True):
        number = (ordered_at.astimezone(ZoneInfo(zone)).date() - first).days
        if 0 <= number < days:
            by_local_day[number] += 1
    assert [len(part) for part in parts] == by_local_day


def test_day_without_a_midnight_starts_when_it_starts() -> None:
    start, end = Days(date(2018, 11, 4), date(2018, 11, 5)).moments(ZoneInfo("America/Sao_Paulo"))
    assert start is not None
    assert end is not None
    assert start.astimezone(UTC) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)


def test_plan_of_another_workspace_is_no_choice(beacon: Beacon, owner: Membership) -> None:
    with enter(beacon.workspace.pk):
        plan = Plan.objects.get()
    with open_list("sales", f"plan={plan.public_id}", owner) as state:
        assert not state.is_valid
        assert state.count() == 0
