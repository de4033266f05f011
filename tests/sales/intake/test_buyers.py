"""Whose sale it is: known by id, then document, then email; new otherwise; never by name or phone."""

from django.db import connection

from atomicpay.audit.models import AuditEntry
from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerIdentity, CustomerPhone
from sales.models import Sale
from tests import factories
from tests.factories import NOON

from .conftest import Importer, order, sales_mapping

CPF = "529.982.247-25"


def _customer(**contacts: str) -> Customer:
    customer = factories.CustomerFactory(email=contacts.get("email", ""))
    if "email" in contacts:
        factories.CustomerEmailFactory(customer=customer)
    if "document" in contacts:
        factories.CustomerDocumentFactory(customer=customer, number=contacts["document"])
    if "customer_id" in contacts:
        factories.CustomerIdentityFactory(
            customer=customer, provider="shop", external_id=contacts["customer_id"]
        )
    return customer


def _recomputed(customer: Customer) -> str:
    """What the triggers would keep: a contact is changed and changed back."""
    before = customer.contacts_text
    identity = factories.CustomerIdentityFactory(customer=customer)
    identity.delete()
    customer.refresh_from_db()
    after, customer.contacts_text = customer.contacts_text, before
    return after


def test_new_buyer_is_made_with_every_contact(import_lines: Importer) -> None:
    run = import_lines(
        order(Buyer="77", Document=CPF, Phone="(11) 98765-4321"),
        order("A2", Buyer="77", Email="other@correio.example", Date="2026-03-05 12:00"),
    )
    customer = Customer.objects.get()
    assert run.customers_new == 1
    assert (customer.name, customer.email) == ("Antônia Figueirêdo", "antonia@correio.example")
    assert (customer.document, customer.document_kind, customer.document_valid) == (
        "52998224725",
        "cpf",
        True,
    )
    assert customer.phone == "(11) 98765-4321"
    assert customer.created_at == NOON
    emails = CustomerEmail.objects.order_by("first_seen_at").values_list("normalised", "is_primary", "source")
    assert list(emails) == [
        ("antonia@correio.example", True, "shop"),
        ("other@correio.example", False, "shop"),
    ]
    assert CustomerPhone.objects.get().digits == "5511987654321"
    document = CustomerDocument.objects.get()
    assert (document.number, document.normalised, document.is_valid) == (CPF, "52998224725", True)
    assert CustomerIdentity.objects.get().external_id == "77"
    assert customer.contacts_text == "antonia@correio.example other@correio.example 5511987654321 77"
    assert customer.contacts_text == _recomputed(customer)


def test_buyer_is_found_by_id_before_document_before_email(import_lines: Importer) -> None:
    by_id = _customer(customer_id="77")
    by_document = _customer(document=CPF)
    by_email = _customer(email="antonia@correio.example")
    run = import_lines(
        order("A1", Buyer="77", Document=CPF),
        order("A2", Document=CPF),
        order("A3"),
        order("A4", Email="ANTONIA@correio.example"),
    )
    assert run.customers_new == 0
    found = dict(Sale.objects.values_list("external_id", "customer_id"))
    assert found == {"A1": by_id.pk, "A2": by_document.pk, "A3": by_email.pk, "A4": by_email.pk}


def test_name_and_phone_never_decide(import_lines: Importer) -> None:
    known = factories.CustomerFactory(name="Antônia Figueirêdo")
    factories.CustomerPhoneFactory(customer=known, number="+5511987654321", digits="5511987654321")
    import_lines(order(Phone="11 98765-4321"))
    assert Sale.objects.get().customer_id != known.pk


def test_invalid_document_is_kept_and_matches_nobody(import_lines: Importer) -> None:
    import_lines(
        order("A1", Document="111.111.111-11"),
        order("A2", Document="111.111.111-11", Email="other@correio.example"),
    )
    assert Customer.objects.count() == 2
    assert (
        list(CustomerDocument.objects.values_list("normalised", "is_valid")) == [("11111111111", False)] * 2
    )


def test_new_email_of_a_known_buyer_is_added_beside_the_main_one(import_lines: Importer) -> None:
    known = _customer(customer_id="77", email="main@correio.example")
    import_lines(order(Buyer="77"))
    known.refresh_from_db()
    assert known.email == "main@correio.example"
    emails = CustomerEmail.objects.order_by("pk").values_list("normalised", "is_primary")
    assert list(emails) == [("main@correio.example", True), ("antonia@correio.example", False)]
    assert known.contacts_text == "antonia@correio.example main@correio.example 77"


def test_first_email_of_a_known_buyer_becomes_the_main_one(import_lines: Importer) -> None:
    known = _customer(customer_id="77")
    import_lines(order(Buyer="77"))
    known.refresh_from_db()
    assert (known.email, CustomerEmail.objects.get().is_primary) == ("antonia@correio.example", True)


def test_email_is_seen_from_its_first_sale_to_its_last(import_lines: Importer) -> None:
    import_lines(order("A1"))
    import_lines(order("A2", Date="2026-04-02 12:00"), order("A0", Date="2026-01-02 12:00"))
    email = CustomerEmail.objects.get()
    assert (email.first_seen_at.month, email.last_seen_at.month) == (1, 4)


def test_rows_that_share_an_email_or_document_are_one_new_buyer(import_lines: Importer) -> None:
    run = import_lines(
        order("A1", Email="one@correio.example"),
        order("A2", Document=CPF, Email="two@correio.example"),
        order("A3", Document="390.533.447-05", Email="three@correio.example"),
        order("A4", Buyer="9", Document=CPF, Email="one@correio.example"),
        order("A5", Buyer="9", Email="five@correio.example"),
        order("A6", Buyer="10", Email="alone@correio.example"),
    )
    assert run.customers_new == 3
    sales = dict(Sale.objects.values_list("external_id", "customer_id"))
    assert sales["A1"] == sales["A2"] == sales["A4"] == sales["A5"]
    assert len({sales["A1"], sales["A3"], sales["A6"]}) == 3


def test_chain_of_new_buyers_as_long_as_the_file_is_one(import_lines: Importer) -> None:
    """Each row shares its id with the one before and its email with the one after."""
    lines = [order(f"A{n}", Buyer=f"b{n // 2}", Email=f"e{(n + 1) // 2}@correio.example") for n in range(400)]
    run = import_lines(*lines)
    assert run.customers_new == 1


def test_row_with_only_an_email_follows_the_known_buyer_who_brings_it(import_lines: Importer) -> None:
    known = _customer(document=CPF)
    import_lines(
        order("A1", Email="new@correio.example"),
        order("A2", Document=CPF, Email="new@correio.example"),
    )
    assert set(Sale.objects.values_list("customer_id", flat=True)) == {known.pk}


def test_archived_buyer_who_buys_again_comes_back_with_an_audit_entry(import_lines: Importer) -> None:
    known = _customer(email="antonia@correio.example")
    Customer.objects.filter(pk=known.pk).update(archived_at=NOON, archive_reason="left")
    run = import_lines(order())
    known.refresh_from_db()
    assert (known.archived_at, known.archive_reason) == (None, "")
    entry = AuditEntry.objects.get(action="customer.restored")
    assert (entry.target_id, entry.target_label) == (known.pk, str(known.public_id))
    assert entry.detail == {"cause": "new_sale", "import": run.pk}
    Customer.objects.filter(pk=known.pk).update(archived_at=NOON)
    import_lines(order())
    known.refresh_from_db()
    assert known.archived_at == NOON


def test_merged_buyer_is_the_survivor(import_lines: Importer) -> None:
    survivor, loser = _customer(email="antonia@correio.example"), factories.CustomerFactory()
    Customer.objects.filter(pk=loser.pk).update(merged_into=survivor, merged_at=NOON)
    import_lines(order())
    assert Sale.objects.get().customer_id == survivor.pk


def test_merge_while_the_file_is_read_is_followed(import_lines: Importer, monkeypatch: object) -> None:
    survivor, loser = factories.CustomerFactory(), _customer(customer_id="77")
    from sales.intake import importing

    make_chunk = importing.make_chunk

    def merge_and_make_chunk(*args: object) -> None:
        CustomerIdentity.objects.update(customer=survivor)
        Customer.objects.filter(pk=loser.pk).update(merged_into=survivor, merged_at=NOON)
        make_chunk(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "make_chunk", merge_and_make_chunk)  # type: ignore[attr-defined]
    import_lines(order(Buyer="77"))
    connection.check_constraints()
    assert Sale.objects.get().customer_id == survivor.pk


def test_known_sale_stays_with_its_customer(import_lines: Importer) -> None:
    other = factories.CustomerFactory()
    import_lines(order())
    Sale.objects.update(customer=other)
    run = import_lines(order(Amount="98.00", Email="changed@correio.example"))
    assert (run.rows_changed, run.customers_new) == (1, 0)
    assert Sale.objects.get().customer_id == other.pk


def test_row_without_anything_that_identifies_the_buyer_is_refused(import_lines: Importer) -> None:
    run = import_lines(order(Email="", Document="123"))
    assert run.rows_refused == 1
    assert Customer.objects.count() == 0


def test_buyers_of_another_workspace_are_not_found(beacon: object, import_lines: Importer) -> None:
    customer = beacon.customer  # type: ignore[attr-defined]
    run = import_lines(
        order(Buyer="CANARY-B-id", Email=customer.email, Document=CPF),
        mapping=sales_mapping() | {"provider": "hotmart"},
    )
    assert run.customers_new == 1
    assert Sale.objects.get().customer.pk != customer.pk
