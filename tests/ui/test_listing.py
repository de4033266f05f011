"""What all list pages do alike: read any address, say what was not understood, and never widen."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.catalog.models import Product
from atomicpay.ui.columns import Column, Kind
from atomicpay.ui.errors import UnknownListPage
from atomicpay.ui.filters import OptionFilter
from atomicpay.ui.listing import OWN_PARAMETERS, ListPage
from atomicpay.ui.ranges import DayRangeFilter, WhichDateFilter
from atomicpay.ui.registry import get_list_page, list_pages, register
from atomicpay.ui.widgets import count_id
from atomicpay.workspaces.models import Membership
from tests import factories
from tests.conftest import Beacon, MemberClient
from tests.data.naughty import NAUGHTY, SENDABLE, some_of_each_kind
from tests.lists import open_list, statements

SignIn = Callable[[Membership], MemberClient]
NAMES = ("attention", "customers", "sales", "subscriptions")


def _rows(response: HttpResponse) -> int:
    return len(response.context["listing"].rows)


@pytest.fixture
def one_of_each(aurora: object, in_aurora: object) -> None:
    """Something that a list could widen to."""
    sale = factories.SaleFactory()
    factories.SubscriptionFactory(customer=sale.customer)
    factories.FindingFactory(sale=sale)


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", NAMES)
def test_any_value_of_any_filter_is_obeyed_or_refused(owner: Membership, name: str) -> None:
    """T45: a message beside the filter and nothing listed, or a chip that says what was understood."""
    with open_list(name, "", owner) as state:
        for number, filter_ in enumerate(state.filterset.filters.values()):
            for parameter in filter_.parameters():
                for text in some_of_each_kind(number):
                    asked = state.page.parse(QueryDict(urlencode({parameter: text})), state.membership)
                    obeyed = any(words.name == filter_.name for words in asked.chips)
                    refused = bool(asked.filterset.form.errors.get(filter_.name)) and not asked.is_valid
                    nothing = not text.strip()
                    assert obeyed or refused or nothing, (parameter, text)
                    if refused:
                        assert (asked.read_page().rows, asked.count(), asked.count_choices()) == ([], 0, {})


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", NAMES)
def test_what_is_obeyed_is_read_without_an_error(owner: Membership, name: str) -> None:
    """What a search or an amount makes of odd texts reaches the database."""
    with open_list(name, "", owner) as state:
        for number, filter_ in enumerate(state.filterset.filters.values()):
            for text in some_of_each_kind(number):
                values = {filter_.parameters()[0]: text, "currency": "BRL"}
                known = {key: value for key, value in values.items() if key in state.filterset.parameters()}
                asked = state.page.parse(QueryDict(urlencode(known)), state.membership)
                if asked.is_valid and asked.narrows:
                    asked.read_page()
                    asked.count()


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", NAUGHTY)
def test_page_answers_every_bad_address_in_words(
    owner: Membership, sign_in: SignIn, name: str, kind: str
) -> None:
    client = sign_in(owner)
    with open_list(name, "", owner) as state:
        parameters = [*state.filterset.parameters(), *OWN_PARAMETERS, "page", "x__y"]
    for text in [text for text in NAUGHTY[kind] if text in SENDABLE][::5]:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(client.at(f"{name}/"), dict.fromkeys(parameters, text), headers=headers)
            assert response.status_code == 200
            assert "<script>alert(1)" not in response.content.decode()
            if not headers and text.strip():
                assert _rows(response) == 0
                assert "nothing is listed" in response.content.decode()


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize(
    ("query", "name", "message"),
    [
        ("created=last_30_days&created_from=2026-01-01", "created", "Choose a period, or write days"),
        ("created=today&created_before=2026-01-01", "created", "Choose a period, or write days"),
        ("created_from=2026-03-02&created_before=2026-03-01", "created", "The end must be after the start"),
        ("created_from=2026-03-02&created_before=2026-03-02", "created", "The end must be after the start"),
        ("created_from=2026-02-30", "created", "This is not a day"),
        ("created=yesterdays", "created", "is not one of the available choices"),
        ("created=today&created=yesterday", "created", "more than once"),
        ("spend_min=2&spend_max=1&currency=BRL", "spend", "The lower amount is more"),
        ("spend_min=2", "spend", "Choose the currency"),
        ("bought=nothing", "bought", "is not one of the available choices"),
        ("tag=none", "tag", "is not one of the available choices"),
    ],
)
def test_value_that_cannot_be_meant_has_its_message_beside_the_filter(
    owner: Membership, sign_in: SignIn, query: str, name: str, message: str
) -> None:
    client = sign_in(owner)
    response = client.get(client.at(f"customers/?{query}"))
    listing = response.context["listing"]
    assert message in str(listing.state.filterset.form.errors[name])
    assert message in response.content.decode()
    assert (_rows(response), listing.count) == (0, 0)


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "key",
    [
        "customer__name",
        "workspace",
        "workspace__id__exact",
        "pk",
        "id__in",
        "x.y",
        "q\x00",
        "__class__",
        "é" * 300,
    ],
)
def test_no_key_of_the_address_becomes_a_look_up(
    owner: Membership, sign_in: SignIn, name: str, key: str
) -> None:
    client = sign_in(owner)
    plain = client.get(client.at(f"{name}/"))
    response = client.get(client.at(f"{name}/"), {key: "1"})
    assert response.status_code == 200
    assert _rows(response) == _rows(plain) == 1
    (notice,) = response.context["listing"].notices
    assert notice.startswith("Not known here, and without effect on the list: ")


@pytest.mark.usefixtures("one_of_each")
def test_repeated_key_is_refused_where_one_value_is_meant(owner: Membership) -> None:
    with open_list("sales", "refunded=yes&refunded=no", owner) as state:
        assert state.filterset.form.errors == {
            "refunded": ["This is in the address more than once. Choose one."]
        }
        assert state.count() == 0
    with open_list("sales", "status=approved&status=declined", owner) as state:
        assert state.count() == 1


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("token", ["coupon", "--ordered", "-", "customer__name", "\x00", "x" * 10_000])
def test_unknown_order_is_said_and_the_usual_one_used(owner: Membership, token: str) -> None:
    with open_list("sales", urlencode({"sort": token}), owner) as state:
        assert state.notices == ["The order in the address is not known. The usual one is used."]
        assert state.sorting.token == "-ordered"
        assert len(state.read_page().rows) == 1


def test_file_of_a_refused_filter_has_no_rows(in_aurora: object, owner: Membership) -> None:
    factories.SaleFactory()
    with open_list("sales", "status=nonsense", owner) as state:
        assert (state.count(), state.export_queryset().count(), state.queryset().count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("customers", "q=ana&archived=only&sort=-spend"),
        ("customers", "spend_min=10&spend_max=20&currency=BRL"),
        ("sales", "date_field=approved&date_from=2026-01-01&status=approved&status=declined&test=include"),
        ("subscriptions", "started_before=2026-01-01&risk=any&sort=next_charge"),
    ],
)
def test_canonical_query_means_the_same_and_stays_the_same(
    in_aurora: object, owner: Membership, name: str, query: str
) -> None:
    with open_list(name, f"{query}&unknown=1&after=1.zz&count=exact&q=", owner) as state:
        canonical = state.canonical_query()
        again = state.changed({})
        assert parse_qs(canonical) == parse_qs(query)
        assert again.canonical_query() == canonical
        assert again.describe() == state.describe()


def test_chip_takes_its_own_filter_away_and_no_other(in_aurora: object, owner: Membership) -> None:
    with open_list("customers", "spend_min=10&currency=BRL&country=BR&sort=name", owner) as state:
        assert [(words.name, words.value) for words in state.chips] == [
            ("spend", "from R$\xa010.00"),
            ("country", "Brazil"),
            ("archived", "left out"),
        ]
        changed = {
            words.name: parse_qs(state.canonical_query(state.changes_without(words.name)))
            for words in state.chips
        }
    kept = {"spend_min": ["10"], "currency": ["BRL"], "country": ["BR"], "sort": ["name"]}
    # The currency only said what the range is in.
    assert changed["spend"] == {name: kept[name] for name in ("country", "sort")}
    assert changed["country"] == {name: kept[name] for name in ("spend_min", "currency", "sort")}
    assert changed["archived"] == kept | {"archived": ["include"]}


def test_currency_of_the_order_stays_when_the_range_is_taken_away(
    in_aurora: object, owner: Membership
) -> None:
    with open_list("customers", "spend_min=10&currency=USD&sort=-spend", owner) as state:
        assert state.canonical_query(state.changes_without("spend")) == "currency=USD&sort=-spend"


def test_left_out_counts_what_the_defaults_hide(in_aurora: object, owner: Membership) -> None:
    factories.SaleFactory()
    factories.SaleFactory(is_test=True, status="declined")
    factories.SaleFactory(is_test=True)
    with open_list("sales", "status=approved", owner) as state:
        assert (state.count(), state.left_out()) == (1, [("Test sales", 1)])
    with open_list("sales", "test=include", owner) as state:
        assert (state.count(), state.left_out()) == (3, [])


@pytest.mark.parametrize("name", NAMES)
def test_describe_says_every_filter_and_the_order(in_aurora: object, owner: Membership, name: str) -> None:
    with open_list(name, "q=ana", owner) as state:
        words = state.describe()
        assert words[0] == ("Search", "ana")
        assert words[-1] == ("Order", state.sorting.sentence)


# Declarations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", list_pages(), ids=lambda page: page.name)
def test_every_page_is_declared_whole(page: ListPage) -> None:
    keys = [column.key for column in page.columns]
    orders = {order.key for order in page.orders}
    assert len(keys) == len(set(keys))
    assert set(page.on_screen) <= {column.key for column in page.columns if column.cell}
    assert {column.order for column in page.columns if column.order} <= orders
    assert page.default_sort.removeprefix("-") in orders
    in_groups = [name for _label, names in page.filterset.groups for name in names]
    assert sorted(in_groups) == sorted(page.filterset.base_filters)
    for filter_ in page.filterset.base_filters.values():
        if isinstance(filter_, OptionFilter) and filter_.default:
            assert filter_.everything
            assert filter_.left_out in filter_.options


def test_unknown_page_has_a_name_in_the_error() -> None:
    with pytest.raises(UnknownListPage, match="payments"):
        get_list_page("payments")


def test_two_pages_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="two list pages named 'sales'"):
        register(type(get_list_page("sales")))


def test_column_must_be_somewhere_and_money_must_have_a_currency() -> None:
    with pytest.raises(ValueError, match="neither on the screen nor in a file"):
        Column(key="nowhere", label="Nowhere")
    with pytest.raises(ValueError, match="must say where its currency is"):
        Column(key="amount", label="Amount", kind=Kind.MONEY, expression="amount")


# The page ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", NAMES)
def test_count_is_in_the_page_without_scripts_and_after_it_with_them(
    owner: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with open_list(name, "", owner):
        sale = factories.SaleFactory()
        factories.SubscriptionFactory(customer=sale.customer)
        factories.FindingFactory(sale=sale)
    monkeypatch.setattr(type(get_list_page(name)), "page_size", 1)
    client = sign_in(owner)
    assert client.get(client.at(f"{name}/")).context["listing"].count == 2
    client.cookies["js"] = "1"
    listing = client.get(client.at(f"{name}/")).context["listing"]
    assert listing.count is None
    fragment = client.get(listing.count_url, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert "2 " in fragment.content.decode()
    assert client.get(listing.count_url).context["listing"].count == 2


@pytest.mark.usefixtures("one_of_each")
def test_numbers_beside_choices_come_after_the_rows_or_with_a_link(
    owner: Membership, sign_in: SignIn
) -> None:
    with open_list("sales", "", owner):
        factories.SaleFactory(status="declined")
    client = sign_in(owner)
    page = client.get(client.at("sales/"))
    listing = page.context["listing"]
    id_of_declined = count_id("status", "declined")
    assert f'<span class="count" id="{id_of_declined}"></span>' in page.content.decode()
    assert f'hx-get="{listing.choices_url}"' in page.content.decode()

    part = client.get(listing.choices_url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f'<span class="count" id="{id_of_declined}" hx-swap-oob="true">1</span>' in part
    whole = client.get(listing.choices_url)
    assert f'<span class="count" id="{id_of_declined}">1</span>' in whole.content.decode()
    assert whole.context["listing"].choices_url is None
    assert _rows(whole) == 2


@pytest.mark.usefixtures("one_of_each")
def test_another_page_keeps_the_form_and_its_numbers(
    owner: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is counted twice: htmx keeps the form that is there."""
    monkeypatch.setattr(type(get_list_page("sales")), "page_size", 1)
    with open_list("sales", "", owner):
        factories.SaleFactory()
    client = sign_in(owner)
    first = client.get(client.at("sales/"))
    form = r'<form class="filters"[^>]* hx-preserve'
    assert not re.search(form, first.content.decode())
    assert re.search(form, client.get(first.context["listing"].next_url).content.decode())


def test_limited_members_numbers_are_of_their_products(
    aurora: object, in_aurora: object, course: Product, limited_agent: Membership, owner: Membership
) -> None:
    factories.SaleFactory(product=course, status="declined")
    factories.SaleFactory(status="declined")
    for member, number in ((owner, 2), (limited_agent, 1)):
        with open_list("sales", "", member) as state:
            counts = state.count_choices()
            assert (counts["status"]["declined"], counts["test"][""]) == (number, number)


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_choices_are_read_by_few_statements(owner: Membership, name: str) -> None:
    with open_list(name, "", owner) as state:
        with CaptureQueriesContext(connection) as captured:
            state.count_choices()
        assert len(statements(captured)) <= 5, statements(captured)


@pytest.mark.usefixtures("one_of_each")
def test_export_link_carries_the_list_and_its_filters_to_who_may(
    finance: Membership, support_agent: Membership, sign_in: SignIn
) -> None:
    query = "status=approved&date_from=2026-01-01"
    client = sign_in(finance)
    link = urlsplit(client.get(client.at(f"sales/?{query}&after=x")).context["listing"].export_url)
    assert link.path == client.at("exports/new/")
    assert parse_qs(link.query) == {"list": ["sales"], **parse_qs(query)}
    agent = sign_in(support_agent)
    response = agent.get(agent.at(f"sales/?{query}"))
    assert response.context["listing"].export_url is None
    assert "exports/new" not in response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_page_is_for_members_with_the_right(
    employee: Membership, stranger: Membership, aurora: object, sign_in: SignIn, name: str
) -> None:
    assert sign_in(employee).get(sign_in(employee).at(f"{name}/")).status_code == 403
    path = employee.workspace.root + f"{name}/"
    assert sign_in(stranger).get(path).status_code == 404


def test_filters_and_columns_that_a_member_may_not_use_do_not_exist(
    in_aurora: object, employee: Membership
) -> None:
    employee.extra_permissions = ["customers.view"]
    employee.save()
    factories.SaleFactory()
    with open_list("customers", "spend_min=1&currency=BRL&sort=-spend&refund=yes", employee) as state:
        assert [column.key for column in state.columns] == ["customer"]
        assert "lifetime_spend" not in {column.key for column in state.export_columns}
        assert state.notices == [
            "The order in the address is not known. The usual one is used.",
            "Not known here, and without effect on the list: currency, refund, spend_min",
        ]
        assert state.count() == 1


def test_empty_list_says_what_it_will_hold_and_a_filtered_one_what_to_take_away(
    owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    assert "No sales yet" in client.get(client.at("sales/")).content.decode()
    response = client.get(client.at("sales/?q=nobody"))
    empty = response.context["listing"].empty
    assert empty.title == "No sales match these filters"
    assert [action["url"] for action in empty.actions] == [
        client.at("sales/"),
        client.at("sales/?q=nobody&test=include"),
    ]
    assert "Nothing is known here by “nobody”" in response.content.decode()


def test_page_of_another_workspace_holds_nothing_of_it(
    beacon: Beacon, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    for name in NAMES:
        assert _rows(client.get(client.at(f"{name}/?q=HP"))) == 0


def test_every_date_filter_names_its_zone(in_aurora: object, owner: Membership) -> None:
    for name in NAMES:
        with open_list(name, "", owner) as state:
            for filter_ in state.filterset.filters.values():
                if isinstance(filter_, DayRangeFilter):
                    help_text = state.filterset.form.fields[filter_.name].help_text
                    assert "Paulo" in help_text
                    assert "The end day is not included." in help_text


def test_which_date_is_named_by_the_chip(in_aurora: object, owner: Membership) -> None:
    query = "date_field=refunded&date_from=2026-03-01&date_before=2026-04-01"
    with open_list("sales", query, owner) as state:
        assert isinstance(state.filterset.filters["date_field"], WhichDateFilter)
        assert state.describe()[0] == ("Refunded", "from 1 Mar 2026, before 1 Apr 2026")
