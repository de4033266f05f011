"""The messages of a program: all of them recorded, or none and every reason why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation

from customers.messages.drafts import BadDraft, Draft, read_draft
from customers.messages.services import Recorded, audit_received, record_drafts
from sales.intake.reasons import Reason

from .bodies import texts_of
from .models import ApiToken

PROVIDER: Final = "api"
"""What a message is from that names no provider."""

_WORDS: Final = {
    "not_an_object": "A message is an object with fields.",
    "unknown_field": "There is no such field.",
    "not_a_text": "This field is a text.",
    "empty": "This may not be empty.",
    "sent_otherwise": "The list has two messages with this provider and external id that differ.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program is told."""

    status: HTTPStatus
    content: Mapping[str, Any]


def receive(token: ApiToken, messages: Sequence[Any]) -> Answer:
    """Record the messages in the token's workspace, which is entered.

    All or nothing: a program that is told of a fault can send the same list again once it is put right.
    """
    with translation.override("en"):
        drafts, errors = _read(messages)
        if errors:
            return _refused(errors)
        with transaction.atomic():
            outcomes = record_drafts(drafts)
            if errors := list(_of_nobody(drafts, outcomes)):
                transaction.set_rollback(True)
                return _refused(errors)
    new = sum(outcome.is_new for outcome in outcomes)
    audit_received(new, {"token": str(token.public_id), "name": token.name})
    told = [
        {
            "id": str(outcome.message.public_id) if outcome.message else None,
            "external_id": draft.external_id,
            "provider": draft.provider,
            "status": "recorded" if outcome.is_new else "already recorded",
        }
        for draft, outcome in zip(drafts, outcomes, strict=True)
    ]
    return Answer(HTTPStatus.CREATED if new else HTTPStatus.OK, {"messages": told})


def _refused(errors: list[dict[str, Any]]) -> Answer:
    return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"errors": errors})


def _read(messages: Sequence[Any]) -> tuple[list[Draft], list[dict[str, Any]]]:
    drafts: list[Draft] = []
    errors: list[dict[str, Any]] = []
    first: dict[tuple[str, str], Draft] = {}
    zone, now = timezone.get_current_timezone(), timezone.now()
    for index, message in enumerate(messages):
        texts, faults = texts_of(message)
        errors += [_error(index, field, code) for field, code in faults]
        if faults:
            continue
        try:
            draft = read_draft(texts, provider=PROVIDER, zone=zone, now=now)
        except BadDraft as bad:
            errors += [_error(index, fault.field, fault.reason) for fault in bad.faults]
            continue
        if first.setdefault((draft.provider, draft.external_id), draft) != draft:
            errors.append(_error(index, "external_id", "sent_otherwise"))
        drafts.append(draft)
    return drafts, errors


def _of_nobody(drafts: Sequence[Draft], outcomes: Sequence[Recorded]) -> Iterator[dict[str, Any]]:
    """The messages of nobody who is known here, by the first key that each had."""
    for index, (draft, outcome) in enumerate(zip(drafts, outcomes, strict=True)):
        if outcome.refusal is not None:
            yield _error(index, draft.whose.asked_by, outcome.refusal)


def _error(index: int, field: str, code: str) -> dict[str, Any]:
    words = str(Reason(code).label) if code in Reason.values else _WORDS[code]
    return {"index": index, "field": field, "code": str(code), "message": words}
