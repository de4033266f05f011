"""Merging: the act on ten thousand sales, its undo, and the ledger before it."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from django.db import connection, transaction

from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.pages import measure_page
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.workspaces.scope import enter
from customers.merging.locking import check_keys_later, check_keys_now
from customers.merging.services import merge_customers, undo_merge
from customers.models import Customer

SALES: Final = 10_000

_BUY: Final = """
INSERT INTO sale (workspace_id, public_id, customer_id, product_id, offer_type, provider, external_id,
                  reference, status, source_status, method, installments, currency, amount_charged,
                  settlement_currency, buyer_name, buyer_email, buyer_document, buyer_phone, coupon,
                  utm_source, utm_campaign, affiliate, agent, is_test, ordered_at, created_at)
SELECT %(workspace)s, app_uuid7(), %(customer)s, p.id, 'main', 'bench-merge', n::text, n::text,
       'approved', '', 'pix', 1, 'BRL', n, '', '', '', '', '', '', '', '', '', '', false,
       now() - n * interval '1 minute', now()
  FROM generate_series(1, %(sales)s) n,
       (SELECT id FROM product WHERE workspace_id = %(workspace)s ORDER BY id LIMIT 1) p
"""
_PAY: Final = """
INSERT INTO payment (workspace_id, sale_id, customer_id, currency, amount, method, status, installments,
                     card_brand, card_last4, decline_reason, external_id, attempted_at, paid_at)
SELECT workspace_id, id, customer_id, currency, amount_charged, 'pix', 'paid', 1, '', '', '', '', ordered_at,
       ordered_at
  FROM sale WHERE workspace_id = %(workspace)s AND customer_id = %(customer)s
"""


def merge_preview(setting: Setting) -> Iterator[Figure]:
    """The ledger of two records, one with sixty sales and one with twenty thousand."""
    records = "&".join(f"customers={each.public_id}" for each in (setting.sixty, setting.whale))
    yield measure_page(setting, "merge_preview", f"admin/merging/merge/preview/?{records}")


def merge_10k(setting: Setting) -> Iterator[Figure]:
    """A merge of 10,000 paid sales and its undo, keys checked; then everything is rolled back.

    The floor is the two UPDATEs alone, with the triggers that keep the totals and the same checks.
    """
    with enter(setting.workspace.pk):
        survivor, loser = (Customer.objects.create(name="Bench") for _record in range(2))
        _fill(setting, loser)
        floor = _timed_and_undone(lambda: _move(survivor, loser))
        begun = time.perf_counter()
        merge = merge_customers(
            acting_member=setting.membership, survivor=survivor, losers=[loser], reason="bench"
        )
        merged = time.perf_counter()
        undo_merge(acting_member=setting.membership, merge=merge)
        undone = time.perf_counter()
        transaction.set_rollback(True)
    of_floor = "UPDATE of payments and sales with triggers and checks"
    yield Figure(name="merge_10k", value=merged - begun, unit="s", floor=floor, floor_is=of_floor, n=SALES)
    yield Figure(
        name="merge_10k_undo", value=undone - merged, unit="s", floor=floor, floor_is=of_floor, n=SALES
    )


def _fill(setting: Setting, customer: Customer) -> None:
    params = {"workspace": setting.workspace.pk, "customer": customer.pk, "sales": SALES}
    with connection.cursor() as cursor:
        cursor.execute(_BUY, params)
        cursor.execute(_PAY, params)
    check_keys_now()


def _timed_and_undone(act: Callable[[], None]) -> float:
    with transaction.atomic():
        begun = time.perf_counter()
        act()
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return seconds


def _move(survivor: Customer, loser: Customer) -> None:
    check_keys_later()
    with connection.cursor() as cursor:
        for table in ("payment", "sale"):
            cursor.execute(
                f"UPDATE {table} SET customer_id = %s WHERE workspace_id = %s AND customer_id = %s",
                [survivor.pk, loser.workspace_id, loser.pk],
            )
    check_keys_now()
