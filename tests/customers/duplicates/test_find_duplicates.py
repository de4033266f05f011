"""manage.py find_duplicates: what it prints and when it looks again; and documents masked in evidence."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.models import Suggestion
from customers.duplicates.scanning import look_again
from customers.models import Customer
from tests.conftest import Beacon, MemberClient
from tests.customers.duplicates.people import person, twins
from tests.customers.duplicates.test_queue import queue

SignIn = Callable[..., MemberClient]
Printed = pytest.CaptureFixture[str]

# What is printed is a snapshot, which begins with its transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(aurora: Workspace) -> tuple[Customer, Customer]:
    """Two records of one person at which nobody has looked."""
    with enter(aurora.pk):
        return twins()


def find(workspace: Workspace, *options: str) -> None:
    call_command("find_duplicates", "--workspace", workspace.slug, *options)


def test_json_has_ids_and_evidence_and_nobodys_name(
    aurora: Workspace, pair: tuple[Customer, Customer], beacon: Beacon, capsys: Printed
) -> None:
    find(aurora, "--json")
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    with enter(aurora.pk):
        kept = Suggestion.objects.get()
    assert told == {
        "customers": [str(each.public_id) for each in pair],
        "band": "certain",
        "probability": kept.probability,
        "evidence": dict(kept.evidence),
        "digest": kept.digest,
    }
    assert {"email_same", "phone_same", "name_same"} <= told["evidence"].keys()
    assert "Inês" not in line
    assert "correio" not in line


def test_without_json_it_is_in_words(
    aurora: Workspace, pair: tuple[Customer, Customer], capsys: Printed
) -> None:
    find(aurora)
    out = capsys.readouterr().out
    assert out.startswith(f"99 %  {pair[0].public_id}  {pair[1].public_id}  ")
    assert "Same mailbox (speaks for it)" in out


def test_kept_prints_without_looking_again(
    aurora: Workspace, pair: tuple[Customer, Customer], capsys: Printed
) -> None:
    find(aurora, "--json", "--kept")
    assert capsys.readouterr().out == ""
    find(aurora, "--json")
    found = capsys.readouterr().out
    with enter(aurora.pk):
        Customer.objects.filter(pk=pair[0].pk).update(is_test=True)
    find(aurora, "--json", "--kept")
    assert capsys.readouterr().out == found
    find(aurora, "--json")
    assert capsys.readouterr().out == ""


def test_who_is_kept_apart_is_not_printed(
    aurora: Workspace, pair: tuple[Customer, Customer], capsys: Printed
) -> None:
    with enter(aurora.pk):
        look_again([each.pk for each in pair])
        kept = Suggestion.objects.get()
        Suggestion.objects.update(dismissed_digest=kept.digest)
    find(aurora)
    assert capsys.readouterr().out == ""


def test_unknown_workspace_is_said_to_be(aurora: Workspace) -> None:
    with pytest.raises(CommandError, match="There is no workspace nobody"):
        call_command("find_duplicates", "--workspace", "nobody")


def test_document_in_the_evidence_is_masked(aurora: Workspace, admin: Membership, sign_in: SignIn) -> None:
    with enter(aurora.pk):
        two = [person("Zenaide Prata", cpf="529.982.247-25"), person("Z. Prata", cpf="529.982.247-25")]
        look_again([each.pk for each in two])
        assert Suggestion.objects.exists()
    answer: Any = queue(sign_in(admin), "?band=every")
    html = answer.content.decode()
    assert "•••.982.247-••" in html
    assert "529.982.247-25" not in html
    assert "52998224725" not in html
