"""Anonymising (T60): gone from every column and file, the books to the cent as they were."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from atomicpay.audit.models import AuditEntry
from atomicpay.privacy.decisions import DECISIONS
from atomicpay.privacy.errors import ImportIsRunning, IsMerged, ReasonNamesThem
from atomicpay.privacy.models import Erasure
from atomicpay.privacy.reach import tables_about_customers, words_of
from atomicpay.privacy.services import anonymise
from atomicpay.privacy.settling import settle_all
from atomicpay.saved_views.models import SavedView
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.archiving.errors import StillOpen
from customers.errors import CannotAnnotate, NotAllowed
from customers.models import Customer, CustomerEmail, CustomerTag, NameWord, Note, Tag
from customers.services import add_note
from exports.models import Export
from sales.models import Dispute, Payment, Sale
from sales.states import DisputeStatus
from tests import factories
from tests.assertions import assert_unchanged
from tests.privacy.conftest import (
    NAME,
    People,
    as_owner,
    files_that_name_her,
    make_export,
    places_that_name_her,
    stored_runs,
    sums,
)

REASON = "Pedido de eliminação, chamado 4711"


def _anonymise(customer: Customer, member: Membership, **kwargs: Any) -> Erasure:
    with enter(customer.workspace_id):
        return anonymise(acting_member=member, customer=customer, **{"reason": REASON, **kwargs})


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    """What is seen from outside once it is committed."""

    def test_person_is_in_no_column_and_no_file_and_every_total_is_as_it_was(
        self, people: People, owner: Membership, aurora: Workspace
    ) -> None:
        with enter(aurora.pk):
            before, sales = sums(), list(Sale.objects.order_by("pk").values_list(*_BOOKS))
        # What is looked for is there: in more than thirty columns, and in two files.
        assert len(places_that_name_her()) > 30
        assert len(files_that_name_her()) == 2
        erasure = _anonymise(people.zenobia, owner)

        assert places_that_name_her() == set()
        assert files_that_name_her() == []
        with enter(aurora.pk):
            assert (sums(), list(Sale.objects.order_by("pk").values_list(*_BOOKS))) == (before, sales)
            erasure.refresh_from_db()
            assert (erasure.files_left, erasure.settled_at is not None) == ([], True)
            assert erasure.touched["customers.Note"] == 1
            assert Payment.objects.get().method == "credit_card"
            assert Sale.objects.get(external_id="HP-ZERO").utm_campaign == "black-friday"
            # The others keep what is theirs.
            people.other.refresh_from_db()
            assert people.other.name == "Rui Barros"
            assert (CustomerEmail.objects.count(), Note.objects.count()) == (1, 1)
            assert list(SavedView.objects.values_list("name", flat=True)) == ["Todas"]
            states = dict(Export.objects.values_list("number", "state"))
            assert states == {1: "expired", 2: "ready", 3: "canceled", 4: "canceled"}
            assert stored_runs() == {1: False, 2: True}
        with connection.cursor() as cursor, enter(aurora.pk):
            cursor.execute("SELECT count(*) FROM customer WHERE anonymised_at IS NOT NULL")
            assert cursor.fetchone() == (2,)

    def test_log_says_who_did_it_and_keeps_what_happened(
        self, people: People, owner: Membership, aurora: Workspace
    ) -> None:
        with enter(aurora.pk):
            before = list(AuditEntry.objects.order_by("pk").values_list(*_ACTS))
        _anonymise(people.zenobia, owner)
        with enter(aurora.pk):
            after = list(AuditEntry.objects.order_by("pk").values_list(*_ACTS))
            assert after[: len(before)] == before
            entry = AuditEntry.objects.about(people.zenobia).get(action="customer.anonymised")
            assert (entry.actor_id, entry.reason) == (owner.pk, REASON)
            assert AuditEntry.objects.filter(action="audit.text_erased").count() == 2
            assert AuditEntry.objects.about(people.zenobia).filter(reason="[…]").count() == 1

    def test_second_time_changes_nothing(self, people: People, owner: Membership, aurora: Workspace) -> None:
        first = _anonymise(people.zenobia, owner)
        with assert_unchanged(aurora.pk):
            assert _anonymise(people.zenobia, owner, reason="again").pk == first.pk

    def test_two_at_once_are_one(self, people: People, owner: Membership, aurora: Workspace) -> None:
        made: list[int] = []

        def act() -> None:
            try:
                made.append(_anonymise(people.zenobia, owner).pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=act) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert (len(made), len(set(made))) == (2, 1)
        with enter(aurora.pk):
            assert AuditEntry.objects.filter(action="customer.anonymised").count() == 1

    def test_file_that_cannot_be_deleted_is_tried_again(
        self, people: People, owner: Membership, aurora: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(self: Path, missing_ok: bool = False) -> None:
            raise PermissionError(self)

        with monkeypatch.context() as broken:
            broken.setattr(Path, "unlink", refuse)
            erasure = _anonymise(people.zenobia, owner)
        with enter(aurora.pk):
            erasure.refresh_from_db()
            assert (len(erasure.files_left), erasure.settled_at) == (2, None)
            # The file is not to be had meanwhile.
            assert Export.objects.get(number=1).state == "expired"
        with as_owner() as cursor:
            cursor.execute("UPDATE erasure SET at = at - interval '1 minute'")
        settle_all()
        assert files_that_name_her() == []
        with enter(aurora.pk):
            erasure.refresh_from_db()
            assert (erasure.files_left, erasure.settled_at is not None) == ([], True)

    def test_export_that_ran_meanwhile_is_started_again_or_looked_through(
        self, people: People, owner: Membership, aurora: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with enter(aurora.pk):
            running = make_export(owner, f"name\n{NAME}\n", number=7, state="running", lease_until=_soon())
        from atomicpay.privacy import services

        settle = services.settle

        def write_late(**kwargs: Any) -> bool:
            # A worker whose snapshot is older than the commit offers its file after it.
            with enter(aurora.pk):
                make_export(owner, f"name\n{NAME}\n", number=8)
            return settle(**kwargs)

        monkeypatch.setattr(services, "settle", write_late)
        _anonymise(people.zenobia, owner)
        with enter(aurora.pk):
            running.refresh_from_db()
            assert (running.state, running.lease_until) == ("queued", None)
            assert Export.objects.get(number=8).state == "expired"
        running_file = Path(settings.EXPORT_ROOT) / str(aurora.pk) / str(running.public_id)
        assert files_that_name_her() == [running_file / "1.csv"], "its worker throws that away"

    def test_no_person_is_anonymised_while_a_file_is_imported(
        self, people: People, owner: Membership, aurora: Workspace
    ) -> None:
        with as_owner() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('sales.import', %s))", [aurora.pk])
            with assert_unchanged(aurora.pk), pytest.raises(ImportIsRunning):
                _anonymise(people.zenobia, owner)


_BOOKS = (
    *("pk", "customer_id", "external_id", "reference", "status", "amount_charged", "currency"),
    *("ordered_at", "product_id", "method"),
)
_ACTS = ("pk", "at", "actor_id", "action", "target_type", "target_id")


def _soon() -> Any:
    from datetime import timedelta

    from django.utils.timezone import now

    return now() + timedelta(minutes=1)


@pytest.mark.parametrize(
    "make",
    [
        lambda customer: factories.SubscriptionFactory(customer=customer),
        lambda customer: Dispute.objects.update(status=DisputeStatus.OPEN),
    ],
)
def test_person_with_something_open_is_left_unless_forced(
    people: People, owner: Membership, in_aurora: Workspace, make: Any
) -> None:
    make(people.zenobia)
    with assert_unchanged(in_aurora.pk), pytest.raises(StillOpen):
        _anonymise(people.zenobia, owner)
    assert _anonymise(people.zenobia, owner, is_forced=True).pk


@pytest.mark.parametrize(
    "reason", ["", "  ", "Pedido de Zenobia Quixada", "fone 85 98877-6655", "zen.antiga@correio.example"]
)
def test_reason_may_not_name_them(
    people: People, owner: Membership, in_aurora: Workspace, reason: str
) -> None:
    with assert_unchanged(in_aurora.pk), pytest.raises(ReasonNamesThem):
        _anonymise(people.zenobia, owner, reason=reason)


def test_it_is_not_for_others_and_not_for_merged_records(
    people: People, owner: Membership, support_manager: Membership, in_aurora: Workspace
) -> None:
    with assert_unchanged(in_aurora.pk):
        with pytest.raises(NotAllowed):
            _anonymise(people.zenobia, support_manager)
        with pytest.raises(IsMerged):
            _anonymise(people.merged, owner)


def test_words_of_the_name_go_unless_somebody_else_has_them(
    people: People, owner: Membership, in_aurora: Workspace
) -> None:
    factories.CustomerFactory(name="Ana Quixadá")
    _anonymise(people.zenobia, owner)
    words = set(NameWord.objects.values_list("word", flat=True))
    assert ("zenobia" in words, "quixada" in words, "rui" in words) == (False, True, True)


def test_tags_that_name_her_go_and_others_keep_theirs(
    people: People, owner: Membership, in_aurora: Workspace
) -> None:
    shared = Tag.objects.get(name__startswith="indicada")
    erasure = _anonymise(people.zenobia, owner)
    shared.refresh_from_db()
    assert shared.name == f"[…] {shared.pk}"
    assert set(Tag.objects.values_list("name", flat=True)) == {"embaixadora", "vip", shared.name}
    put = CustomerTag.objects.filter(customer=people.other).values_list("tag__name", flat=True)
    assert set(put) == {"vip", shared.name}
    assert erasure.touched["customers.Tag"] == 2


def test_nothing_names_somebody_who_was_anonymised_again(
    people: People, owner: Membership, in_aurora: Workspace
) -> None:
    _anonymise(people.zenobia, owner)
    people.zenobia.refresh_from_db()
    with pytest.raises(IntegrityError, match="customer_anonymised_is_nobody"), transaction.atomic():
        Customer.objects.filter(pk=people.zenobia.pk).update(name=NAME)
    with pytest.raises(IntegrityError, match="customer_anonymised_is_nobody"), transaction.atomic():
        factories.CustomerEmailFactory(customer=people.zenobia, address="x@y.example")
    with pytest.raises(CannotAnnotate), transaction.atomic():
        add_note(acting_member=owner, customer=people.zenobia, body="x")


def test_log_keeps_its_words_about_whoever_is_not_anonymised(
    people: People, owner: Membership, in_aurora: Workspace
) -> None:
    with assert_unchanged(in_aurora.pk), pytest.raises(DatabaseError, match="keeps its words"):  # noqa: SIM117 -- the inner one is what is undone
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT audit_forget(%s)", [[people.other.pk]])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_table_about_customers_has_a_decision() -> None:
    labels = [table.label for table in tables_about_customers()]
    assert {"sales.SaleEvent", "subscriptions.SubscriptionEvent", "customers.Customer"} <= set(labels)
    assert set(labels) == set(DECISIONS)


def test_every_text_that_stays_has_a_decision() -> None:
    for table in tables_about_customers():
        decision = DECISIONS[table.label]
        decided = {*decision.empty, *decision.unless_named, *decision.kept}
        texts = {field.name for field in words_of(table.model)}
        if decision.stays is not None:
            assert decided == texts, table.label
        else:
            assert not decided


def test_column_nobody_decided_on_would_be_noticed() -> None:
    """The control of the test before: a text that is added is found."""

    class Planted(models.Model):
        said = models.JSONField()
        tags = models.TextField()
        number = models.IntegerField()

        class Meta:
            app_label = "planted"

        def __str__(self) -> str:
            return self.tags

    assert [field.name for field in words_of(Planted)] == ["said", "tags"]
