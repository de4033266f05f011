"""From a record back to the list as it was left, by the page that the browser came from."""

from collections.abc import Callable

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.conftest import MemberClient

SignIn = Callable[[Membership], MemberClient]


def test_record_leads_back_to_the_list_as_it_was_left(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    with enter(owner.workspace_id):
        customer = factories.CustomerFactory()
    record, plain = client.at(f"customers/{customer.public_id}/"), client.at("customers/")
    left = "?q=ana+lima&columns=phone&after=51.0123&view=all"
    for referer, expected in (
        (f"http://testserver{plain}{left}", f"{plain}{left}".replace("&", "&amp;")),
        (f"http://elsewhere.example{plain}{left}", plain),
        (f"http://testserver{client.at('sales/')}{left}", plain),
        (f'http://testserver{plain}?q="><script>', f"{plain}?q=&quot;&gt;&lt;script&gt;"),
        ("nonsense", plain),
        ("http://[", plain),
    ):
        body = client.get(record, headers={"Referer": referer}).content.decode()
        assert f'<a href="{expected}" data-list>' in body, referer
