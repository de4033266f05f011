"""Merging: every row goes over, nothing is lost, the totals stay; and what forbids it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import narrowed_to
from customers.errors import NotAllowed
from customers.merging.errors import (
    AlreadyMerged,
    BadChoice,
    DocumentsDiffer,
    NothingToMerge,
    ReasonMissing,
    SurvivorIsAnonymised,
)
from customers.merging.models import Merge, MergedRow
from customers.merging.plan import keys_to_customers
from customers.merging.services import merge_customers
from customers.merging.spend import spend_together
from customers.models import Customer, CustomerDocument, CustomerEmail
from sales.models import Sale
from sales.verification import differences
from tests import factories

from .conftest import OTHER_CPF, Person, tables


def ids_of(person: Person) -> list[int]:
    return [customer.pk for customer in person.records]


def merged(person: Person, merger: Membership, **kwargs: object) -> Merge:
    return merge_customers(
        acting_member=merger,
        survivor=person.first,
        losers=[person.second, person.third],
        reason="A mesma pessoa",
        **kwargs,  # type: ignore[arg-type]
    )


def test_everything_goes_over_and_nothing_points_at_the_losers(person: Person, owner: Membership) -> None:
    before = spend_together(ids_of(person))
    merge = merged(person, owner)

    left = {
        f"{model._meta.label}.{field.name}"
        for model, field in keys_to_customers()
        if model.objects.filter(**{f"{field.name}__in": ids_of(person)[1:]}).exists()
    }
    assert left == {"merging.MergedRecord.customer"}
    assert spend_together(ids_of(person)[:1]) == before == merge.spend
    assert not list(differences())
    entry = AuditEntry.objects.get(action="customer.merged")
    assert (entry.target_id, entry.reason, entry.actor) == (person.first.pk, "A mesma pessoa", owner)


def test_losers_stay_as_signs_that_lead_on(person: Person, owner: Membership) -> None:
    merge = merged(person, owner)

    losers = Customer.objects.filter(pk__in=ids_of(person)[1:])
    assert {loser.merged_into_id for loser in losers} == {person.first.pk}
    assert {loser.name for loser in losers} == {"Antonia Figueiredo", "A. Figueiredo"}
    assert {record.customer_id for record in merge.records.all()} == set(ids_of(person)[1:])


def test_buyers_as_typed_stay_as_they_were(person: Person, owner: Membership) -> None:
    columns = ("pk", "buyer_name", "buyer_email", "buyer_document", "buyer_phone")
    before = set(Sale.objects.values_list(*columns))
    merged(person, owner)
    assert set(Sale.objects.values_list(*columns)) == before


def test_contacts_are_united_with_the_whole_time_in_which_they_were_seen(
    person: Person, owner: Membership
) -> None:
    shared = CustomerEmail.objects.filter(normalised="antonia@familia.example", customer__in=ids_of(person))
    first, last = (
        min(each.first_seen_at for each in shared),
        max(each.last_seen_at for each in shared),
    )
    merged(person, owner)

    emails = CustomerEmail.objects.filter(customer=person.first)
    assert emails.count() == 4
    united = emails.get(normalised="antonia@familia.example")
    assert (united.first_seen_at, united.last_seen_at) == (first, last)
    assert emails.filter(is_primary=True).count() == 1
    assert CustomerDocument.objects.filter(customer=person.first).count() == 1


def test_blanks_are_filled_and_what_is_there_stays(person: Person, owner: Membership) -> None:
    merged(person, owner)
    survivor = Customer.objects.get(pk=person.first.pk)
    assert (survivor.name, survivor.country, survivor.city, survivor.locale) == (
        "Antônia Figueirêdo",
        "BR",
        "Olinda",
        "pt-BR",
    )
    assert survivor.phone == person.second.phone
    assert survivor.created_at == person.third.created_at


def test_each_field_can_be_chosen(person: Person, owner: Membership) -> None:
    merged(person, owner, choices={"email": person.second.pk, "name": person.third.pk})
    survivor = Customer.objects.get(pk=person.first.pk)
    assert (survivor.name, survivor.email) == (person.third.name, person.second.email)
    main = CustomerEmail.objects.get(customer=person.first, is_primary=True)
    assert main.address == "antonia2@correio.example"


def test_one_that_is_not_archived_brings_the_others_back(person: Person, owner: Membership) -> None:
    Customer.objects.filter(pk=person.first.pk).update(archived_at=factories.NOON, archive_reason="x")
    merged(person, owner)
    assert Customer.objects.get(pk=person.first.pk).archived_at is None


def test_records_merged_before_lead_straight_to_the_survivor(person: Person, owner: Membership) -> None:
    merge_customers(acting_member=owner, survivor=person.second, losers=[person.third], reason="x")
    merge_customers(acting_member=owner, survivor=person.first, losers=[person.second], reason="x")
    assert Customer.objects.get(pk=person.third.pk).merged_into_id == person.first.pk


def test_merged_twice_is_refused_and_changes_nothing(person: Person, owner: Membership) -> None:
    merged(person, owner)
    before = tables()
    with pytest.raises(AlreadyMerged) as refused:
        merged(person, owner)
    assert refused.value.into == person.first.public_id
    with pytest.raises(AlreadyMerged):
        merge_customers(
            acting_member=owner, survivor=person.second, losers=[person.first], reason="Ao contrário"
        )
    assert tables() == before
    assert Merge.objects.count() == 1
    assert AuditEntry.objects.filter(action="customer.merged").count() == 1


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("no reason", ReasonMissing),
        ("alone", NothingToMerge),
        ("itself", NothingToMerge),
        ("field", BadChoice),
        ("foreign choice", BadChoice),
        ("documents", DocumentsDiffer),
        ("anonymised", SurvivorIsAnonymised),
    ],
)
def test_what_forbids_a_merge_leaves_everything(
    person: Person, owner: Membership, case: str, error: type[Exception]
) -> None:
    asked = {"survivor": person.first, "losers": [person.second], "reason": "A mesma pessoa"}
    match case:
        case "no reason":
            asked["reason"] = " "
        case "alone":
            asked["losers"] = []
        case "itself":
            asked["losers"] = [person.first]
        case "field":
            asked["choices"] = {"merged_into": person.second.pk}
        case "foreign choice":
            asked["choices"] = {"name": person.bystander.pk}
        case "documents":
            number = "".join(filter(str.isdigit, OTHER_CPF))
            CustomerDocument.objects.filter(customer=person.second).update(normalised=number)
        case "anonymised":
            factories.CustomerFactory(name="", email="", anonymised_at=factories.NOON)
            asked["survivor"] = Customer.objects.get(anonymised_at=factories.NOON)
    before = tables()
    with pytest.raises(error):
        merge_customers(acting_member=owner, **asked)  # type: ignore[arg-type]
    assert tables() == before
    assert not Merge.objects.exists()
    assert not MergedRow.objects.exists()


def test_different_documents_can_be_merged_with_a_reason(person: Person, owner: Membership) -> None:
    CustomerDocument.objects.filter(customer=person.second).update(normalised="39053344705")
    merge = merged(person, owner, is_forced=True)
    assert merge.is_forced
    assert CustomerDocument.objects.filter(customer=person.first).count() == 2


@pytest.mark.parametrize("role", ["support_manager", "finance", "limited_agent", "employee"])
def test_who_has_not_the_right_merges_nothing(
    person: Person, role: str, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(role)
    before = tables()
    with pytest.raises(NotAllowed):
        merged(person, member)
    assert tables() == before


def test_who_sees_only_some_products_merges_nothing(person: Person, owner: Membership) -> None:
    before = tables()
    product = Sale.objects.filter(customer=person.first).values_list("product_id", flat=True)[0]
    with narrowed_to([product]), pytest.raises(NotAllowed):
        merged(person, owner)
    assert tables() == before


def test_merge_is_called_by_its_day_in_the_zone_of_the_workspace(in_aurora: Workspace) -> None:
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert str(Merge(at=datetime(2023, 11, 21, tzinfo=UTC))) == "2023-11-20"
