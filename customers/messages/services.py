"""Recording support messages and deleting them. The log says that it was done, never what was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_workspace_id
from customers.errors import NotAllowed
from customers.models import Customer, Message
from customers.survivors import held_survivor
from sales.intake.reasons import Reason

from .drafts import Draft, Whose
from .errors import CannotDelete, CannotRecord
from .matching import Found, find_customers

# Of two requests that bring the same message at once, the second waits and finds it.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('customers.messages', %s))"


@transaction.atomic
def record_message(
    *,
    acting_member: Membership,
    customer: Customer,
    channel: str,
    direction: str,
    subject: str,
    body: str,
    sent_at: datetime,
    author_name: str,
    url: str,
) -> Message:
    """Write down by hand what was said; raises NotAllowed and CannotRecord.

    Of a record that was merged meanwhile: it stands with the one that lives on.
    """
    if not acting_member.may("messages.write"):
        raise NotAllowed("messages.write")
    if not (subject.strip() or body.strip()):
        raise CannotRecord
    customer = held_survivor(customer)
    if customer.is_anonymised:
        raise CannotRecord
    message = Message.objects.create(
        customer=customer,
        channel=channel,
        direction=direction,
        subject=subject,
        body=body,
        sent_at=sent_at,
        author_name=author_name or (acting_member.user.name if direction == Message.Direction.OUT else ""),
        author=acting_member,
        url=url,
    )
    detail = {"channel": channel, "direction": direction}
    record("message.recorded", acting_member=acting_member, target=message, detail=detail)
    return message


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a draft: the message that has its id now, and whether this made it; or why none has."""

    message: Message | None
    is_new: bool = False
    refusal: Reason | None = None


@transaction.atomic
def record_drafts(drafts: Sequence[Draft]) -> list[Recorded]:
    """Record the messages of a file or a program, each with an external id; what became of each, in order.

    The first with an id wins: one that is there already, or that comes twice, is left as it is. One whose
    customer is not found is not recorded. A merge that comes in between is refused at the commit
    (IntegrityError); the same call then finds the survivor.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [active_workspace_id()])
    known = _known(drafts)
    found = find_customers(draft.whose for draft in drafts if _key(draft) not in known)
    fresh: dict[tuple[str, str], Message] = {}
    for draft in drafts:
        customer = found.get(draft.whose)
        if _key(draft) not in known and isinstance(customer, int):
            fresh.setdefault(_key(draft), _message(draft, customer))
    Message.objects.bulk_create(fresh.values())
    return list(_outcomes(drafts, known, fresh, found))


def audit_received(new: int, detail: Mapping[str, Any]) -> None:
    """Say in the log that a program brought so many messages; nothing where none was new."""
    if new:
        record("message.received", acting_member=None, detail={"messages": new, **detail})


@transaction.atomic
def delete_message(*, acting_member: Membership, message: Message) -> None:
    """Delete a message for good; raises CannotDelete for who neither wrote it down nor may delete any."""
    if not may_delete(acting_member, message):
        raise CannotDelete
    detail = {"channel": message.channel, "direction": message.direction, "sent_at": message.sent_at}
    record("message.deleted", acting_member=acting_member, target=message, detail=detail)
    message.delete()


def may_delete(member: Membership, message: Message) -> bool:
    """Whether a member may delete a message: their own, or any."""
    is_own = message.author_id == member.pk and member.may("messages.write")
    return is_own or member.may("messages.delete_any")


def _key(draft: Draft) -> tuple[str, str]:
    return draft.provider, draft.external_id


def _known(drafts: Sequence[Draft]) -> dict[tuple[str, str], Message]:
    """The messages that are there already, by provider and external id."""
    keys = {_key(draft) for draft in drafts}
    providers, external_ids = ({key[place] for key in keys} for place in (0, 1))
    messages = Message.objects.filter(provider__in=providers, external_id__in=external_ids)
    found = {
        (message.provider, str(message.external_id)): message
        for message in messages.only("public_id", "provider", "external_id")
    }
    return {key: message for key, message in found.items() if key in keys}


def _outcomes(
    drafts: Sequence[Draft],
    known: Mapping[tuple[str, str], Message],
    fresh: Mapping[tuple[str, str], Message],
    found: Mapping[Whose, Found],
) -> Iterator[Recorded]:
    told: set[tuple[str, str]] = set()
    for draft in drafts:
        key = _key(draft)
        if key in known:
            yield Recorded(known[key])
        elif key in fresh:
            yield Recorded(fresh[key], is_new=key not in told)
            told.add(key)
        else:
            reason = found[draft.whose]
            yield Recorded(None, refusal=reason if isinstance(reason, Reason) else None)


def _message(draft: Draft, customer: int) -> Message:
    return Message(
        customer_id=customer,
        channel=draft.channel,
        direction=draft.direction,
        subject=draft.subject,
        body=draft.body,
        sent_at=draft.sent_at,
        author_name=draft.author,
        url=draft.url,
        provider=draft.provider,
        external_id=draft.external_id,
    )
