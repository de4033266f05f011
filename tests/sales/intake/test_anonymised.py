"""A file that still names somebody who was anonymised: old sales stay nameless, a new one is a new buyer."""

import pytest

from atomicpay.privacy.services import anonymise
from atomicpay.workspaces.models import Membership
from customers.models import Customer, CustomerEmail, CustomerIdentity
from sales.models import Refund, Sale

from .conftest import Importer, order, sales_mapping

CELLS = {"Buyer": "77", "Document": "529.982.247-25", "Phone": "(11) 98765-4321"}


@pytest.fixture
def nobody(import_lines: Importer, owner: Membership) -> Customer:
    """Antônia, whose sale A1 is in the books, and who was anonymised since."""
    import_lines(order("A1", **CELLS))
    customer = Customer.objects.get()
    anonymise(acting_member=owner, customer=customer, reason="Pedido 4711")
    return customer


def test_same_file_again_brings_nobody_back(nobody: Customer, import_lines: Importer) -> None:
    run = import_lines(order("A1", **CELLS))
    assert (run.customers_new, run.rows_new, run.rows_unchanged) == (0, 0, 1)
    assert (Customer.objects.get().pk, Customer.objects.get().name) == (nobody.pk, "")
    assert (CustomerEmail.objects.count(), CustomerIdentity.objects.count()) == (0, 0)
    assert Sale.objects.get().buyer_email == ""


def test_change_of_an_old_sale_is_written_without_a_name(nobody: Customer, import_lines: Importer) -> None:
    run = import_lines(order("A1", Status="Refunded", **CELLS))
    sale = Sale.objects.get()
    assert (run.rows_changed, sale.status, sale.customer_id, sale.buyer_name) == (
        1,
        "refunded",
        nobody.pk,
        "",
    )
    assert Customer.objects.count() == 1


def test_new_sale_makes_a_new_customer_and_the_old_one_stays_nobody(
    nobody: Customer, import_lines: Importer
) -> None:
    run = import_lines(order("A1", **CELLS), order("A2", **CELLS))
    assert (run.customers_new, run.rows_new, run.rows_unchanged) == (1, 1, 1)
    new = Customer.objects.exclude(pk=nobody.pk).get()
    assert (new.name, new.email) == ("Antônia Figueirêdo", "antonia@correio.example")
    owners = dict(Sale.objects.values_list("external_id", "customer_id"))
    assert owners == {"A1": nobody.pk, "A2": new.pk}
    assert Sale.objects.get(external_id="A1").buyer_name == ""


def test_refund_row_of_an_old_sale_stays_with_nobody(import_lines: Importer, owner: Membership) -> None:
    mapping = sales_mapping(refunds={"column": "Status", "is": ["Return"], "sale": "Name"})
    import_lines(order("A1", Buyer="77"), mapping=mapping)
    customer = Customer.objects.get()
    anonymise(acting_member=owner, customer=customer, reason="Pedido 4711")
    for _time in range(2):
        import_lines(order("R1", Buyer="77", Name="A1", Status="Return"), mapping=mapping)
        assert Customer.objects.get().name == ""
        assert Refund.objects.get().customer_id == customer.pk
