"""What speaks against making one customer of several: what forbids it, and what must only be known."""

from collections.abc import Mapping, Sequence

from customers.models import Customer, CustomerDocument, DocumentKind

from .decisions import Act
from .errors import AlreadyMerged, DocumentsDiffer, NotFoundHere, StillAsked, SurvivorIsAnonymised
from .plan import relations_that


def assert_may_become_one(ids: Sequence[int], held: Mapping[int, Customer], *, is_forced: bool) -> None:
    """Raise the subclass of CannotMerge that says what forbids it; the survivor's id comes first."""
    if not set(ids) <= held.keys():
        raise NotFoundHere
    records = [held[customer_id] for customer_id in ids]
    for each in records:
        if each.merged_into_id is not None:
            into = Customer.objects.filter(pk=each.merged_into_id).values_list("public_id", flat=True)
            raise AlreadyMerged(each.public_id, into.first())
    if records[0].is_anonymised and not all(each.is_anonymised for each in records):
        raise SurvivorIsAnonymised
    if not is_forced and cpfs_differ(ids):
        raise DocumentsDiffer
    for relation in relations_that(Act.REFUSE):
        if relation.model.objects.filter(**{f"{relation.field.name}__in": ids}).exists():
            raise StillAsked(relation.label)


def cpfs_differ(ids: Sequence[int]) -> bool:
    """Whether two of these customers have valid CPFs and none in common."""
    cpfs: dict[int, set[str]] = {}
    found = CustomerDocument.objects.filter(customer__in=ids, kind=DocumentKind.CPF, is_valid=True)
    for customer_id, number in found.values_list("customer_id", "normalised"):
        cpfs.setdefault(customer_id, set()).add(number)
    known = list(cpfs.values())
    return any(not one & other for place, one in enumerate(known) for other in known[:place])
