"""The list with its tabs: what a view opens, what it says when it cannot, and the acts on it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse

from atomicpay.saved_views import services
from atomicpay.saved_views.models import DefaultView, SavedView
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.ui.test_listing import NAUGHTY

from .conftest import Views

SignIn = Callable[..., MemberClient]
HTMX = {"HX-Request": "true"}


def _rows(response: HttpResponse) -> int:
    return len(response.context["listing"].rows)


def _notices(response: HttpResponse) -> list[str]:
    return list(response.context["listing"].notices)


def _tabs(response: HttpResponse) -> dict[str, Any]:
    return {str(tab.name): tab for tab in response.context["views"].tabs}


def _counts(response: HttpResponse) -> dict[str, str]:
    found = re.findall(r'id="view-count-([^"]+)"[^>]*>([^<]*)</span>', response.content.decode())
    return dict(found)


# Opening ----------------------------------------------------------------------------------------------------


def test_view_opens_with_its_rows_order_and_columns(views: Views, owner: Membership, sign_in: SignIn) -> None:
    with enter(owner.workspace_id):
        SavedView.objects.filter(pk=views.own.pk).update(columns=["buyer", "coupon"])
    client = sign_in(owner)
    response = client.get(client.at(views.address(views.own)))
    listing = response.context["listing"]
    assert _rows(response) == 2
    assert listing.sorted_by == "Sorted by order time, oldest first"
    assert listing.column_keys == ["buyer", "coupon"]
    assert [name for name, tab in _tabs(response).items() if tab.is_current] == ["Mine"]
    assert not response.context["views"].is_changed


def test_links_of_a_view_as_saved_carry_its_name_alone(
    views: Views, owner: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sales.lists.SaleList.page_size", 1)
    client = sign_in(owner)
    client.cookies["js"] = "1"
    listing = client.get(client.at(views.address(views.own))).context["listing"]
    for link in (listing.next_url, listing.count_url):
        query = parse_qs(urlsplit(link).query)
        assert query.pop("view") == [str(views.own.public_id)]
        assert query.keys() <= {"after", "count"}
    second = client.get(listing.next_url)
    assert second.context["listing"].range_text == "Rows 2 to 2"


def test_changed_filters_say_so_and_can_be_saved_over_the_view(
    views: Views, support_manager: Membership, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_manager)
    page = client.get(client.at(views.address(views.shared))).context["listing"]
    changed = client.get(page.columns[-1].sort_url)
    assert parse_qs(urlsplit(page.columns[-1].sort_url).query) == {
        "status": ["pending"],
        "sort": ["ordered"],
        "view": [str(views.shared.public_id)],
    }
    assert _tabs(changed)["Waiting"].is_changed
    body = changed.content.decode()
    assert "Save changes" in body
    assert "Save as new" in body
    agent = sign_in(support_agent)
    assert "Save changes" not in agent.get(page.columns[-1].sort_url).content.decode()

    tabs = changed.context["views"]
    saved = client.post(
        client.at(f"views/sales/{views.shared.public_id}/changes/"),
        {"query": tabs.query, "columns": tabs.columns},
    )
    assert saved.headers["Location"] == client.at(views.address(views.shared))
    with enter(support_manager.workspace_id):
        views.shared.refresh_from_db()
    assert views.shared.query == "status=pending&sort=ordered"
    assert not _tabs(client.get(saved.headers["Location"]))["Waiting"].is_changed


def test_the_same_filters_written_otherwise_are_no_change(
    views: Views, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    query = f"view={views.own.public_id}&sort=ordered&status=approved"
    assert not client.get(client.at(f"sales/?{query}")).context["views"].is_changed


def test_every_filter_taken_away_is_a_change_and_not_the_view(
    views: Views, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    listing = client.get(client.at(views.address(views.shared))).context["listing"]
    (chip, *_others) = listing.chips
    assert parse_qs(urlsplit(chip.remove_url).query) == {
        "sort": ["-ordered"],
        "view": [str(views.shared.public_id)],
    }
    response = client.get(chip.remove_url)
    assert _rows(response) == 5
    assert response.context["views"].is_changed
    hidden = dict(response.context["listing"].query_hidden)
    assert hidden == {"sort": "-ordered", "view": str(views.shared.public_id)}


def test_empty_address_leads_to_the_members_own_default_and_all_stays_one_click_away(
    views: Views, owner: Membership, finance: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    client.post(client.at(f"views/sales/{views.shared.public_id}/default/"), {"set": "1"})
    response = client.get(client.at("sales/"))
    assert (response.status_code, response.headers["Location"]) == (
        302,
        client.at(views.address(views.shared)),
    )
    opened = client.get(response.headers["Location"])
    assert _tabs(opened)["All"].url == client.at("sales/?view=all")
    everything = client.get(client.at("sales/?view=all"))
    assert _rows(everything) == 5
    assert _tabs(everything)["All"].is_current
    # Neither "Clear all" nor the last chip's × may lead back to the view.
    filtered = client.get(client.at("sales/?status=approved")).context["listing"]
    assert filtered.clear_url == client.at("sales/?view=all")
    assert filtered.chips[0].remove_url == client.at("sales/?view=all")
    assert sign_in(finance).get(client.at("sales/")).status_code == 200

    client.post(client.at(f"views/sales/{views.shared.public_id}/default/"), {"unset": "1"})
    assert client.get(client.at("sales/")).status_code == 200


# What cannot be shown ---------------------------------------------------------------------------------------


def _broken(query: str, member: Membership, **fields: Any) -> SavedView:
    with enter(member.workspace_id):
        return factories.SavedViewFactory(owner=member, query=query, is_shared=True, name="Broken", **fields)


@pytest.mark.parametrize(
    ("page", "query", "label"),
    [
        ("sales", "product=01890000-0000-7000-8000-000000000000", "Product"),
        ("sales", "plan=01890000-0000-7000-8000-000000000000&status=pending", "Plan"),
        ("customers", "tag=embaixadora", "Tag"),
        ("customers", "bought=01890000-0000-7000-8000-000000000000", "Has bought"),
    ],
)
def test_view_that_names_something_gone_says_so_and_lists_nothing(
    views: Views, owner: Membership, sign_in: SignIn, page: str, query: str, label: str
) -> None:
    view = _broken(query, owner, page=page)
    client = sign_in(owner)
    response = client.get(client.at(f"{page}/?view={view.public_id}"))
    assert _rows(response) == 0
    assert response.context["listing"].count == 0
    words = f"This view names something under {label} that is gone or that you may not see"
    assert _notices(response) == [f"{words}, so nothing is listed."]
    assert words in client.get(client.at(f"views/{page}/{view.public_id}/")).content.decode()
    counted = client.get(client.at(f"{page}/?view=all&count=views"))
    assert _tabs(counted)["Broken"].count is None


def test_view_of_a_product_outside_names_it_to_nobody_limited(
    views: Views, limited_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(limited_agent)
    for address in (
        "sales/",
        views.address(views.of_club),
        views.address(views.of_club) + "&count=views",
        f"views/sales/{views.of_club.public_id}/",
        "views/sales/",
    ):
        body = client.get(client.at(address)).content.decode()
        assert "Clube Aurora" not in body, address
    response = client.get(client.at(views.address(views.of_club)))
    assert _rows(response) == 0
    assert _notices(response) == [
        "This view names something under Product that is gone or that you may not see, so nothing is listed."
    ]


def test_shared_view_shows_each_member_their_own_scope(
    views: Views, owner: Membership, limited_agent: Membership, sign_in: SignIn
) -> None:
    for member, number in ((owner, 3), (limited_agent, 1)):
        client = sign_in(member)
        assert _rows(client.get(client.at(views.address(views.shared)))) == number
        counted = client.get(client.at("sales/?count=views"))
        assert _tabs(counted)["Waiting"].count == number


def test_view_with_a_filter_without_the_right_to_it_says_so_and_lists_nothing(
    views: Views, owner: Membership, employee: Membership, sign_in: SignIn
) -> None:
    view = _broken("spend_min=1&currency=BRL&country=BR", owner, page="customers")
    with enter(employee.workspace_id):
        Membership.objects.filter(pk=employee.pk).update(extra_permissions=["customers.view"])
        factories.CustomerFactory(country="BR")
    client = sign_in(employee)
    response = client.get(client.at(f"customers/?view={view.public_id}"))
    assert _rows(response) == 0
    assert _notices(response) == [
        "This view uses a filter that is no more or that you have no right to, so nothing is listed."
    ]


@pytest.mark.parametrize("key", [*NAUGHTY, "01890000-0000-7000-8000-000000000000", "ALL", "all,all"])
def test_view_that_is_not_known_lists_nothing(
    views: Views, owner: Membership, sign_in: SignIn, key: str
) -> None:
    client = sign_in(owner)
    response = client.get(client.at("sales/"), {"view": key})
    assert response.status_code == 200
    assert _rows(response) == 0
    assert _notices(response) == [
        "This saved view is no more, or it is not shared with you, so nothing is listed."
    ]
    assert response.context["listing"].empty.text == "Open another view, or All, above."


def test_view_named_twice_is_none(views: Views, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    query = f"view={views.own.public_id}&view={views.shared.public_id}"
    assert _rows(client.get(client.at(f"sales/?{query}"))) == 0
    assert _rows(client.get(client.at(f"sales/?view={views.own.public_id}&view={views.own.public_id}"))) == 2


def test_filters_beside_a_view_that_is_gone_are_obeyed(
    views: Views, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    response = client.get(client.at("sales/?view=gone&status=approved"))
    assert _rows(response) == 2
    assert "view=gone" not in response.context["listing"].chips[-1].remove_url


# Numbers ----------------------------------------------------------------------------------------------------


def test_numbers_of_the_tabs_come_after_the_rows_and_none_twice(
    views: Views, owner: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sales.lists.SaleList.page_size", 1)
    client = sign_in(owner)
    client.cookies["js"] = "1"
    page = client.get(client.at(views.address(views.shared)))
    assert set(_counts(page).values()) == {""}
    late = client.get(page.context["views"].count_url, headers=HTMX)
    assert "<html" not in late.content.decode()
    own, everything = str(views.own.public_id), "all"
    assert _counts(late) == {everything: "5", own: "2", str(views.of_club.public_id): "3"}
    with_list = client.get(page.context["listing"].count_url, headers=HTMX)
    assert _counts(with_list) == {str(views.shared.public_id): "3"}


def test_numbers_are_a_link_away_without_scripts(views: Views, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    page = client.get(client.at(views.address(views.shared)))
    assert _tabs(page)["Mine"].count is None
    assert 'id="views-count"' in page.content.decode()
    counted = client.get(page.context["views"].count_url)
    assert [tab.count for tab in _tabs(counted).values()] == [5, 3, 3, 2]
    assert 'id="views-count"' not in counted.content.decode()


def test_all_is_not_what_an_order_leaves_of_it(views: Views, owner: Membership, sign_in: SignIn) -> None:
    with enter(owner.workspace_id):
        factories.CustomerFactory()
    client = sign_in(owner)
    counted = client.get(client.at("customers/?sort=-spend&count=views"))
    assert _tabs(counted)["All"].count == 6
    assert counted.context["listing"].count == 2


# Keeping ----------------------------------------------------------------------------------------------------


def test_list_is_saved_as_a_view_and_opened(views: Views, finance: Membership, sign_in: SignIn) -> None:
    client = sign_in(finance)
    page = client.get(client.at("sales/?status=approved&columns=coupon"))
    form = page.context["views"].form
    data = {"name": "Paid", "is_shared": "on", **form.initial}
    saved = client.post(client.at("views/sales/new/"), data)
    with enter(finance.workspace_id):
        view = SavedView.objects.get(name="Paid")
        assert (view.query, view.columns, view.is_shared) == ("status=approved", ["buyer", "coupon"], True)
    assert saved.headers["Location"] == client.at(views.address(view))
    assert _rows(client.get(saved.headers["Location"])) == 2


def test_who_may_not_share_is_not_offered_it_and_a_forged_form_shares_nothing(
    views: Views, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    page = client.get(client.at("sales/?status=approved"))
    assert "is_shared" not in page.context["views"].form.fields
    client.post(client.at("views/sales/new/"), {"name": "X", "is_shared": "on", "query": "status=approved"})
    with enter(support_agent.workspace_id):
        assert not SavedView.objects.get(name="X").is_shared
    refused = client.post(client.at(f"views/sales/{views.shared.public_id}/share/"), {"unshare": "1"})
    assert refused.status_code == 403


@pytest.mark.parametrize("text", NAUGHTY)
def test_any_text_in_any_form_is_kept_or_refused_in_words(
    views: Views, owner: Membership, sign_in: SignIn, text: str
) -> None:
    client = sign_in(owner)
    ours = client.at(f"views/sales/{views.shared.public_id}/")
    for path, data in (
        (client.at("views/sales/new/"), {"name": text, "query": text, "columns": text}),
        (client.at("views/sales/new/"), {"name": "A", "query": f"status={text}", "columns": text}),
        (client.at("views/sales/new/"), {"name": text}),
        (client.at("views/sales/columns/"), {"column": text, "order": text, "at": text}),
        (client.at("views/sales/columns/"), {"column": text, "order": text, "at": text, "move": text}),
        (client.at("views/sales/columns/"), {"at": f"view={text}&columns={text}", "usual": text}),
        (ours, {"name": text}),
        (f"{ours}changes/", {"query": f"status={text}", "columns": text}),
        (f"{ours}share/", {text: text}),
        (f"{ours}move/", {text: text}),
        (f"{ours}default/", {text: text}),
    ):
        response = client.post(path, data)
        assert response.status_code in (200, 302, 400), (path, response.status_code)
        if response.status_code == 302:
            assert client.get(response.headers["Location"]).status_code == 200
    with enter(owner.workspace_id):
        views.shared.refresh_from_db()
    assert (views.shared.is_shared, views.shared.query) == (True, "status=pending")


def test_name_that_is_taken_is_told_at_the_field_and_keeps_what_was_written(
    views: Views, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    with assert_unchanged(owner.workspace_id):
        response = client.post(
            client.at("views/sales/new/"), {"name": "mine", "query": "status=approved", "columns": "buyer"}
        )
        assert response.status_code == 400
        body = response.content.decode()
        assert "There is a view of this name already." in body
        assert 'value="status=approved"' in body
        renamed = client.post(client.at(f"views/sales/{views.of_club.public_id}/"), {"name": "WAITING"})
        assert renamed.status_code == 400
        assert client.post(client.at("views/sales/new/"), {"name": " "}).status_code == 400


def test_columns_are_chosen_moved_without_scripts_and_taken_back(
    views: Views, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    at = "status=approved"
    path = client.at("views/sales/columns/")
    order = ["product", "status", "coupon"]
    with assert_unchanged(owner.workspace_id):
        moved = client.post(
            path, {"at": at, "order": order, "column": ["product", "coupon"], "move": "up coupon"}
        )
    chooser = moved.context["chooser"]
    assert [(c.key, c.is_shown) for c in chooser.choices][:3] == [
        ("product", True),
        ("coupon", True),
        ("status", False),
    ]
    chosen = client.post(path, {"at": at, "order": order, "column": ["product", "coupon"]})
    assert chosen.headers["Location"] == client.at("sales/?status=approved")
    listing = client.get(client.at("sales/")).context["listing"]
    assert listing.column_keys == ["buyer", "product", "coupon"]
    client.post(path, {"at": at, "usual": "1", "column": ["product"]})
    assert client.get(client.at("sales/")).context["listing"].state.has_usual_columns


def test_columns_of_a_view_stay_until_the_change_is_saved(
    views: Views, owner: Membership, sign_in: SignIn
) -> None:
    with enter(owner.workspace_id):
        SavedView.objects.filter(pk=views.own.pk).update(columns=["buyer", "coupon"])
    client = sign_in(owner)
    at = f"view={views.own.public_id}"
    with assert_unchanged(owner.workspace_id):
        chosen = client.post(client.at("views/sales/columns/"), {"at": at, "column": ["status"]})
        page = client.get(chosen.headers["Location"])
    assert page.context["listing"].column_keys == ["buyer", "status"]
    assert _tabs(page)["Mine"].is_changed
    assert _rows(page) == 2


# Others -----------------------------------------------------------------------------------------------------

ACTS = ("", "changes/", "share/", "default/", "move/", "delete/")


def test_private_view_of_another_member_is_a_404_and_stays_as_it_is(
    views: Views, owner: Membership, admin: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    with assert_unchanged(owner.workspace_id, beacon.workspace.pk):
        assert "Mine" not in client.get(client.at("sales/")).content.decode()
        assert "Mine" not in client.get(client.at("views/sales/")).content.decode()
        for act in ACTS:
            path = client.at(f"views/sales/{views.own.public_id}/{act}")
            assert client.post(path, {"name": "X", "share": "1", "set": "1"}).status_code == 404, act
        assert _rows(client.get(client.at(views.address(views.own)))) == 0


def test_view_is_found_below_its_own_list_only(views: Views, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    for act in ACTS:
        path = client.at(f"views/customers/{views.shared.public_id}/{act}")
        assert client.post(path).status_code == 404, act
    assert _rows(client.get(client.at(f"customers/?view={views.shared.public_id}"))) == 0


def test_views_of_another_workspace_are_nowhere(
    views: Views, owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    with enter(beacon.workspace.pk):
        foreign = [str(view.public_id) for view in SavedView.objects.all()]
    assert foreign
    client = sign_in(owner)
    for key in foreign:
        response = client.get(client.at(f"sales/?view={key}"))
        assert _rows(response) == 0
        assert_no_canary(response)
    for address in ("sales/?count=views", "views/sales/", "customers/?count=views"):
        assert_no_canary(client.get(client.at(address)))


def test_settings_name_who_else_uses_a_view_before_it_is_deleted(
    views: Views, owner: Membership, finance: Membership, sign_in: SignIn
) -> None:
    with enter_as(finance.workspace_id, finance.pk) as member:
        services.set_default(acting_member=member, view=views.shared, is_default=True)
    client = sign_in(owner)
    page = client.get(client.at(f"views/sales/{views.shared.public_id}/")).content.decode()
    assert "Fábia Nunes" in page
    deleted = client.post(client.at(f"views/sales/{views.shared.public_id}/delete/"))
    assert deleted.headers["Location"] == client.at("views/sales/")
    with enter(owner.workspace_id):
        assert not SavedView.objects.filter(pk=views.shared.pk).exists()
        assert not DefaultView.objects.exists()
    assert sign_in(finance).get(client.at("sales/")).status_code == 200


def test_who_only_reads_a_shared_view_is_offered_no_act_on_it_but_the_default(
    views: Views, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    page = client.get(client.at(f"views/sales/{views.shared.public_id}/")).content.decode()
    assert "Open my list with this view" in page
    for words in ("Stop sharing", "Save the name", "Delete Waiting"):
        assert words not in page


def test_list_without_saved_views_knows_no_view(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    response = client.get(client.at("exports/?view=all"))
    assert _notices(response) == ["Not known here, and without effect on the list: view"]
    assert not get_list_page("exports").keeps_views
