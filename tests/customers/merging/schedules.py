"""Random schedules: merges, undos, sales, refunds, notes and edits of the same people at once (T27-T29).

Afterwards not a cent is lost, nobody is merged in a circle, every total is what its rows add up to, and
nobody was shown a deadlock.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from django.db import IntegrityError, connection
from django.db.models import Sum

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.merging.conflicts import find_conflicts
from customers.merging.errors import CannotMerge, CannotUndo, ConflictsOpen
from customers.merging.models import Merge
from customers.merging.services import merge_customers, undo_merge
from customers.models import Customer, Note
from customers.services import add_note
from sales.models import Refund, Sale
from sales.verification import differences
from tests import factories

THREADS = 3
STEPS = 2
PEOPLE = 4
TRIES = 10


@dataclass
class Told:
    """What the writers were told had been written."""

    cents: int = 0
    sales: int = 0
    back: int = 0
    notes: int = 0
    merges: int = 0
    undos: int = 0
    lock: Lock = field(default_factory=Lock)

    def add(self, **numbers: int) -> None:
        with self.lock:
            for name, number in numbers.items():
                setattr(self, name, getattr(self, name) + number)


class Schedules:
    """Runs them in one workspace, each on people of its own."""

    def __init__(self, workspace: Workspace, member: Membership, seed: int) -> None:
        self.workspace, self.member = workspace, member
        self.random, self.told = random.Random(seed), Told()
        with enter(workspace.pk):
            self.product = factories.ProductFactory()

    def run(self, number: int) -> None:
        """So many schedules, one after the other; within each its threads run side by side."""
        with ThreadPoolExecutor(THREADS) as pool:
            for _schedule in range(number):
                people = self._people()
                seeds = [self.random.random() for _thread in range(THREADS)]
                for done in [pool.submit(self._thread, seed, people) for seed in seeds]:
                    done.result()

    def check(self) -> None:
        """Everything that was told is there, once."""
        with enter(self.workspace.pk):
            gross = Sale.objects.aggregate(cents=Sum("amount_charged"))["cents"] or 0
            back = Refund.objects.aggregate(cents=Sum("amount"))["cents"] or 0
            assert (gross, back) == (self.told.cents, self.told.back)
            assert Sale.objects.count() == self.told.sales
            assert Note.objects.count() == self.told.notes
            assert list(differences()) == []
            merged = Customer.objects.filter(merged_into__isnull=False)
            assert not merged.filter(merged_into__merged_into__isnull=False).exists()
            assert Merge.objects.filter(undone_at=None).count() == self.told.merges - self.told.undos

    def _people(self) -> list[int]:
        with enter(self.workspace.pk):
            people = [factories.CustomerFactory() for _person in range(PEOPLE)]
            for each in people:
                factories.CustomerEmailFactory(customer=each)
                self._sell(each.pk, self.random)
            return [each.pk for each in people]

    def _thread(self, seed: float, people: list[int]) -> None:
        chance = random.Random(seed)
        acts: list[Callable[[list[int], random.Random], None]] = [
            *([self._merge] * 3),
            *([self._undo] * 2),
            *([self._buy] * 3),
            self._refund,
            self._note,
            self._edit,
        ]
        try:
            for _step in range(STEPS):
                chance.choice(acts)(people, chance)
        finally:
            connection.close()

    def _merge(self, people: list[int], chance: random.Random) -> None:
        chosen = chance.sample(people, chance.choice((2, 2, 3)))
        try:
            with enter(self.workspace.pk):
                survivor, *losers = (Customer.objects.get(pk=pk) for pk in chosen)
                merge_customers(acting_member=self.member, survivor=survivor, losers=losers, reason="x")
        except CannotMerge:
            return
        self.told.add(merges=1)

    def _undo(self, people: list[int], chance: random.Random) -> None:
        try:
            with enter(self.workspace.pk):
                merge = Merge.objects.filter(survivor__in=people, undone_at=None).order_by("-pk").first()
                if merge is None:
                    return
                choices = {each.key: chance.choice(("stay", "back")) for each in find_conflicts(merge)}
                undo_merge(acting_member=self.member, merge=merge, choices=choices)
        except (CannotUndo, ConflictsOpen):
            return
        self.told.add(undos=1)

    def _buy(self, people: list[int], chance: random.Random) -> None:
        customer = chance.choice(people)
        self._again(lambda: self._sell(customer, chance))

    def _sell(self, customer: int, chance: random.Random) -> None:
        """As intake does: on the record that the customer lives on in, and anew when that has changed."""
        cents = chance.randint(1, 99_999)
        with enter(self.workspace.pk):
            live = Customer.objects.filter(pk=customer).values_list("merged_into", flat=True)[0] or customer
            sale = factories.SaleFactory(
                customer_id=live,
                customer=None,
                product=self.product,
                amount_charged=cents,
                buyer_name="",
                buyer_email="",
            )
            factories.PaymentFactory(sale=sale, customer_id=live, customer=None)
        self.told.add(cents=cents, sales=1)

    def _refund(self, people: list[int], chance: random.Random) -> None:
        def give_back() -> None:
            with enter(self.workspace.pk):
                sale = Sale.objects.filter(customer__in=people).order_by("?").first()
                if sale is None:
                    return
                factories.RefundFactory(sale=sale, amount=1)
            self.told.add(back=1)

        self._again(give_back)

    def _note(self, people: list[int], chance: random.Random) -> None:
        with enter(self.workspace.pk):
            customer = Customer.objects.get(pk=chance.choice(people))
            if customer.merged_into_id is not None:
                return
            add_note(acting_member=self.member, customer=customer, body="Ligou")
        self.told.add(notes=1)

    def _edit(self, people: list[int], chance: random.Random) -> None:
        with enter(self.workspace.pk):
            Customer.objects.filter(pk=chance.choice(people), merged_into=None).update(
                city=chance.choice(("Olinda", "Recife"))
            )

    def _again(self, write: Callable[[], None]) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                return write()
            except IntegrityError:
                if attempt == TRIES:
                    raise
        return None
