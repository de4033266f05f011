"""What is kept of a view, by whom, and what the log says of it."""

import pytest
from django.db import IntegrityError, connection, transaction

from atomicpay.audit.models import AuditEntry
from atomicpay.saved_views import services
from atomicpay.saved_views.errors import CannotSave, NotAllowed, Problem
from atomicpay.saved_views.models import DefaultView, SavedView
from atomicpay.saved_views.queries import others_who_open_with, views_of
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_unchanged

from .conftest import Views

SALES, CUSTOMERS = get_list_page("sales"), get_list_page("customers")


def _log() -> list[tuple[str, dict[str, object]]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "detail"))


def _names(member: Membership, page: str = "sales") -> list[str]:
    return [view.name for view in views_of(get_list_page(page), member)]


def test_view_keeps_what_the_list_understood(in_aurora: object, owner: Membership) -> None:
    view = services.save_view(
        acting_member=owner,
        page=SALES,
        name="  Ana   and more ",
        query="sort=ordered&q=ana&status=pending&after=x&unknown=1&status=pending",
        columns=["buyer", "coupon", "no_such", "document"],
    )
    view.refresh_from_db()
    assert (view.name, view.query) == ("Ana and more", "q=ana&status=pending&sort=ordered")
    assert view.columns == ["buyer", "coupon"]
    assert (view.is_shared, view.owner) == (False, owner)
    assert _log() == []


def test_usual_columns_are_not_kept_so_that_each_member_has_their_own(
    in_aurora: object, owner: Membership
) -> None:
    view = services.save_view(acting_member=owner, page=SALES, name="A", query="", columns=SALES.on_screen)
    assert view.columns == []


def test_what_cannot_be_read_is_not_kept(in_aurora: object, owner: Membership, aurora: object) -> None:
    with assert_unchanged(owner.workspace_id):
        for query in ("status=nonsense", "date_from=2026-02-30", "product=x"):
            with pytest.raises(CannotSave) as refused:
                services.save_view(acting_member=owner, page=SALES, name="A", query=query)
            assert refused.value.problem is Problem.NOT_UNDERSTOOD


def test_name_is_one_of_its_kind_whatever_case_and_accents(
    in_aurora: object, owner: Membership, admin: Membership
) -> None:
    services.save_view(acting_member=owner, page=SALES, name="Únicos", query="")
    for name in ("Únicos", "unicos", "ÚNICOS"):
        with pytest.raises(CannotSave) as refused:
            services.save_view(acting_member=owner, page=SALES, name=name, query="")
        assert refused.value.problem is Problem.NAME_TAKEN
    services.save_view(acting_member=owner, page=CUSTOMERS, name="Únicos", query="")
    services.save_view(acting_member=admin, page=SALES, name="Únicos", query="")
    services.save_view(acting_member=owner, page=SALES, name="Únicos", query="", is_shared=True)
    with pytest.raises(CannotSave):
        services.save_view(acting_member=admin, page=SALES, name="unicos", query="", is_shared=True)
    assert SavedView.objects.count() == 4


def test_views_of_a_list_are_as_many_as_can_be_read(
    in_aurora: object, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_VIEWS", 1)
    first = services.save_view(acting_member=owner, page=SALES, name="A", query="")
    with pytest.raises(CannotSave) as refused:
        services.save_view(acting_member=owner, page=SALES, name="B", query="")
    assert refused.value.problem is Problem.TOO_MANY
    services.save_view(acting_member=owner, page=SALES, name="B", query="", is_shared=True)
    with pytest.raises(CannotSave):
        services.share_view(acting_member=owner, view=first)


def test_sharing_needs_its_right_and_is_logged_without_what_is_looked_for(
    in_aurora: object, support_agent: Membership, finance: Membership
) -> None:
    own = services.save_view(acting_member=support_agent, page=SALES, name="A", query="q=ana")
    with assert_unchanged(own.workspace_id):
        with pytest.raises(NotAllowed):
            services.share_view(acting_member=support_agent, view=own)
        with pytest.raises(NotAllowed):
            services.save_view(acting_member=support_agent, page=SALES, name="B", query="", is_shared=True)
    shared = services.save_view(acting_member=finance, page=SALES, name="C", query="q=ana", is_shared=True)
    services.save_changes(acting_member=finance, view=shared, page=SALES, query="q=bia")
    services.share_view(acting_member=finance, view=shared)
    services.unshare_view(acting_member=finance, view=shared)
    services.unshare_view(acting_member=finance, view=shared)
    assert [action for action, _detail in _log()] == ["view.shared", "view.changed", "view.unshared"]
    assert not any("ana" in str(detail) or "bia" in str(detail) for _action, detail in _log())


@pytest.mark.parametrize("act", ["save_changes", "rename_view", "share_view", "delete_view", "move_view"])
def test_private_view_is_nobody_elses(
    in_aurora: object, views: Views, admin: Membership, support_agent: Membership, act: str
) -> None:
    arguments = {
        "save_changes": {"page": SALES, "query": ""},
        "rename_view": {"name": "X"},
        "move_view": {"is_up": True},
    }.get(act, {})
    with assert_unchanged(views.own.workspace_id):
        for member in (admin, support_agent):
            with pytest.raises(NotAllowed):
                getattr(services, act)(acting_member=member, view=views.own, **arguments)


@pytest.mark.parametrize("act", ["save_changes", "rename_view", "unshare_view", "delete_view", "move_view"])
def test_shared_view_is_changed_only_by_who_may_share(
    in_aurora: object, views: Views, support_agent: Membership, act: str
) -> None:
    arguments = {
        "save_changes": {"page": SALES, "query": ""},
        "rename_view": {"name": "X"},
        "move_view": {"is_up": True},
    }.get(act, {})
    with assert_unchanged(views.shared.workspace_id), pytest.raises(NotAllowed):
        getattr(services, act)(acting_member=support_agent, view=views.shared, **arguments)


def test_member_without_the_right_to_the_list_keeps_nothing_of_it(
    in_aurora: object, employee: Membership
) -> None:
    with assert_unchanged(employee.workspace_id):
        with pytest.raises(NotAllowed):
            services.save_view(acting_member=employee, page=SALES, name="A", query="")
        with pytest.raises(NotAllowed):
            services.choose_columns(acting_member=employee, page=SALES, names=["coupon"])


def test_own_view_that_was_shared_can_be_withdrawn_after_the_right_is_gone(
    in_aurora: object, support_manager: Membership, views: Views
) -> None:
    support_manager.role = "support_agent"
    support_manager.save()
    services.unshare_view(acting_member=Membership.objects.get(pk=support_manager.pk), view=views.shared)
    assert not views.shared.is_shared


def test_one_list_opens_with_one_view_of_the_members_own_choice(
    in_aurora: object, views: Views, owner: Membership, support_agent: Membership
) -> None:
    services.set_default(acting_member=owner, view=views.shared, is_default=True)
    services.set_default(acting_member=owner, view=views.own, is_default=True)
    services.set_default(acting_member=support_agent, view=views.shared, is_default=True)
    assert set(DefaultView.objects.values_list("member", "view")) == {
        (owner.pk, views.own.pk),
        (support_agent.pk, views.shared.pk),
    }
    services.set_default(acting_member=owner, view=views.shared, is_default=False)
    assert DefaultView.objects.count() == 2
    services.set_default(acting_member=owner, view=views.own, is_default=False)
    assert DefaultView.objects.count() == 1
    with pytest.raises(NotAllowed):
        services.set_default(acting_member=support_agent, view=views.own, is_default=True)


def test_ending_to_share_takes_the_view_from_the_lists_of_others_only(
    in_aurora: object, views: Views, support_manager: Membership, owner: Membership, finance: Membership
) -> None:
    for member in (support_manager, owner, finance):
        services.set_default(acting_member=member, view=views.shared, is_default=True)
    assert others_who_open_with(views.shared, support_manager) == ["Fábia Nunes", "Olga Prado"]
    services.unshare_view(acting_member=support_manager, view=views.shared)
    assert list(DefaultView.objects.values_list("member", flat=True)) == [support_manager.pk]
    assert _log()[-1] == ("view.unshared", {"page": "sales", "defaults_removed": 2})


def test_deleting_a_shared_view_is_logged_and_a_private_one_is_not(
    in_aurora: object, views: Views, owner: Membership, finance: Membership
) -> None:
    services.set_default(acting_member=finance, view=views.shared, is_default=True)
    services.delete_view(acting_member=owner, view=views.own)
    services.delete_view(acting_member=owner, view=views.shared)
    assert [action for action, _detail in _log()] == ["view.deleted"]
    assert list(SavedView.objects.all()) == [views.of_club]
    assert not DefaultView.objects.exists()


def test_views_move_among_their_like(
    in_aurora: object, views: Views, owner: Membership, finance: Membership
) -> None:
    assert _names(owner) == ["Waiting", "Of one product", "Mine"]
    services.move_view(acting_member=finance, view=views.of_club, is_up=True)
    assert _names(owner) == ["Of one product", "Waiting", "Mine"]
    services.move_view(acting_member=finance, view=views.of_club, is_up=True)
    services.move_view(acting_member=owner, view=views.own, is_up=True)
    assert _names(owner) == ["Of one product", "Waiting", "Mine"]
    services.move_view(acting_member=finance, view=views.of_club, is_up=False)
    assert _names(owner) == ["Waiting", "Of one product", "Mine"]
    assert _names(finance) == ["Waiting", "Of one product"]


def test_columns_are_kept_for_each_list_by_itself(in_aurora: object, owner: Membership) -> None:
    services.choose_columns(acting_member=owner, page=SALES, names=["coupon", "no_such", "coupon", "status"])
    services.choose_columns(acting_member=owner, page=CUSTOMERS, names=["phone"])
    kept = Membership.objects.get(pk=owner.pk)
    assert kept.list_columns == {
        "sales": ["buyer", "coupon", "status"],
        "customers": ["customer", "phone"],
    }
    services.choose_columns(acting_member=owner, page=SALES, names=[])
    services.choose_columns(acting_member=owner, page=CUSTOMERS, names=CUSTOMERS.on_screen)
    assert Membership.objects.get(pk=owner.pk).list_columns == {}


def test_limited_member_keeps_a_view_of_their_own_products_only(
    aurora: object, views: Views, limited_agent: Membership
) -> None:
    with enter_as(limited_agent.workspace_id, limited_agent.pk) as member:
        with pytest.raises(CannotSave):
            services.save_view(
                acting_member=member, page=SALES, name="A", query=f"product={views.club.public_id}"
            )
        services.save_view(acting_member=member, page=SALES, name="A", query="status=pending")
    with enter(limited_agent.workspace_id):
        assert SavedView.objects.filter(owner=limited_agent).count() == 1


def test_view_of_another_workspace_cannot_be_a_default(
    beacon: object, aurora: object, owner: Membership, stranger: Membership
) -> None:
    with enter(stranger.workspace_id):
        foreign = factories.SavedViewFactory(owner=stranger, is_shared=True)
    both = (owner.workspace_id, stranger.workspace_id)
    refused = pytest.raises(IntegrityError)
    with assert_unchanged(*both), enter(owner.workspace_id), refused, transaction.atomic():
        services.set_default(acting_member=owner, view=foreign, is_default=True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
