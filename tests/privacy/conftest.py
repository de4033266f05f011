"""Zenóbia, of whom something stands in every table and file, and somebody else who must stay as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils.timezone import now

from atomicpay.attention.models import Finding
from atomicpay.audit.services import record
from atomicpay.env import read_environment
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerTag
from customers.services import add_tag
from exports import queue
from exports.models import Export
from exports.storage import Place, writing
from sales.models import CustomerSpend, DailyTotal, ImportProblem, ImportRun, SaleTally
from sales.models.imports import ImportState
from sales.states import DisputeStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories

NAME = "Zenóbia Quixadá"
EMAIL = "zenobia.quixada@correio.example"
FORMER = "zen.antiga@correio.example"
PHONE = "+55 (85) 98877-6655"
DOCUMENT = "390.533.447-05"
SECRETS = (
    *(
        "zenóbia",
        "zenobia",
        "quixad",
        "zen.antiga",
        "98877-6655",
        "988776655",
        "390.533.447-05",
        "39053344705",
    ),
    *("cus_zq77", "zq-note", "zq-message", "zq-subject", "zq-author", "zq-url", "zq-thread", "zq-street"),
    *("zq-reason", "zq-cancel", "zq-detail", "zq-decline", "zq-revoke", "zq-card", "zq-tag", "zq-archived"),
    *("zq-dismiss", "zq-evidence", "zq-complement", "zq-city", "zq-word"),
)
"""Whatever gives her away, as it may stand in a text."""


@pytest.fixture(autouse=True)
def announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No queue is told: a test runs its exports by itself."""
    monkeypatch.setattr(queue, "_publish", lambda workspace_id, export_id: None)


@contextmanager
def as_owner() -> Iterator[psycopg.Cursor[Any]]:
    """The owner of the database, whom neither row security nor a missing right stops."""
    login = read_environment().owner_database
    with psycopg.connect(
        host=login["HOST"],
        port=login["PORT"] or 5432,
        user=login["USER"],
        password=login["PASSWORD"],
        dbname=connection.settings_dict["NAME"],
    ) as raw:
        yield raw.cursor()


def places_that_name_her() -> set[str]:
    """Every column of every table in which one of her values stands, found in the catalog: committed rows."""
    with as_owner() as cursor:
        cursor.execute(
            "SELECT table_name, column_name"
            " FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'ARRAY', 'bytea')"
        )
        columns = cursor.fetchall()
        assert len({table for table, _column in columns}) > 30
        pattern = "|".join(value.replace(".", r"\.") for value in SECRETS)
        found = set()
        for table, column in columns:
            cursor.execute(
                psycopg.sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {}::text ~* %s)").format(
                    psycopg.sql.Identifier(table), psycopg.sql.Identifier(column)
                ),
                [pattern],
            )
            row = cursor.fetchone()
            if row and row[0]:
                found.add(f"{table}.{column}")
        return found


def files_that_name_her() -> list[Path]:
    """Every file below the roots of exports and uploads that holds one of her values."""
    roots = (Path(django_settings.EXPORT_ROOT), Path(django_settings.UPLOAD_ROOT))
    return [
        path
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and any(value in path.read_text().lower() for value in SECRETS)
    ]


def sums() -> list[list[Any]]:
    """Every kept total of the active workspace."""
    leave_out = {"id", "workspace"}
    return [
        sorted(
            model.objects.values_list(
                *(field.name for field in model._meta.concrete_fields if field.name not in leave_out)
            ),
            key=str,
        )
        for model in (CustomerSpend, DailyTotal, SaleTally)
    ]


@dataclass(frozen=True)
class People:
    """Who is in the books."""

    zenobia: Customer
    merged: Customer
    other: Customer


@pytest.fixture
def people(aurora: Workspace, owner: Membership) -> People:
    """Zenóbia, a record that was merged into hers, and somebody else."""
    with enter(aurora.pk):
        zenobia = factories.CustomerFactory(
            name=NAME,
            email=EMAIL,
            phone=PHONE,
            document="39053344705",
            document_kind="cpf",
            document_valid=True,
            street="zq-street",
            complement="zq-complement",
            city="zq-city",
            archive_reason="zq-archived",
            country="BR",
        )
        merged = factories.CustomerFactory(
            name="Zenóbia Q. Quixadá", email=FORMER, merged_into=zenobia, merged_at=now()
        )
        other = factories.CustomerFactory(name="Rui Barros", email="rui.barros@correio.example")
        factories.CustomerEmailFactory(customer=other)
        factories.NoteFactory(customer=other, body="Nada a ver")
        factories.SaleFactory(customer=other, amount_charged=12345)
        _known(zenobia)
        _bought(zenobia)
        _written(zenobia, owner)
        # A word of the workspace that names her stands on somebody else as well, and in the log of theirs.
        add_tag(acting_member=owner, customer=zenobia, name=f"indicada por {NAME}")
        add_tag(acting_member=owner, customer=other, name=f"indicada por {NAME}")
        add_tag(acting_member=owner, customer=other, name="vip")
    return People(zenobia, merged, other)


def _known(zenobia: Customer) -> None:
    factories.CustomerEmailFactory(customer=zenobia)
    factories.CustomerEmailFactory(customer=zenobia, address=FORMER, is_primary=False)
    factories.CustomerPhoneFactory(customer=zenobia, number=PHONE)
    factories.CustomerDocumentFactory(customer=zenobia, number=DOCUMENT)
    factories.CustomerIdentityFactory(customer=zenobia, external_id="cus_ZQ77")
    CustomerTag.objects.create(customer=zenobia, tag=factories.TagFactory(name="embaixadora"))
    CustomerTag.objects.create(customer=zenobia, tag=factories.TagFactory(name=EMAIL))
    factories.NoteFactory(customer=zenobia, body="zq-note")
    factories.MessageFactory(
        customer=zenobia,
        subject="zq-subject",
        body="zq-message",
        author_name="zq-author",
        url="https://help.example/zq-url",
        external_id="zq-thread",
    )


def _bought(zenobia: Customer) -> None:
    subscription = factories.SubscriptionFactory(
        customer=zenobia, status=SubscriptionStatus.CANCELED, cancel_reason="zq-cancel"
    )
    factories.SubscriptionEventFactory(subscription=subscription, detail={"said": "zq-detail"})
    sale = factories.SaleFactory(
        customer=zenobia,
        product=subscription.product,
        subscription=subscription,
        recurrence_number=1,
        external_id="HP-ZERO",
        buyer_phone=PHONE,
        buyer_document=DOCUMENT,
        coupon=EMAIL,
        utm_campaign="black-friday",
    )
    factories.SaleEventFactory(sale=sale)
    payment = factories.PaymentFactory(
        sale=sale,
        method="credit_card",
        card_brand="zq-card",
        card_last4="4417",
        decline_reason="zq-decline",
        external_id="gw-1",
    )
    factories.RefundFactory(
        sale=sale, payment=payment, amount=1000, reason="zq-reason", failure_reason="zq-reason"
    )
    factories.DisputeFactory(sale=sale, amount=500, reason="zq-reason", status=DisputeStatus.WON)
    factories.AccessGrantFactory(sale=sale, revoke_reason="zq-revoke")
    Finding.objects.create(
        customer=zenobia,
        product=sale.product,
        check_code="stale_pending",
        subject=f"sale:{sale.pk}",
        evidence={"other": "zq-evidence"},
        digest="d",
        dismissed_digest="d",
        dismissed_at=now(),
        dismiss_reason="zq-dismiss",
    )


def _written(zenobia: Customer, owner: Membership) -> None:
    """What is about her without a key that leads to her."""
    record(
        "customer.archived", acting_member=owner, target=zenobia, reason="zq-word", detail={"tag": "zq-tag"}
    )
    view = factories.SavedViewFactory(page="customers", query="q=zenobia+quixada", owner=owner)
    record("view.shared", acting_member=owner, target=factories.SavedViewFactory(name=NAME, owner=owner))
    record("view.shared", acting_member=owner, target=view, reason=f"para {EMAIL}")
    factories.SavedViewFactory(page="customers", name="Todas", query="archived=only", owner=owner)
    make_export(owner, f"reference,name\nHP1,{NAME}\n", number=1)
    make_export(owner, "reference,name\nHP2,Rui Barros\n", number=2)
    factories.ExportFactory(
        requested_by=owner,
        number=3,
        state="canceled",
        query=urlencode({"q": EMAIL}),
        filters=[{"label": "Search", "value": EMAIL}, {"label": "Order", "value": "newest"}],
    )
    # By the local part of her former email alone.
    factories.SavedViewFactory(page="sales", name="Dela", query="q=zen.antiga", owner=owner)
    factories.ExportFactory(
        requested_by=owner,
        number=4,
        state="canceled",
        query="q=zen.antiga",
        filters=[{"label": "Search", "value": "zen.antiga"}],
    )
    for number, text in ((1, f"Name\n{NAME.upper()}\n{EMAIL}\n"), (2, "Name\nRui Barros\n")):
        run = factories.ImportRunFactory(
            started_by=owner, number=number, is_stored=True, state=ImportState.REFUSED
        )
        run.stored_file.parent.mkdir(parents=True, exist_ok=True)
        run.stored_file.write_text(text)
        ImportProblem.objects.create(run=run, line=2, column="Email", value=text, reason="not_an_amount")


def make_export(owner: Membership, text: str, *, number: int, **changes: Any) -> Export:
    """An export that is ready, with its file."""
    export = factories.ExportFactory(requested_by=owner, number=number)
    with writing(Place(export.workspace_id, export.public_id), 1) as file:
        file.write(text.encode())
    values = {
        "state": "ready",
        "attempt": 1,
        "rows_expected": 1,
        "rows_written": 1,
        "sha256": file.sha256,
        "size": file.size,
        "as_of": now(),
        "started_at": now(),
        "finished_at": now(),
        "expires_at": now() + django_settings.EXPORT_KEEP_FOR,
        **changes,
    }
    Export.objects.filter(pk=export.pk).update(**values)
    export.refresh_from_db()
    return export


def stored_runs() -> dict[int, bool]:
    """Which imports still have their file, by their number."""
    return {run.number: run.stored_file.is_file() for run in ImportRun.objects.order_by("number")}
