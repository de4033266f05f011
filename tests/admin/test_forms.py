"""What the admin's forms say of a record that is there already: words, not an error of the database."""

from collections.abc import Callable

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
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
