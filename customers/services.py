"""What members do to a customer: reveal a document, write a note, put a tag on or take it off."""

from django.db import transaction
from django.db.models import Value

from atomicpay.audit.services import record
from atomicpay.workspaces.fields import Fold
from atomicpay.workspaces.models import Membership

from .contacts import format_document
from .errors import CannotAnnotate, NotAllowed, NothingToReveal
from .models import Customer, CustomerDocument, CustomerTag, Note, Tag
from .survivors import held_survivor


@transaction.atomic
def reveal_document(*, acting_member: Membership, customer: Customer) -> str:
    """The main document of a customer in full, as people write it.

    Raises NotAllowed and NothingToReveal. The log says who saw whose document, never the number.
    """
    _require(acting_member, "customers.view_pii")
    kind, number = customer.document_kind, customer.document
    if not number:
        latest = CustomerDocument.objects.filter(customer=customer).order_by("-is_primary", "-last_seen_at")
        kind, number = latest.values_list("kind", "normalised").first() or ("", "")
    if not number:
        raise NothingToReveal
    record("customer.document_revealed", acting_member=acting_member, target=customer, detail={"kind": kind})
    return format_document(kind, number)


@transaction.atomic
def add_note(*, acting_member: Membership, customer: Customer, body: str) -> Note:
    """Write a note about a customer, for the team. Raises NotAllowed and CannotAnnotate.

    About a record that was merged meanwhile: it stands with the one that lives on.
    """
    customer = _held_for_words(acting_member, customer, body)
    note = Note.objects.create(customer=customer, body=body.strip(), author=acting_member)
    record(
        "customer.note_added",
        acting_member=acting_member,
        target=customer,
        detail={"characters": len(note.body)},
    )
    return note


@transaction.atomic
def add_tag(*, acting_member: Membership, customer: Customer, name: str) -> CustomerTag:
    """Put a tag on a customer, a new one if none has the name; twice is once.

    Names are the same whatever their case and accents. Of a record that was merged meanwhile it is put on
    the one that lives on. Raises NotAllowed and CannotAnnotate.
    """
    customer = _held_for_words(acting_member, customer, name)
    # Two members may think of one new word at once: the second insert does nothing, and both find the row.
    Tag.objects.bulk_create([Tag(name=" ".join(name.split()))], ignore_conflicts=True)
    tag = _tag_named(name)
    put, is_new = CustomerTag.objects.get_or_create(
        customer=customer, tag=tag, defaults={"added_by": acting_member}
    )
    put.customer = customer
    if is_new:
        record("customer.tag_added", acting_member=acting_member, target=customer, detail={"tag": tag.name})
    return put


@transaction.atomic
def remove_tag(*, acting_member: Membership, customer: Customer, name: str) -> bool:
    """Take a tag off a customer; whether it was on. Raises NotAllowed and CannotAnnotate.

    Not of a record that was merged: on the one that lives on, the tag may be another record's.
    """
    _require(acting_member, "customers.annotate")
    if customer.merged_into_id is not None:
        raise CannotAnnotate
    customer = _held_for_words(acting_member, customer, name)
    removed, _by_model = CustomerTag.objects.filter(customer=customer, tag__name=name).delete()
    if removed:
        record("customer.tag_removed", acting_member=acting_member, target=customer, detail={"tag": name})
    return bool(removed)


def _tag_named(name: str) -> Tag:
    folded = Fold(Value(" ".join(name.split())))
    return Tag.objects.annotate(folded=Fold("name")).get(folded=folded)


def _require(member: Membership, permission: str) -> None:
    if not member.may(permission):
        raise NotAllowed(permission)


def _held_for_words(member: Membership, customer: Customer, words: str) -> Customer:
    """The live record that such words are to stand with."""
    _require(member, "customers.annotate")
    if not words.strip():
        raise CannotAnnotate
    customer = held_survivor(customer)
    if customer.is_anonymised:
        raise CannotAnnotate
    return customer
