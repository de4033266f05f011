"""Who may change whom: the rules that no form, admin page or service passes by."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.team import services
from atomicpay.team.errors import CannotChangeMember, Why
from atomicpay.team.words import words_for
from atomicpay.workspaces.models import Membership, ProductAccess, User
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import MemberClient


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_owner_gives_any_role(owner: Membership, employee: Membership, in_aurora: Any, role: str) -> None:
    changed = services.change_role(acting_member=owner, member=employee, role=role)
    assert Membership.objects.get(pk=employee.pk).role == role
    assert changed.permissions == Membership.objects.get(pk=employee.pk).permissions


def test_role_change_is_in_the_audit_log(owner: Membership, employee: Membership, in_aurora: Any) -> None:
    services.change_role(acting_member=owner, member=employee, role=Role.FINANCE)
    entry = AuditEntry.objects.about(employee).get()
    assert (entry.action, entry.actor_id) == ("member.role_changed", owner.pk)
    assert entry.detail == {"from": "employee", "to": "finance"}


def test_same_role_again_is_not_recorded(owner: Membership, employee: Membership, in_aurora: Any) -> None:
    services.change_role(acting_member=owner, member=employee, role=Role.EMPLOYEE)
    assert not AuditEntry.objects.exists()


def _refused(aurora: Any, act: Callable[[], object]) -> Why:
    with enter(aurora.pk), assert_unchanged(aurora.pk), pytest.raises(CannotChangeMember) as refusal:
        act()
    return refusal.value.why


def test_admin_makes_nobody_an_owner(admin: Membership, employee: Membership, aurora: Any) -> None:
    why = _refused(
        aurora, lambda: services.change_role(acting_member=admin, member=employee, role=Role.OWNER)
    )
    assert why == Why.ONLY_OWNERS_CHOOSE_OWNERS


def test_admin_does_not_touch_an_owner(admin: Membership, owner: Membership, aurora: Any) -> None:
    for act in (
        lambda: services.change_role(acting_member=admin, member=owner, role=Role.EMPLOYEE),
        lambda: services.remove_member(acting_member=admin, member=owner),
        lambda: services.set_product_access(acting_member=admin, member=owner, access=ProductAccess.SELECTED),
    ):
        assert _refused(aurora, act) == Why.ONLY_OWNERS_CHOOSE_OWNERS


def test_admin_does_not_raise_themselves(admin: Membership, aurora: Any) -> None:
    why = _refused(aurora, lambda: services.change_role(acting_member=admin, member=admin, role=Role.OWNER))
    assert why == Why.ONLY_OWNERS_CHOOSE_OWNERS


def _may_also_manage(member: Membership) -> Membership:
    with enter(member.workspace_id):
        Membership.objects.filter(pk=member.pk).update(extra_permissions=["members.manage"])
        return Membership.objects.get(pk=member.pk)


def test_nobody_gives_more_than_they_have(
    support_manager: Membership, employee: Membership, aurora: Any
) -> None:
    manager = _may_also_manage(support_manager)
    for act in (
        lambda: services.change_role(acting_member=manager, member=employee, role=Role.ADMIN),
        lambda: services.change_role(acting_member=manager, member=manager, role=Role.ADMIN),
        lambda: services.set_extra_permissions(
            acting_member=manager, member=employee, permissions=["exports.create"]
        ),
        lambda: services.set_extra_permissions(
            acting_member=manager, member=manager, permissions=["members.manage", "exports.create"]
        ),
    ):
        assert _refused(aurora, act) == Why.BEYOND_OWN_PERMISSIONS


def test_member_given_the_right_to_manage_gives_what_they_have(
    support_manager: Membership, employee: Membership, in_aurora: Any
) -> None:
    manager = _may_also_manage(support_manager)
    services.change_role(acting_member=manager, member=employee, role=Role.SUPPORT_AGENT)
    assert Membership.objects.get(pk=employee.pk).role == Role.SUPPORT_AGENT


def test_lesser_manager_removes_nobody_above_them(
    support_manager: Membership, admin: Membership, aurora: Any
) -> None:
    manager = _may_also_manage(support_manager)
    why = _refused(aurora, lambda: services.remove_member(acting_member=manager, member=admin))
    assert why == Why.BEYOND_OWN_PERMISSIONS


def test_last_owner_is_neither_demoted_nor_removed(owner: Membership, aurora: Any) -> None:
    for act in (
        lambda: services.change_role(acting_member=owner, member=owner, role=Role.ADMIN),
        lambda: services.remove_member(acting_member=owner, member=owner),
    ):
        assert _refused(aurora, act) == Why.LAST_OWNER


def test_last_owner_who_sees_all_products_keeps_them(
    owner: Membership, course: Product, aurora: Any, sign_in: Callable[..., MemberClient]
) -> None:
    """Who is limited to products manages nobody, so nobody could give them back."""
    with enter(aurora.pk):
        factories.MembershipFactory(role=Role.OWNER, product_access=ProductAccess.SELECTED)
    for act in (
        lambda: services.set_product_access(
            acting_member=owner, member=owner, access=ProductAccess.SELECTED, products=[course]
        ),
        lambda: services.change_role(acting_member=owner, member=owner, role=Role.ADMIN),
        lambda: services.remove_member(acting_member=owner, member=owner),
    ):
        assert _refused(aurora, act) == Why.LAST_OWNER
    client = sign_in(owner)
    chosen = {"role": "owner", "product_access": "selected", "selected_products": [course.pk]}
    page = client.post(client.at(f"admin/workspaces/membership/{owner.pk}/change/"), chosen)
    assert page.status_code == 200
    assert words_for(CannotChangeMember(Why.LAST_OWNER)) in page.content.decode()


def test_one_of_two_owners_may_be_limited(owner: Membership, course: Product, in_aurora: Any) -> None:
    other = factories.MembershipFactory(role=Role.OWNER)
    services.set_product_access(
        acting_member=owner, member=owner, access=ProductAccess.SELECTED, products=[course]
    )
    services.set_product_access(acting_member=other, member=owner, access=ProductAccess.ALL)
    assert Membership.objects.filter(role=Role.OWNER, product_access=ProductAccess.ALL).count() == 2


def test_owner_who_left_does_not_count_as_the_other_owner(owner: Membership, in_aurora: Any) -> None:
    other = factories.MembershipFactory(role=Role.OWNER)
    services.remove_member(acting_member=owner, member=other)
    with pytest.raises(CannotChangeMember) as refusal:
        services.remove_member(acting_member=owner, member=owner)
    assert refusal.value.why == Why.LAST_OWNER


def test_who_was_demoted_a_moment_ago_does_nothing_more(
    owner: Membership, admin: Membership, employee: Membership, aurora: Any
) -> None:
    with enter(aurora.pk):
        services.change_role(acting_member=owner, member=admin, role=Role.EMPLOYEE)
    # `admin` is what a request that began earlier still holds.
    assert admin.role == Role.ADMIN
    why = _refused(aurora, lambda: services.remove_member(acting_member=admin, member=employee))
    assert why == Why.NOT_ALLOWED


def test_member_limited_to_products_manages_nobody(
    admin: Membership, employee: Membership, aurora: Any
) -> None:
    with enter(aurora.pk):
        Membership.objects.filter(pk=admin.pk).update(product_access=ProductAccess.SELECTED)
    why = _refused(aurora, lambda: services.remove_member(acting_member=admin, member=employee))
    assert why == Why.LIMITED_TO_PRODUCTS


@pytest.mark.parametrize(
    "name", ["project_manager", "support_manager", "support_agent", "finance", "employee"]
)
def test_other_roles_manage_nobody(
    name: str, owner: Membership, aurora: Any, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(name)
    why = _refused(aurora, lambda: services.change_role(acting_member=member, member=member, role=Role.ADMIN))
    assert why == Why.NOT_ALLOWED


def test_removed_member_is_not_changed_any_more(owner: Membership, employee: Membership, aurora: Any) -> None:
    with enter(aurora.pk):
        services.remove_member(acting_member=owner, member=employee)
    why = _refused(
        aurora, lambda: services.change_role(acting_member=owner, member=employee, role=Role.ADMIN)
    )
    assert why == Why.NO_LONGER_MEMBER


def test_rights_of_a_removed_member_end_with_the_next_request(
    owner: Membership, support_agent: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(support_agent)
    assert client.get(client.at("admin/")).status_code == 403
    with enter(owner.workspace_id):
        services.remove_member(acting_member=owner, member=support_agent)
    # Their session is over; with a new one they are a stranger.
    assert client.get(client.at("admin/")).status_code == 302
    client.force_login(User.objects.get(pk=support_agent.user_id))
    assert client.get(client.at("admin/")).status_code == 404


def test_new_role_counts_from_the_next_request(
    owner: Membership, admin: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(admin)
    assert client.get(client.at("admin/")).status_code == 200
    with enter(owner.workspace_id):
        services.change_role(acting_member=owner, member=admin, role=Role.SUPPORT_AGENT)
    assert client.get(client.at("admin/")).status_code == 403


def test_product_access_becomes_exactly_what_was_chosen(
    owner: Membership, support_agent: Membership, course: Product, in_aurora: Any
) -> None:
    other, third = factories.ProductFactory(), factories.ProductFactory()
    for chosen in ([course, other], [other, third], []):
        services.set_product_access(
            acting_member=owner, member=support_agent, access=ProductAccess.SELECTED, products=chosen
        )
        granted = ProductGrant.objects.filter(membership=support_agent).values_list("product_id", flat=True)
        assert sorted(granted) == sorted(product.pk for product in chosen)
    services.set_product_access(
        acting_member=owner, member=support_agent, access=ProductAccess.ALL, products=[course]
    )
    assert not ProductGrant.objects.filter(membership=support_agent).exists()
    assert AuditEntry.objects.filter(action="member.products_changed").count() == 4


def test_permissions_beyond_the_role_add_to_it(
    owner: Membership, support_agent: Membership, in_aurora: Any
) -> None:
    services.set_extra_permissions(acting_member=owner, member=support_agent, permissions=["exports.create"])
    fresh = Membership.objects.get(pk=support_agent.pk)
    assert fresh.permissions == support_agent.permissions | {"exports.create"}
    entry = AuditEntry.objects.get(action="member.permissions_changed")
    assert entry.detail == {"added": ["exports.create"], "removed": []}


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one() -> None:
    workspace = factories.WorkspaceFactory()
    with enter(workspace.pk):
        pair = [factories.MembershipFactory(role=Role.OWNER) for _ in range(2)]
    start = threading.Barrier(2)
    refusals: list[Why] = []

    def demote(acting: Membership, member: Membership) -> None:
        try:
            with enter(workspace.pk):
                start.wait(timeout=10)
                services.change_role(acting_member=acting, member=member, role=Role.EMPLOYEE)
        except CannotChangeMember as refusal:
            refusals.append(refusal.why)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=args) for args in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    with enter(workspace.pk):
        assert Membership.objects.filter(role=Role.OWNER).count() == 1
    assert refusals == [Why.NOT_ALLOWED]
