"""Everything held about one person (T61): complete, free of others' data, and logged."""

import csv
import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.privacy.access.places import PLACES, WITHOUT
from atomicpay.privacy.access.services import export_person
from atomicpay.privacy.errors import NobodyToAnswer
from atomicpay.privacy.reach import tables_about_customers
from atomicpay.privacy.services import anonymise
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.errors import NotAllowed
from customers.models import Message, Note
from sales.models import Sale
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.privacy.conftest import DOCUMENT, EMAIL, FORMER, NAME, PHONE, People

SignIn = Callable[..., MemberClient]


def _rows(archive: ZipFile, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read(name).decode())))[1:]


@pytest.fixture
def answer(people: People, beacon: Beacon, owner: Membership, aurora: Workspace, sign_in: SignIn) -> ZipFile:
    """The archive as the browser gets it, with others' names beside hers in the books."""
    with enter(aurora.pk):
        Note.objects.filter(customer=people.zenobia).update(author=owner)
        Sale.objects.filter(customer=people.zenobia).update(affiliate="Afiliada Alves", agent="Agente Ávila")
        factories.MessageFactory(
            customer=people.zenobia,
            direction=Message.Direction.OUT,
            body="zq-answer",
            author_name="Sílvia Equipe",
        )
    client = sign_in(owner)
    response = client.post(
        client.at(f"customers/{people.zenobia.public_id}/subject-access/"), {"is_known": "on"}
    )
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/zip"
    assert NAME not in str(response.headers)
    return ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]


def test_archive_holds_all_that_is_known_of_her(answer: ZipFile) -> None:
    names = set(answer.namelist())
    assert names == {place.name for place in PLACES.values()} | {"log.csv", "index.html"}
    everything = "".join(answer.read(name).decode() for name in sorted(names))
    for value in (NAME, EMAIL, FORMER, PHONE, DOCUMENT, "cus_ZQ77", "embaixadora", "zq-street", "zq-city"):
        assert value in everything, value
    for value in (
        "note",
        "message",
        "subject",
        "author",
        "url",
        "thread",
        "reason",
        "cancel",
        "detail",
    ):
        assert f"zq-{value}" in everything, value
    for value in ("zq-revoke", "zq-card", "4417", "black-friday", "HP-ZERO", "97.00", "zq-word"):
        assert value in everything, value
    assert (len(_rows(answer, "person.csv")), len(_rows(answer, "sales.csv"))) == (2, 1)
    assert (len(_rows(answer, "messages.csv")), len(_rows(answer, "payments.csv"))) == (2, 1)


def test_archive_says_why_the_team_set_a_finding_aside(answer: ZipFile, people: People) -> None:
    ((*_before, reason),) = _rows(answer, "findings.csv")
    assert reason == "zq-dismiss"
    everything = "".join(answer.read(name).decode() for name in answer.namelist())
    # What a check compared may be another person's.
    assert "zq-evidence" not in everything


def test_archive_is_free_of_others(answer: ZipFile, owner: Membership) -> None:
    everything = "".join(answer.read(name).decode() for name in answer.namelist())
    for value in ("Rui Barros", "Nada a ver", "Afiliada Alves", "Agente Ávila", "Sílvia Equipe", "CANARY"):
        assert value not in everything, value
    assert owner.user.name not in everything


def test_archive_explains_itself_in_both_languages(answer: ZipFile) -> None:
    index = answer.read("index.html").decode()
    assert "Everything held about you" in index
    assert ('<section lang="en">' in index, '<section lang="pt-br">' in index) == (True, True)
    assert answer.read("person.csv").decode().splitlines()[0].count("name / nome") == 1
    assert '<a href="sales.csv">' in index


def test_archive_is_logged_as_given_and_as_revealing(
    answer: ZipFile, people: People, owner: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        entries = AuditEntry.objects.about(people.zenobia)
        given = entries.get(action="customer.data_exported")
        assert (given.actor_id, given.detail["documents"]) == (owner.pk, 1)
        assert entries.get(action="customer.document_revealed").detail["cause"] == "subject_access"
        assert not any(value in str(given.detail) for value in (NAME, EMAIL, "39053344705"))


def test_archive_is_not_made_before_somebody_made_sure_who_asks(
    people: People, owner: Membership, aurora: Workspace, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    address = client.at(f"customers/{people.zenobia.public_id}/subject-access/")
    with assert_unchanged(aurora.pk):
        assert client.get(address).status_code == 200
        response = client.post(address)
    assert response.status_code == 400
    assert_no_canary(response)


def test_archive_is_only_for_who_may_see_all_of_it(
    people: People,
    owner: Membership,
    limited_agent: Membership,
    support_manager: Membership,
    in_aurora: Workspace,
) -> None:
    support_manager.extra_permissions = ["customers.export_person"]
    support_manager.role = "employee"
    support_manager.save()
    with assert_unchanged(in_aurora.pk), pytest.raises(NotAllowed):
        export_person(acting_member=support_manager, customer=people.zenobia)
    with assert_unchanged(in_aurora.pk), enter(in_aurora.pk, products=[1]), pytest.raises(NotAllowed):
        export_person(acting_member=owner, customer=people.zenobia)


def test_nothing_is_given_of_whoever_was_anonymised_or_merged(
    people: People, owner: Membership, in_aurora: Workspace
) -> None:
    anonymise(acting_member=owner, customer=people.zenobia, reason="x")
    with assert_unchanged(in_aurora.pk):
        for customer in (people.zenobia, people.merged):
            with pytest.raises(NobodyToAnswer):
                export_person(acting_member=owner, customer=customer)


def test_every_table_about_customers_has_a_place_or_a_reason() -> None:
    labels = {table.label for table in tables_about_customers()}
    assert labels == PLACES.keys() | WITHOUT.keys()
    assert not PLACES.keys() & WITHOUT.keys()
