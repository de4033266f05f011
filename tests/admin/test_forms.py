"""What the admin's forms say of a record that is there already: words, not an error of the database."""

import random
import string
from collections.abc import Callable

import pytest

from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import Tag
from tests import factories
from tests.conftest import Beacon, MemberClient

SignIn = Callable[..., MemberClient]


def test_tag_of_the_same_name_is_refused_in_words(
    aurora: Workspace, owner: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        factories.TagFactory(name="Célebre")
    client = sign_in(owner)
    response = client.post(client.at("admin/customers/tag/add/"), {"name": "celebre"})
    assert response.status_code == 200
    assert "There is a tag of that name." in response.content.decode()
    with enter(aurora.pk):
        assert Tag.objects.count() == 1


def test_tag_that_only_another_workspace_has_is_taken(
    aurora: Workspace, owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    with enter(beacon.workspace.pk):
        factories.TagFactory(name="vip")
    client = sign_in(owner)
    assert client.post(client.at("admin/customers/tag/add/"), {"name": "vip"}).status_code == 302
    with enter(aurora.pk):
        assert Tag.objects.get().name == "vip"


def test_product_of_the_same_external_id_is_refused_in_words(
    aurora: Workspace, owner: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        known = factories.ProductFactory(external_id="prod-7")
    client = sign_in(owner)
    fields = {"name": "Outro", "kind": known.kind, "status": known.status, "delivery": known.delivery}
    more = {"provider": known.provider, "external_id": "prod-7", "delivery_links": "[]"}
    response = client.post(client.at("admin/catalog/product/add/"), fields | more)
    assert response.status_code == 200
    assert "There is a product of this provider with that external id." in response.content.decode()
    with enter(aurora.pk):
        assert Product.objects.count() == 1


@pytest.fixture
def limited_admin(limited_agent: Membership) -> Membership:
    """An admin who sees only the product `course`."""
    with enter(limited_agent.workspace_id):
        Membership.objects.filter(pk=limited_agent.pk).update(role=Role.ADMIN)
        return Membership.objects.select_related("user", "workspace").get(pk=limited_agent.pk)


def _product(**changes: str) -> dict[str, str]:
    fields = {"name": "Outro", "kind": "course", "status": "active", "delivery": "none"}
    return fields | {"provider": "manual", "external_id": "prod-8", "delivery_links": "[]"} | changes


def _plan(product: Product, **changes: str) -> dict[str, str]:
    fields = {
        "product": str(product.pk),
        "name": "Anual",
        "payment_model": "one_time",
        "plan_type": "standard",
    }
    more = {"interval_count": "1", "trial_days": "0", "amount": "100", "currency": "BRL"}
    return fields | more | {"provider": "manual", "external_id": "plan-8"} | changes


def test_external_id_of_a_product_out_of_sight_is_refused_in_words(
    limited_admin: Membership, course: Product, sign_in: SignIn
) -> None:
    with enter(course.workspace_id):
        product = factories.ProductFactory(provider="manual", external_id="prod-8")
        factories.PlanFactory(product=product, provider="manual", external_id="plan-8")
    client = sign_in(limited_admin, raise_request_exception=False)
    for kind, fields, words in (
        ("product", _product(), "There is a product of this provider with that external id."),
        ("plan", _plan(course), "There is a plan of this provider with that external id."),
    ):
        response = client.post(client.at(f"admin/catalog/{kind}/add/"), fields)
        assert response.status_code == 200
        assert words in response.content.decode()
    change = client.at(f"admin/catalog/product/{course.pk}/change/")
    response = client.post(change, _product())
    assert response.status_code == 200
    assert "There is a product of this provider with that external id." in response.content.decode()
    with enter(course.workspace_id):
        assert (Product.objects.count(), Plan.objects.count()) == (2, 1)


@pytest.mark.parametrize("field", ["provider", "external_id"])
def test_code_that_no_index_takes_is_refused_in_words(
    owner: Membership, course: Product, sign_in: SignIn, field: str
) -> None:
    letters = "".join(random.Random(5).choices(string.ascii_letters, k=4_000))
    client = sign_in(owner, raise_request_exception=False)
    for kind, fields in (("product", _product()), ("plan", _plan(course))):
        address = client.at(f"admin/catalog/{kind}/add/")
        response = client.post(address, fields | {field: letters})
        assert response.status_code == 200
        assert "This text is too long." in response.content.decode()
        # The longest that pass fit, both at once.
        longest = {"provider": letters[:1300], "external_id": letters[1300:2600]}
        assert client.post(address, fields | longest).status_code == 302
