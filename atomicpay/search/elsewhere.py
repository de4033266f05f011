"""What a whole key finds in the other workspaces of a person, of what they may see there.

A workspace cannot be entered inside another, so this runs outside of them all. Each is entered as the member
that the person is there: what is found is what they would find by going there and searching.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.timezone import override

from atomicpay.search.keys import Named, key_of, records_named
from atomicpay.team.queries import memberships_of
from atomicpay.workspaces.entry import lacks_second_factor, members_scope
from atomicpay.workspaces.models import User, Workspace

WORKSPACES: Final = 20
"""So many other workspaces are looked into, by their names."""

_ADDRESSES: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace in which the key is known, how many records of each kind it names there, and the addresses
    of the first few."""

    workspace: Workspace
    customers: int
    sales: int
    subscriptions: int
    urls: tuple[str, ...]


def found_elsewhere(text: str, person: User, *, left: str) -> list[Place]:
    """The person's workspaces but the one named `left`, where the text is a whole key of something.

    Each is entered in its turn, as that member: with their products and permissions there, and not at all
    where a second factor is asked for that they do not have. Raises WorkspaceAlreadyActive inside one.
    """
    key = key_of(text)
    if key is None:
        return []
    places = []
    others = [each.workspace for each in memberships_of(person) if each.workspace.slug != left]
    for workspace in others[:WORKSPACES]:
        if lacks_second_factor(workspace, person):
            continue
        with override(workspace.zone), members_scope(workspace, person) as member:
            found = records_named([key], member) if member else []
        if found:
            places.append(_place(workspace, found))
    return places


def _place(workspace: Workspace, found: list[Named]) -> Place:
    number = Counter(each.kind for each in found)
    paths = [reverse(f"{each.kind}:detail", args=[each.public_id]) for each in found[:_ADDRESSES]]
    urls = tuple(f"{workspace.root}{path.lstrip('/')}" for path in paths)
    return Place(workspace, number["customers"], number["sales"], number["subscriptions"], urls)
