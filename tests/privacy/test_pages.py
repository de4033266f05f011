"""The pages of anonymising: what they count, what they refuse, and what they say afterwards."""

import re
from collections.abc import Callable

import pytest
from django.apps import apps

from atomicpay.privacy.decisions import DECISIONS
from atomicpay.privacy.models import Erasure
from atomicpay.privacy.pages import touched_words
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import CustomerEmail
from exports.models import Export
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import MemberClient
from tests.privacy.conftest import EMAIL, NAME, People

SignIn = Callable[..., MemberClient]


def _address(client: MemberClient, people: People) -> str:
    return client.at(f"customers/{people.zenobia.public_id}/anonymise/")


def test_page_counts_what_goes_and_names_what_stays(
    people: People, owner: Membership, aurora: Workspace, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        twin = factories.CustomerFactory(name="Z. Q.")
        factories.CustomerEmailFactory(customer=twin, address=EMAIL)
    client = sign_in(owner)
    with assert_unchanged(aurora.pk):
        page = client.get(_address(client, people)).content.decode()
    assert "2 emails, 1 phone, 1 document, 1 external id, 3 tags, 1 note, 1 message" in page
    assert "2 are kept now" in page
    assert "1 record that was merged into this one goes with it." in page
    assert "merge them first, or anonymise each" in page
    assert "LGPD art. 16 I" in page


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"confirmation": "Zenobia", "reason": "x"}, 400),
        ({"confirmation": NAME}, 400),
        ({"confirmation": NAME, "reason": f"pedido de {EMAIL}"}, 409),
    ],
)
def test_page_wants_the_name_and_a_reason_that_names_nobody(
    people: People, owner: Membership, aurora: Workspace, sign_in: SignIn, sent: dict[str, str], status: int
) -> None:
    client = sign_in(owner)
    with assert_unchanged(aurora.pk):
        assert client.post(_address(client, people), sent).status_code == status


def test_page_leaves_somebody_with_something_open_unless_the_box_is_ticked(
    people: People, owner: Membership, aurora: Workspace, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        factories.SubscriptionFactory(customer=people.zenobia)
    client = sign_in(owner)
    sent = {"confirmation": EMAIL.upper(), "reason": "Pedido 4711"}
    with assert_unchanged(aurora.pk):
        refused = client.post(_address(client, people), sent)
    assert refused.status_code == 409
    assert "something is still open" in refused.content.decode()
    assert client.post(_address(client, people), {**sent, "force": "on"}).status_code == 302


def test_page_says_afterwards_when_why_and_what_was_kept(
    people: People, owner: Membership, aurora: Workspace, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    sent = {"confirmation": "zenobia quixada", "reason": "Pedido 4711"}
    done = client.post(_address(client, people), sent, follow=True).content.decode()
    assert "Pedido 4711" in done
    assert owner.user.name in done
    assert "LGPD art. 16 I" in done
    page = client.get(client.at(f"customers/{people.zenobia.public_id}/")).content.decode()
    assert "Anonymised on" in page
    assert "Anonymised customer" in page
    assert "HP-ZERO" in page
    titles = re.findall(r"<dt>([^<]*)</dt>", done)
    assert "Payments that lost card and reason" in titles
    assert [title for title in titles if not title[0].isupper()] == []
    for body in (done, page, client.get(client.at("customers/")).content.decode()):
        assert "zenobia" not in body.lower()
        assert "quixad" not in body.lower()
    with enter(aurora.pk):
        expired = Export.objects.get(number=1)
    receipt = client.get(client.at(f"exports/{expired.public_id}/")).content.decode()
    assert "it held somebody who was anonymised" in receipt
    assert client.post(_address(client, people), {}).status_code == 302
    with enter(aurora.pk):
        assert Erasure.objects.count() == 1


def test_every_table_that_is_touched_has_words_of_its_own() -> None:
    for label, decision in DECISIONS.items():
        if decision.stays is None or decision.empty:
            table = str(apps.get_model(label)._meta.verbose_name_plural)
            assert touched_words(label).casefold() != table.casefold(), label


def test_page_is_for_owners_and_admins_alone(
    people: People, support_manager: Membership, finance: Membership, aurora: Workspace, sign_in: SignIn
) -> None:
    with assert_unchanged(aurora.pk):
        for member in (support_manager, finance):
            client = sign_in(member)
            sent = {"confirmation": NAME, "reason": "x"}
            assert client.get(_address(client, people)).status_code == 403
            assert client.post(_address(client, people), sent).status_code == 403
    with enter(aurora.pk):
        assert CustomerEmail.objects.count() == 3
