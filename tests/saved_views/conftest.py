"""The views of Aurora's people, and what they list."""

from dataclasses import dataclass
from typing import Any

import pytest

from atomicpay.catalog.models import Product
from atomicpay.saved_views.models import SavedView
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from sales.states import SaleStatus
from tests import factories


@dataclass(frozen=True)
class Views:
    """Saved views of the sales list, by what they are."""

    shared: SavedView
    own: SavedView
    of_club: SavedView
    club: Product

    def address(self, view: SavedView) -> str:
        return f"sales/?view={view.public_id}"


@pytest.fixture
def views(aurora: Workspace, course: Product, support_manager: Membership, owner: Membership) -> Views:
    """Two pending sales, of the course and the club, and an approved one of each."""
    with enter(aurora.pk):
        club = factories.ProductFactory(name="Clube Aurora")
        for product in (course, club):
            for status in (SaleStatus.PENDING, SaleStatus.APPROVED):
                factories.SaleFactory(product=product, status=status)
        factories.SaleFactory(product=club, status=SaleStatus.PENDING)
        return Views(
            shared=_view(support_manager, "Waiting", "status=pending", is_shared=True),
            own=_view(owner, "Mine", "status=approved&sort=ordered"),
            of_club=_view(owner, "Of one product", f"product={club.public_id}", is_shared=True, position=1),
            club=club,
        )


def _view(member: Membership, name: str, query: str, **fields: Any) -> SavedView:
    return factories.SavedViewFactory(owner=member, name=name, query=query, **fields)
