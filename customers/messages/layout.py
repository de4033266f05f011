"""The heading of a file of messages: which of the names that helpdesks use is which of our fields."""

from collections.abc import Sequence
from typing import Any, Final

from sales.intake.errors import CannotReadFile, FileProblem

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "email": ("email", "e-mail", "customer email", "customer_email", "requester email", "buyer email"),
    "customer_id": ("customer id", "customer_id", "customer", "cliente", "id do cliente", "requester id"),
    "document": ("document", "cpf", "cnpj", "cpf/cnpj", "cpf_cnpj", "documento"),
    "channel": ("channel", "canal", "via"),
    "direction": ("direction", "direção", "direcao", "sentido"),
    "subject": ("subject", "assunto", "title"),
    "body": ("body", "message", "text", "content", "mensagem", "texto", "description"),
    "sent_at": ("sent_at", "sent at", "sent", "date", "created_at", "created at", "enviada em", "data"),
    "author": ("author", "from", "agent", "autor", "autora", "written by"),
    "url": ("url", "link", "ticket url", "permalink"),
    "external_id": ("external_id", "external id", "message id", "message_id", "id"),
    "provider": ("provider", "helpdesk", "source", "provedor"),
}
"""What the columns of each field are called, the surest name first. Other columns are left alone."""

_IDENTIFYING: Final = ("email", "customer_id", "document")
_SAYING: Final = ("body", "subject")
_KNOWN_HEADING: Final = 20


class MessageFile:
    """How a file of messages is read; kept with its import as the mapping of one of sales is."""

    def __init__(self, provider: str) -> None:
        self.provider = provider

    @property
    def source(self) -> dict[str, Any]:
        return {"name": "Support messages", "provider": self.provider}


class MessageLayout:
    """Where each field stands; raises CannotReadFile for a heading that lacks one or has it twice."""

    def __init__(self, heading: Sequence[str]) -> None:
        self.heading = tuple(heading)
        self.width = len(self.heading)
        folded = [name.strip().casefold() for name in heading]
        self.places = {
            field: place for field, names in NAMES.items() if (place := _place(folded, names)) is not None
        }
        for needed in ((*_IDENTIFYING,), (*_SAYING,), ("direction",), ("sent_at",)):
            if not any(field in self.places for field in needed):
                known = ", ".join(heading[:_KNOWN_HEADING])[:500]
                raise CannotReadFile(FileProblem.COLUMN_MISSING, f"{' / '.join(needed)} ({known})")

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row by our fields."""
        return {field: cells[place] for field, place in self.places.items()}

    def column(self, field: str) -> str:
        """What the file calls a field; of one that it lacks, our own name."""
        place = self.places.get(field)
        return field if place is None else self.heading[place]


def _place(folded: Sequence[str], names: Sequence[str]) -> int | None:
    for name in names:
        if folded.count(name) > 1:
            raise CannotReadFile(FileProblem.COLUMN_TWICE, name)
        if name in folded:
            return folded.index(name)
    return None
