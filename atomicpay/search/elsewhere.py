"""What a key finds in the other workspaces of a person: how many records, of those they may see there."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import override

from atomicpay.search.keys import records_named
from atomicpay.team.queries import memberships_of
from atomicpay.workspaces.entry import lacks_second_factor, members_scope
from atomicpay.workspaces.models import User, Workspace
from customers.search_text import read_search


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace in which the key is known, and how many records of each kind it names there."""

    workspace: Workspace
    customers: int
    sales: int
    subscriptions: int
    url: str


def found_elsewhere(text: str, person: User, *, left: str) -> list[Place]:
    """The person's workspaces but the one named `left`, where the text is a key of something.

    Each is entered in its turn, as that member: with their products and permissions there, and not at all
    where a second factor is asked for that they do not have.
    """
    parts = read_search(text)
    if len(parts) != 1 or not parts[0].is_key:
        return []
    places = []
    for membership in memberships_of(person):
        workspace = membership.workspace
        if workspace.slug == left or lacks_second_factor(workspace, person):
            continue
        with override(workspace.zone), members_scope(workspace, person) as member:
            found = Counter(each.kind for each in records_named(parts, member)) if member else Counter()
        if found:
            places.append(_place(workspace, found, text))
    return places


def _place(workspace: Workspace, found: Counter[str], text: str) -> Place:
    path = reverse("search:results").lstrip("/")
    url = f"{workspace.root}{path}?{urlencode({'q': text})}"
    return Place(workspace, found["customers"], found["sales"], found["subscriptions"], url)
