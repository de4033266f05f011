"""What is read before a person is taken out: their records, and all that they were ever known by."""

from atomicpay.saved_views.models import SavedView
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
)
from exports.models import Export, Schedule
from exports.states import ExportState
from sales.models import Sale

from .marks import Marks, seeks
from .models import Erasure


def records_of(customer_id: int) -> list[int]:
    """The ids of a customer and of every record that was merged into it, however long the chain."""
    known = {customer_id}
    while True:
        merged = set(Customer.objects.filter(merged_into__in=known).values_list("pk", flat=True)) - known
        if not merged:
            return sorted(known)
        known |= merged


def marks_of(ids: list[int]) -> Marks:
    """All that the books know these records by, also as buyers typed it at the checkout."""
    names, emails, numbers = set(), set(), set()
    for name, email, phone, document in Customer.objects.filter(pk__in=ids).values_list(
        "name", "email", "phone", "document"
    ):
        names.add(name)
        emails.add(email)
        numbers |= {phone, document}
    typed = Sale.objects.filter(customer__in=ids).order_by()
    for name, email, phone, document in typed.values_list(
        "buyer_name", "buyer_email", "buyer_phone", "buyer_document"
    ).distinct():
        names.add(name)
        emails.add(email)
        numbers |= {phone, document}
    for model, columns, into in (
        (CustomerEmail, ("address", "normalised"), emails),
        (CustomerPhone, ("number", "digits"), numbers),
        (CustomerDocument, ("number", "normalised"), numbers),
    ):
        for values in model.objects.filter(customer__in=ids).values_list(*columns):
            into |= set(values)
    given = CustomerIdentity.objects.filter(customer__in=ids).values_list("external_id", flat=True)
    return Marks.of(names=names, emails=emails, numbers=numbers, ids=given)


def names_of(ids: list[int]) -> list[str]:
    """The names that the words of these records come from."""
    return list(Customer.objects.filter(pk__in=ids).values_list("name", flat=True))


def erasure_of(customer: Customer) -> Erasure | None:
    """When, by whom and why a customer was anonymised; None who was not."""
    return Erasure.objects.select_related("member__user").filter(customer=customer).first()


def others_known_alike(customer: Customer) -> int:
    """How many other records share an email, phone or valid document with a customer; they stay."""
    others: set[int] = set()
    for model, value, valid in (
        (CustomerEmail, "normalised", {}),
        (CustomerPhone, "digits", {}),
        (CustomerDocument, "normalised", {"is_valid": True}),
    ):
        mine = list(model.objects.filter(customer=customer, **valid).values_list(value, flat=True))
        alike = model.objects.filter(**{f"{value}__in": mine}, **valid)
        others |= set(alike.exclude(customer=customer).values_list("customer_id", flat=True))
    return len(others)


def views_seeking(ids: list[int]) -> int:
    """How many saved views of the workspace look for these records, or are called by their name."""
    marks = marks_of(ids)
    views = SavedView.objects.values_list("name", "query")
    return sum(marks.are_in(name) or seeks(query, marks) for name, query in views)


def schedules_seeking(ids: list[int]) -> int:
    """How many scheduled exports look for these records, or are called by their name."""
    marks = marks_of(ids)
    schedules = Schedule.objects.values_list("name", "query")
    return sum(marks.are_in(name) or seeks(query, marks) for name, query in schedules)


def exports_kept() -> int:
    """How many exports have a file that may hold anybody."""
    return Export.objects.filter(state=ExportState.READY).count()
