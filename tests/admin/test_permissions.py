"""Who opens which page of the admin: asked of the permissions table, never of Django's own flags."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.test import Client

from atomicpay.workspaces.admin import WorkspaceModelAdmin
from atomicpay.workspaces.admin_site import WorkspaceAdminSite
from atomicpay.workspaces.models import Membership, User
from atomicpay.workspaces.scope import enter
from customers.models import Tag
from tests.admin.conftest import PAGES, address, name_of
from tests.conftest import MemberClient

SignIn = Callable[..., MemberClient]
OTHERS = ["project_manager", "support_manager", "support_agent", "finance", "employee"]


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_owner_and_admin_open_every_page(role: str, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    client = sign_in(request.getfixturevalue(role))
    assert client.get(client.at("admin/")).status_code == 200
    for model_page in PAGES:
        assert client.get(client.at(address(model_page)), follow=True).status_code == 200, name_of(model_page)


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_open_none(role: str, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    client = sign_in(request.getfixturevalue(role))
    for path in ("admin/", "admin/jsi18n/", "admin/autocomplete/", *map(address, PAGES), "admin/no/such/"):
        assert client.get(client.at(path)).status_code == 403, path


@pytest.mark.parametrize("path", ["admin/", "admin/customers/customer/", "admin/autocomplete/"])
def test_stranger_and_anonymous_find_nothing(
    path: str, owner: Membership, stranger: Membership, client: Client, sign_in: SignIn
) -> None:
    inside = owner.workspace.root + path
    assert client.get(inside).headers["Location"].startswith("/accounts/login/")
    client.force_login(stranger.user)
    assert client.get(inside).status_code == 404


@pytest.mark.parametrize("path", ["/admin/", "/admin/customers/customer/", "/admin/login/"])
def test_there_is_no_admin_outside_a_workspace(path: str, owner: Membership, client: Client) -> None:
    assert client.get(path).status_code == 404
    User.objects.filter(pk=owner.user_id).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=owner.user_id))
    assert client.get(path).status_code == 404


def test_operator_without_membership_is_a_stranger(owner: Membership, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root@team.example", name="Root"))
    assert client.get(f"{owner.workspace.root}admin/").status_code == 404


def test_djangos_flags_open_nothing_to_a_member(support_agent: Membership, sign_in: SignIn) -> None:
    User.objects.filter(pk=support_agent.user_id).update(is_staff=True, is_superuser=True)
    client = sign_in(support_agent)
    assert client.get(client.at("admin/")).status_code == 403


def _given(member: Membership, *permissions: str) -> Membership:
    with enter(member.workspace_id):
        Membership.objects.filter(pk=member.pk).update(extra_permissions=list(permissions))
    return member


def test_permission_to_open_shows_only_what_others_allow(employee: Membership, sign_in: SignIn) -> None:
    client = sign_in(_given(employee, "admin.open", "sales.view"))
    opened = {
        name_of(model_page)
        for model_page in PAGES
        if client.get(client.at(address(model_page))).status_code == 200
    }
    # Products and plans are what sales speak of; who may open the admin may read them.
    assert opened == {"sales.Sale", "catalog.Product", "catalog.Plan"}
    index = client.get(client.at("admin/")).content.decode()
    assert "/admin/sales/sale/" in index
    assert "/admin/workspaces/membership/" not in index


def test_who_may_read_a_page_may_not_write_it(employee: Membership, sign_in: SignIn) -> None:
    client = sign_in(_given(employee, "admin.open", "customers.view"))
    assert client.get(client.at("admin/customers/tag/")).status_code == 200
    assert client.post(client.at("admin/customers/tag/add/"), {"name": "nova"}).status_code == 403
    client = sign_in(_given(employee, "admin.open", "customers.view", "customers.annotate"))
    client.post(client.at("admin/customers/tag/add/"), {"name": "nova"})
    with enter(employee.workspace_id):
        assert Tag.objects.get().name == "nova"


def test_page_that_does_not_know_our_permissions_is_not_taken() -> None:
    site = WorkspaceAdminSite()
    site.register(Tag, ModelAdmin)
    assert not site.is_registered(Tag)
    with pytest.raises(TypeError, match=r"tags\.see is no permission"):
        type("Astray", (WorkspaceModelAdmin,), {"view_permission": "tags.see"})


def test_every_page_of_the_site_is_ours() -> None:
    assert PAGES
    for model_page in PAGES:
        assert isinstance(model_page, WorkspaceModelAdmin), name_of(model_page)
    assert admin.site.is_registered(Tag)


def test_post_without_its_token_is_refused(owner: Membership, sign_in: SignIn) -> None:
    """T48."""
    client = sign_in(owner, enforce_csrf_checks=True)
    for path in ("customers/tag/add/", "workspaces/invitation/add/", "catalog/product/import/"):
        assert client.post(client.at(f"admin/{path}"), {"name": "nova"}).status_code == 403


def test_reading_changes_nothing(owner: Membership, aurora_rows: Any, sign_in: SignIn) -> None:
    """T48: only a POST writes."""
    from tests.assertions import assert_unchanged

    client = sign_in(owner)
    with enter(owner.workspace_id):
        first = {model_page.opts.label: model_page.model._default_manager.first() for model_page in PAGES}
    with assert_unchanged(owner.workspace_id):
        for model_page in PAGES:
            row = first[model_page.opts.label]
            for rest in ("", "add/", *(f"{row.pk}/{act}/" for act in ("change", "delete", "history") if row)):
                client.get(client.at(address(model_page, rest)))
