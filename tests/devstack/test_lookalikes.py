"""The demo has somebody to decide on in each band, and a family that is not suggested as one person."""

from datetime import UTC, datetime

from django.db.models import Q

from atomicpay.devstack.seeding.demo import seed_demo
from atomicpay.devstack.seeding.people import AURORA, BEACON
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.models import Suggestion


def names_in(band: str) -> set[str]:
    found = Suggestion.objects.filter(band=band).select_related("low")
    return {suggestion.low.name for suggestion in found}


def test_demo_has_duplicates_of_each_band(db: None) -> None:
    seed_demo(60, as_of=datetime(2026, 11, 22, tzinfo=UTC))
    with enter(Workspace.objects.get(slug=AURORA).pk):
        assert {"Marília Quintão Alves", "Rogério Assunção"} <= names_in("certain")
        assert "Zenaide Tavares" in names_in("likely")
        assert "Leda Nogueira Sampaio" in names_in("possible")
        family = Q(low__name__contains="Corrêa Bastos") | Q(high__name__contains="Corrêa Bastos")
        assert not Suggestion.objects.filter(family).exists()
        of_three = Suggestion.objects.filter(low__name__startswith="Mar", low__name__endswith="Alves")
        assert len(set(of_three.values_list("case_id", flat=True))) == 1
    with enter(Workspace.objects.get(slug=BEACON).pk):
        assert not Suggestion.objects.filter(low__name__contains="Quint").exists()
