"""The sales of large books with their subscriptions, payments, refunds and disputes, as statements."""

from atomicpay.devstack.seeding.mass.rows import insert
from sales.models import AccessGrant, Dispute, Payment, Refund, Sale, SaleEvent
from subscriptions.models import Subscription, SubscriptionEvent

# Who makes sale i, and when. The two who stand out make none but their first and those of their own.
DRAWN = """
CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
SELECT i, k, at, k %% 4 = 1 AND (i %% 6 = 1 OR pg_temp.chance(i, 21) < 0.6) AS is_charge FROM (
  SELECT i, CASE WHEN i %% 6 = 1 THEN (i - 1) / 6 + 1
                 ELSE other - (other IN (%(whale)s, %(sixty)s))::int END AS k,
         %(start)s::timestamptz + i * %(gap)s * interval '1 second' AS at
    FROM (SELECT i, 1 + floor(((i - 1) / 6 + 1) * pg_temp.chance(i, 20))::bigint AS other
            FROM generate_series(1::bigint, %(sales)s) i) numbered
  UNION ALL
  SELECT %(sales)s + number, k, born + number * (%(as_of)s::timestamptz - born) / (%(whale_sales)s + 1)
    FROM person, generate_series(1, %(whale_sales)s - 1) number WHERE k = %(whale)s
  UNION ALL
  SELECT %(sales)s + %(whale_sales)s - 1 + number, k, born + number * (%(as_of)s::timestamptz - born) / 61
    FROM person, generate_series(1, 59) number WHERE k = %(sixty)s
) made
"""

CHARGES = """
CREATE TEMPORARY TABLE charge ON COMMIT DROP AS
SELECT i, k, row_number() OVER (PARTITION BY k ORDER BY at, i) AS number FROM drawn WHERE is_charge
"""

_SUBSCRIBERS = """(
  SELECT k, born, charges, status, left_at, 1 + floor(cardinality(%(recurring_plans)s::bigint[])
                                                      * power(pg_temp.chance(k, 11), 1.5))::int AS p
    FROM person JOIN (SELECT k, count(*) AS charges FROM charge GROUP BY k) charged USING (k),
         LATERAL (SELECT pg_temp.chance(k, 12) AS fate) a,
         LATERAL (SELECT CASE WHEN fate < 0.55 THEN 'active' WHEN fate < 0.77 THEN 'canceled'
                              WHEN fate < 0.92 THEN 'expired' WHEN fate < 0.98 THEN 'past_due'
                              ELSE 'paused' END AS status,
                         born + (%(as_of)s::timestamptz - born) * pg_temp.chance(k, 13) AS left_at) b
   ORDER BY k
) subscribers"""
_ENDED = "status IN ('canceled', 'expired')"


def subscriptions() -> dict[str, str]:
    """One subscription for each customer with charges, and the two events that every one of them has."""
    number = "%(subscription0)s + (k - 1) / 4 + 1"
    columns = {
        "id": number,
        "workspace_id": "%(workspace)s",
        "public_id": "pg_temp.identity('subscription', k, born)",
        "customer_id": "%(customer0)s + k",
        "product_id": "(%(recurring_products)s::bigint[])[p]",
        "plan_id": "(%(recurring_plans)s::bigint[])[p]",
        "provider": "'hotmart'",
        "external_id": "'SUB' || k",
        "status": "status",
        "started_at": "born",
        "current_period_start": "born",
        "current_period_end": "%(as_of)s::timestamptz + interval '30 days' * pg_temp.chance(k, 14)",
        "next_charge_at": "CASE WHEN status IN ('active', 'past_due')"
        " THEN %(as_of)s::timestamptz + interval '30 days' * pg_temp.chance(k, 14) END",
        "canceled_at": f"CASE WHEN {_ENDED} THEN left_at END",
        "ended_at": "CASE WHEN status = 'expired' THEN left_at END",
        "cancel_reason": f"CASE WHEN {_ENDED} THEN 'sem tempo agora' ELSE '' END",
        "canceled_by": f"CASE WHEN {_ENDED} THEN 'customer' ELSE '' END",
        "charges_count": "charges",
        "unpaid_count": "(status = 'past_due')::int",
        "amount": "4990",
        "currency": "'BRL'",
    }
    event = {"workspace_id": "%(workspace)s", "subscription_id": number, "source": "'hotmart'"}
    begun = event | {"kind": "'created'", "to_status": "'active'", "occurred_at": "born"}
    left = event | {
        "kind": "'canceled'",
        "from_status": "'active'",
        "to_status": "'canceled'",
        "occurred_at": "left_at",
    }
    return {
        "subscriptions": insert(Subscription, columns, _SUBSCRIBERS, at="born"),
        "subscription events": insert(SubscriptionEvent, begun, _SUBSCRIBERS, at="born"),
        "cancellations": insert(
            SubscriptionEvent, left, f"{_SUBSCRIBERS} WHERE {_ENDED}".replace("ORDER BY k", ""), at="left_at"
        ),
    }


# Which sales one statement writes: those from %(low)s on until before %(high)s.
_SOLD = """(
  SELECT d.i, d.k, d.at, c.number, person.name, person.email, person.cpf, person.phone,
         1 + floor(cardinality(%(products)s::bigint[]) * power(pg_temp.chance(d.i, 22), 1.5))::int AS p,
         1 + floor(cardinality(%(recurring_plans)s::bigint[])
                   * power(pg_temp.chance(d.k, 11), 1.5))::int AS r,
         CASE WHEN fate < 0.45 THEN 'approved' WHEN fate < 0.80 THEN 'completed'
              WHEN fate < 0.885 THEN 'declined'
              WHEN fate < 0.93 THEN 'expired' WHEN fate < 0.96 THEN 'refunded'
              WHEN fate < 0.965 THEN 'chargeback'
              WHEN fate < 0.97 THEN 'disputed' WHEN fate < 0.98 THEN 'partially_refunded'
              WHEN fate < 0.985 THEN 'refund_requested' WHEN fate < 0.99 THEN 'canceled'
              ELSE 'pending' END AS status,
         CASE WHEN c.number IS NOT NULL THEN 'credit_card' ELSE (ARRAY['pix', 'credit_card', 'boleto'])
              [1 + floor(3 * power(pg_temp.chance(d.i, 24), 2))::int] END AS method,
         CASE WHEN c.number IS NOT NULL THEN 'BRL' ELSE (ARRAY['BRL', 'USD', 'EUR'])
              [1 + (pg_temp.chance(d.i, 25) > 0.9)::int + (pg_temp.chance(d.i, 25) > 0.98)::int]
         END AS currency,
         CASE WHEN c.number IS NOT NULL THEN 4990
              ELSE 990 + floor(50000 * power(pg_temp.chance(d.i, 26), 2))::bigint END AS amount
    FROM drawn d JOIN person USING (k) LEFT JOIN charge c USING (i),
         LATERAL (SELECT pg_temp.chance(d.i, 23) AS fate) a
   WHERE d.i >= %(low)s AND d.i < %(high)s
) sold"""

_UNPAID = "status IN ('declined', 'expired', 'canceled', 'pending')"


def sales() -> str:
    """Insert the sales from %(low)s until before %(high)s."""
    is_charge = "number IS NOT NULL"
    columns = {
        "id": "%(sale0)s + i",
        "workspace_id": "%(workspace)s",
        "public_id": "pg_temp.identity('sale', i, at)",
        "customer_id": "%(customer0)s + k",
        "product_id": f"CASE WHEN {is_charge} THEN (%(recurring_products)s::bigint[])[r]"
        " ELSE (%(products)s::bigint[])[p] END",
        "plan_id": f"CASE WHEN {is_charge} THEN (%(recurring_plans)s::bigint[])[r]"
        " ELSE (%(plans)s::bigint[])[p] END",
        "subscription_id": f"CASE WHEN {is_charge} THEN %(subscription0)s + (k - 1) / 4 + 1 END",
        "recurrence_number": "number",
        "provider": "'hotmart'",
        "external_id": "'HP' || i",
        "reference": "'S-' || lpad(i::text, 8, '0')",
        "status": "status",
        "source_status": "upper(status)",
        "method": "method",
        "currency": "currency",
        "amount_charged": "amount",
        "amount_list": "amount",
        "amount_fee": "amount * 499 / 10000",
        "amount_net": "amount - amount * 499 / 10000",
        "buyer_name": "name",
        "buyer_email": "email",
        "buyer_document": "coalesce(cpf, '')",
        "buyer_phone": "coalesce('+' || phone, '')",
        "is_test": "pg_temp.chance(i, 27) < 0.002 AND k NOT IN (%(whale)s, %(sixty)s)",
        "ordered_at": "at",
        "approved_at": f"CASE WHEN NOT {_UNPAID} THEN at + interval '3 minutes' END",
        "completed_at": "CASE WHEN status = 'completed' THEN at + interval '7 days' END",
    }
    return insert(Sale, columns, _SOLD, at="at")


_OF_SALE = {
    "workspace_id": "workspace_id",
    "sale_id": "id",
    "customer_id": "customer_id",
    "currency": "currency",
}
_WRITTEN = (
    "sale WHERE workspace_id = %(workspace)s AND id >= %(sale0)s + %(low)s AND id < %(sale0)s + %(high)s"
)


def payments() -> str:
    """One attempt for each sale from %(low)s until before %(high)s."""
    card, number = "method = 'credit_card'", "(customer_id - %(customer0)s)"
    columns = _OF_SALE | {
        "amount": "amount_charged",
        "method": "method",
        "status": "CASE WHEN status = 'declined' THEN 'failed'"
        " WHEN status IN ('expired', 'canceled', 'pending') THEN status ELSE 'paid' END",
        "card_brand": f"CASE WHEN {card}"
        f" THEN (ARRAY['visa', 'mastercard', 'elo'])[1 + {number} %% 3] ELSE '' END",
        "card_last4": f"CASE WHEN {card} THEN lpad(({number} * 7919 %% 10000)::text, 4, '0') ELSE '' END",
        "decline_reason": "CASE WHEN status = 'declined' THEN 'insufficient_funds' ELSE '' END",
        "external_id": "'PAY' || id - %(sale0)s",
        "attempted_at": "ordered_at",
        "paid_at": "approved_at",
    }
    return insert(Payment, columns, _WRITTEN, at="ordered_at")


def reversals() -> dict[str, str]:
    """The refunds and disputes of the sales from %(low)s until before %(high)s."""
    back = "LEAST(ordered_at + interval '3 days', %(as_of)s::timestamptz)"
    refunds = _OF_SALE | {
        "amount": "CASE status WHEN 'partially_refunded' THEN amount_charged / 2 ELSE amount_charged END",
        "status": "CASE status WHEN 'refund_requested' THEN 'pending' ELSE 'succeeded' END",
        "reason": "'requested_by_customer'",
        "provider": "'hotmart'",
        "external_id": "'RF' || id - %(sale0)s",
        "is_test": "is_test",
        "requested_at": back,
        "completed_at": f"CASE WHEN status <> 'refund_requested' THEN {back} END",
    }
    disputes = _OF_SALE | {
        "amount": "amount_charged",
        "kind": "CASE method WHEN 'pix' THEN 'pix_med' ELSE 'card_chargeback' END",
        "status": "CASE status WHEN 'disputed' THEN 'open' ELSE 'lost' END",
        "reason": "'unrecognized'",
        "provider": "'hotmart'",
        "external_id": "'DP' || id - %(sale0)s",
        "is_test": "is_test",
        "opened_at": back,
    }
    refunded = "('refunded', 'partially_refunded', 'refund_requested')"
    return {
        "refunds": insert(Refund, refunds, f"{_WRITTEN} AND status IN {refunded}", at="ordered_at"),
        "disputes": insert(
            Dispute, disputes, f"{_WRITTEN} AND status IN ('disputed', 'chargeback')", at="ordered_at"
        ),
    }


def details_of_outstanding() -> dict[str, str]:
    """What only the two measured customers have: the events of their sales, and their access."""
    theirs = (
        "sale WHERE workspace_id = %(workspace)s AND customer_id IN"
        " (%(customer0)s + %(whale)s, %(customer0)s + %(sixty)s)"
    )
    event = {
        "workspace_id": "workspace_id",
        "sale_id": "id",
        "to_status": "status",
        "source_status": "source_status",
        "occurred_at": "coalesce(approved_at, ordered_at)",
        "source": "'hotmart'",
    }
    grant = {
        "workspace_id": "workspace_id",
        "sale_id": "id",
        "customer_id": "customer_id",
        "product_id": "product_id",
        "status": "'granted'",
        "granted_at": "approved_at",
    }
    return {
        "sale events": insert(SaleEvent, event, theirs, at="ordered_at"),
        "access": insert(AccessGrant, grant, f"{theirs} AND approved_at IS NOT NULL", at="ordered_at"),
    }
