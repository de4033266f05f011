"""A view of everything that happened to a customer, by the rights of who reads it."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

import atomicpay.workspaces.fields

# Each branch has the same columns of the same types and collations, so that PostgreSQL reads the branches as
# parts of one table: with a customer given each is a look-up by an index, and what a query does not ask for is
# not read. The joins of sale_event and payment are outer ones for the same reason: they can be left out.
VIEW = """
CREATE VIEW timeline_entry WITH (security_invoker = true) AS
-- a purchase
SELECT ((10::bigint << 56) + r.id) AS id, r.workspace_id, 10 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.ordered_at AS at, 'sale'::text COLLATE "C" AS kind, 'ordered'::text COLLATE "C" AS step,
       false AS is_of_customer, r.product_id AS product_id, r.id AS sale_id, r.subscription_id AS subscription_id,
       NULL::bigint AS member_id, (r.provider)::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       (r.status)::text COLLATE "C" AS status, (r.method)::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       r.amount_charged AS amount, (r.currency)::text COLLATE "C" AS currency, ''::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal,
       r.is_test AS is_test
  FROM sale r
UNION ALL
-- a change of its state
SELECT ((12::bigint << 56) + r.id) AS id, r.workspace_id, 12 AS branch, s.customer_id AS customer_id,
       r.id AS record_id, r.occurred_at AS at, 'sale_status'::text COLLATE "C" AS kind,
       'changed'::text COLLATE "C" AS step, false AS is_of_customer, s.product_id AS product_id, r.sale_id AS sale_id,
       s.subscription_id AS subscription_id, NULL::bigint AS member_id, (r.source)::text COLLATE "C" AS source,
       (r.from_status)::text COLLATE "C" AS status_before, (r.to_status)::text COLLATE "C" AS status,
       ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card, NULL::bigint AS amount,
       ''::text COLLATE "C" AS currency, (r.source_status)::text COLLATE "C" AS title, ''::text COLLATE "C" AS body,
       ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, r.is_illegal AS is_illegal, s.is_test AS is_test
  FROM sale_event r
  LEFT JOIN sale s ON s.workspace_id = r.workspace_id AND s.id = r.sale_id
UNION ALL
-- an attempt to pay
SELECT ((14::bigint << 56) + r.id) AS id, r.workspace_id, 14 AS branch, s.customer_id AS customer_id,
       r.id AS record_id, r.attempted_at AS at, 'payment'::text COLLATE "C" AS kind,
       'attempted'::text COLLATE "C" AS step, false AS is_of_customer, s.product_id AS product_id,
       r.sale_id AS sale_id, s.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (s.provider)::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       (r.status)::text COLLATE "C" AS status, (r.method)::text COLLATE "C" AS method,
       (r.card_brand || ' ' || r.card_last4)::text COLLATE "C" AS card, r.amount AS amount,
       (r.currency)::text COLLATE "C" AS currency, ''::text COLLATE "C" AS title, ''::text COLLATE "C" AS body,
       (r.decline_reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal,
       s.is_test AS is_test
  FROM payment r
  LEFT JOIN sale s ON s.workspace_id = r.workspace_id AND s.id = r.sale_id
UNION ALL
-- what happened to a subscription
SELECT ((20::bigint << 56) + r.id) AS id, r.workspace_id, 20 AS branch, s.customer_id AS customer_id,
       r.id AS record_id, r.occurred_at AS at, 'subscription'::text COLLATE "C" AS kind,
       (r.kind)::text COLLATE "C" AS step, false AS is_of_customer, s.product_id AS product_id,
       NULL::bigint AS sale_id, r.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (r.source)::text COLLATE "C" AS source, (r.from_status)::text COLLATE "C" AS status_before,
       (r.to_status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       (CASE WHEN r.kind IN ('canceled', 'cancellation_scheduled') THEN s.canceled_by ELSE '' END)::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body,
       (CASE WHEN r.kind IN ('canceled', 'cancellation_scheduled') THEN s.cancel_reason ELSE '' END)::text COLLATE "C" AS reason,
       ''::text COLLATE "C" AS url, r.is_illegal AS is_illegal, false AS is_test
  FROM subscription_event r
  JOIN subscription s ON s.workspace_id = r.workspace_id AND s.id = r.subscription_id
UNION ALL
-- access: granted
SELECT ((30::bigint << 56) + r.id) AS id, r.workspace_id, 30 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.granted_at AS at, 'access'::text COLLATE "C" AS kind, 'granted'::text COLLATE "C" AS step,
       false AS is_of_customer, r.product_id AS product_id, r.sale_id AS sale_id,
       r.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (CASE WHEN r.is_manual THEN 'manual' ELSE r.source END)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, (r.status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       ''::text COLLATE "C" AS title, ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason,
       ''::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM access_grant r
 WHERE r.granted_at IS NOT NULL
UNION ALL
-- access: first access
SELECT ((31::bigint << 56) + r.id) AS id, r.workspace_id, 31 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.first_access_at AS at, 'access'::text COLLATE "C" AS kind,
       'first_access'::text COLLATE "C" AS step, false AS is_of_customer, r.product_id AS product_id,
       r.sale_id AS sale_id, r.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (CASE WHEN r.is_manual THEN 'manual' ELSE r.source END)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, (r.status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       ''::text COLLATE "C" AS title, ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason,
       ''::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM access_grant r
 WHERE r.first_access_at IS NOT NULL
UNION ALL
-- access: expired
SELECT ((32::bigint << 56) + r.id) AS id, r.workspace_id, 32 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.expires_at AS at, 'access'::text COLLATE "C" AS kind, 'expired'::text COLLATE "C" AS step,
       false AS is_of_customer, r.product_id AS product_id, r.sale_id AS sale_id,
       r.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (CASE WHEN r.is_manual THEN 'manual' ELSE r.source END)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, (r.status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       ''::text COLLATE "C" AS title, ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason,
       ''::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM access_grant r
 WHERE r.expires_at <= now() AND (r.revoked_at IS NULL OR r.revoked_at > r.expires_at)
UNION ALL
-- access: revoked
SELECT ((33::bigint << 56) + r.id) AS id, r.workspace_id, 33 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.revoked_at AS at, 'access'::text COLLATE "C" AS kind, 'revoked'::text COLLATE "C" AS step,
       false AS is_of_customer, r.product_id AS product_id, r.sale_id AS sale_id,
       r.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (CASE WHEN r.is_manual THEN 'manual' ELSE r.source END)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, (r.status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       ''::text COLLATE "C" AS title, ''::text COLLATE "C" AS body, (r.revoke_reason)::text COLLATE "C" AS reason,
       ''::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM access_grant r
 WHERE r.revoked_at IS NOT NULL
UNION ALL
-- a refund is requested
SELECT ((40::bigint << 56) + r.id) AS id, r.workspace_id, 40 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.requested_at AS at, 'refund'::text COLLATE "C" AS kind,
       'requested'::text COLLATE "C" AS step, false AS is_of_customer, s.product_id AS product_id,
       r.sale_id AS sale_id, s.subscription_id AS subscription_id, NULL::bigint AS member_id,
       (r.provider)::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       (CASE WHEN r.completed_at IS NULL THEN r.status ELSE 'pending' END)::text COLLATE "C" AS status,
       ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card, r.amount AS amount,
       (r.currency)::text COLLATE "C" AS currency, ''::text COLLATE "C" AS title,
       (CASE WHEN r.completed_at IS NULL THEN r.failure_reason ELSE '' END)::text COLLATE "C" AS body,
       (r.reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal, r.is_test AS is_test
  FROM refund r
  LEFT JOIN sale s ON s.workspace_id = r.workspace_id AND s.id = r.sale_id
UNION ALL
-- a refund is ended
SELECT ((41::bigint << 56) + r.id) AS id, r.workspace_id, 41 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.completed_at AS at, 'refund'::text COLLATE "C" AS kind, 'ended'::text COLLATE "C" AS step,
       false AS is_of_customer, s.product_id AS product_id, r.sale_id AS sale_id,
       s.subscription_id AS subscription_id, NULL::bigint AS member_id, (r.provider)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, (r.status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, r.amount AS amount, (r.currency)::text COLLATE "C" AS currency,
       ''::text COLLATE "C" AS title, (r.failure_reason)::text COLLATE "C" AS body,
       (r.reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal, r.is_test AS is_test
  FROM refund r
  LEFT JOIN sale s ON s.workspace_id = r.workspace_id AND s.id = r.sale_id
 WHERE r.completed_at IS NOT NULL
UNION ALL
-- a dispute is opened
SELECT ((44::bigint << 56) + r.id) AS id, r.workspace_id, 44 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.opened_at AS at, 'dispute'::text COLLATE "C" AS kind, 'opened'::text COLLATE "C" AS step,
       false AS is_of_customer, s.product_id AS product_id, r.sale_id AS sale_id,
       s.subscription_id AS subscription_id, NULL::bigint AS member_id, (r.provider)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before,
       (CASE WHEN r.closed_at IS NULL THEN r.status ELSE 'open' END)::text COLLATE "C" AS status,
       ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card, r.amount AS amount,
       (r.currency)::text COLLATE "C" AS currency, (r.kind)::text COLLATE "C" AS title, ''::text COLLATE "C" AS body,
       (r.reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal, r.is_test AS is_test
  FROM dispute r
  JOIN sale s ON s.workspace_id = r.workspace_id AND s.id = r.sale_id
UNION ALL
-- a dispute is closed
SELECT ((45::bigint << 56) + r.id) AS id, r.workspace_id, 45 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.closed_at AS at, 'dispute'::text COLLATE "C" AS kind, 'closed'::text COLLATE "C" AS step,
       false AS is_of_customer, s.product_id AS product_id, r.sale_id AS sale_id,
       s.subscription_id AS subscription_id, NULL::bigint AS member_id, (r.provider)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, (r.status)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, r.amount AS amount, (r.currency)::text COLLATE "C" AS currency,
       (r.kind)::text COLLATE "C" AS title, ''::text COLLATE "C" AS body, (r.reason)::text COLLATE "C" AS reason,
       ''::text COLLATE "C" AS url, false AS is_illegal, r.is_test AS is_test
  FROM dispute r
  JOIN sale s ON s.workspace_id = r.workspace_id AND s.id = r.sale_id
 WHERE r.closed_at IS NOT NULL
UNION ALL
-- what was said
SELECT ((50::bigint << 56) + r.id) AS id, r.workspace_id, 50 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.sent_at AS at, 'message'::text COLLATE "C" AS kind,
       (r.direction)::text COLLATE "C" AS step, true AS is_of_customer, NULL::bigint AS product_id,
       NULL::bigint AS sale_id, NULL::bigint AS subscription_id, r.author_id AS member_id,
       (CASE WHEN r.author_name = '' THEN r.provider ELSE r.author_name END)::text COLLATE "C" AS source,
       ''::text COLLATE "C" AS status_before, ''::text COLLATE "C" AS status, (r.channel)::text COLLATE "C" AS method,
       ''::text COLLATE "C" AS card, NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       (r.subject)::text COLLATE "C" AS title, (r.body)::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason,
       (r.url)::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM message r
UNION ALL
-- a note
SELECT ((60::bigint << 56) + r.id) AS id, r.workspace_id, 60 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.created_at AS at, 'note'::text COLLATE "C" AS kind, 'written'::text COLLATE "C" AS step,
       true AS is_of_customer, NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       r.author_id AS member_id, ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       ''::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency, ''::text COLLATE "C" AS title,
       (r.body)::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url,
       false AS is_illegal, false AS is_test
  FROM note r
UNION ALL
-- a tag that is on
SELECT ((62::bigint << 56) + r.id) AS id, r.workspace_id, 62 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.added_at AS at, 'tag'::text COLLATE "C" AS kind, 'on'::text COLLATE "C" AS step,
       true AS is_of_customer, NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       r.added_by_id AS member_id, ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       ''::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency, (s.name)::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal,
       false AS is_test
  FROM customer_tag r
  JOIN tag s ON s.workspace_id = r.workspace_id AND s.id = r.tag_id
UNION ALL
-- an email after the first
SELECT ((64::bigint << 56) + r.id) AS id, r.workspace_id, 64 AS branch, r.customer_id AS customer_id,
       r.id AS record_id, r.first_seen_at AS at, 'email'::text COLLATE "C" AS kind,
       (CASE WHEN r.is_primary THEN 'main' ELSE 'other' END)::text COLLATE "C" AS step, true AS is_of_customer,
       NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       NULL::bigint AS member_id, (r.source)::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       ''::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency, (r.address)::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal,
       false AS is_test
  FROM customer_email r
 WHERE EXISTS (SELECT 1 FROM customer_email f WHERE f.workspace_id = r.workspace_id
               AND f.customer_id = r.customer_id AND (f.first_seen_at, f.id) < (r.first_seen_at, r.id))
UNION ALL
-- the archiving that holds
SELECT ((70::bigint << 56) + r.id) AS id, r.workspace_id, 70 AS branch, r.id AS customer_id, r.id AS record_id,
       r.archived_at AS at, 'record'::text COLLATE "C" AS kind, 'archived'::text COLLATE "C" AS step,
       true AS is_of_customer, NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       r.archived_by_id AS member_id, ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       ''::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency, ''::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body, (r.archive_reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url,
       false AS is_illegal, false AS is_test
  FROM customer r
 WHERE r.archived_at IS NOT NULL
UNION ALL
-- a merge into this customer
SELECT ((72::bigint << 56) + r.id) AS id, r.workspace_id, 72 AS branch, r.merged_into_id AS customer_id,
       r.id AS record_id, r.merged_at AS at, 'record'::text COLLATE "C" AS kind, 'merged'::text COLLATE "C" AS step,
       true AS is_of_customer, NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       NULL::bigint AS member_id, ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       ''::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       (CASE WHEN r.name = '' THEN r.email ELSE r.name END)::text COLLATE "C" AS title, ''::text COLLATE "C" AS body,
       ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM customer r
 WHERE r.merged_into_id IS NOT NULL
UNION ALL
-- an act about the customer that has no row of its own above
SELECT ((80::bigint << 56) + r.id) AS id, r.workspace_id, 80 AS branch, r.target_id AS customer_id, r.id AS record_id,
       r.at AS at, 'act'::text COLLATE "C" AS kind, (r.action)::text COLLATE "C" AS step, false AS is_of_customer,
       NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id, r.actor_id AS member_id,
       ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before, ''::text COLLATE "C" AS status,
       ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card, NULL::bigint AS amount,
       ''::text COLLATE "C" AS currency, (coalesce(r.detail ->> 'tag', ''))::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body, (r.reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url,
       false AS is_illegal, false AS is_test
  FROM audit_entry r
 WHERE r.target_type = 'customers.customer' AND r.action <> 'customer.note_added'
   AND NOT (r.action = 'customer.tag_added' AND EXISTS (
         SELECT 1 FROM customer_tag o JOIN tag g ON g.workspace_id = o.workspace_id AND g.id = o.tag_id
          WHERE o.workspace_id = r.workspace_id AND o.customer_id = r.target_id
            AND g.name = r.detail ->> 'tag' AND o.added_at <= r.at))
   AND NOT (r.action = 'customer.archived' AND EXISTS (
         SELECT 1 FROM customer c
          WHERE c.workspace_id = r.workspace_id AND c.id = r.target_id AND c.archived_at <= r.at))
UNION ALL
-- an act about a customer that was merged into this one
SELECT ((81::bigint << 56) + r.id) AS id, r.workspace_id, 81 AS branch, m.merged_into_id AS customer_id,
       r.id AS record_id, r.at AS at, 'act'::text COLLATE "C" AS kind, (r.action)::text COLLATE "C" AS step,
       false AS is_of_customer, NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       r.actor_id AS member_id, ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       ''::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency,
       (coalesce(r.detail ->> 'tag', ''))::text COLLATE "C" AS title, ''::text COLLATE "C" AS body,
       (r.reason)::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal, false AS is_test
  FROM audit_entry r
  JOIN customer m ON m.workspace_id = r.workspace_id AND m.id = r.target_id
 WHERE r.target_type = 'customers.customer' AND r.action <> 'customer.note_added' AND m.merged_into_id IS NOT NULL
UNION ALL
-- a file of this very timeline
SELECT ((84::bigint << 56) + r.id) AS id, r.workspace_id, 84 AS branch, c.id AS customer_id, r.id AS record_id,
       r.requested_at AS at, 'export'::text COLLATE "C" AS kind, 'timeline'::text COLLATE "C" AS step,
       false AS is_of_customer, NULL::bigint AS product_id, NULL::bigint AS sale_id, NULL::bigint AS subscription_id,
       r.requested_by_id AS member_id, ''::text COLLATE "C" AS source, ''::text COLLATE "C" AS status_before,
       (r.state)::text COLLATE "C" AS status, ''::text COLLATE "C" AS method, ''::text COLLATE "C" AS card,
       NULL::bigint AS amount, ''::text COLLATE "C" AS currency, ''::text COLLATE "C" AS title,
       ''::text COLLATE "C" AS body, ''::text COLLATE "C" AS reason, ''::text COLLATE "C" AS url, false AS is_illegal,
       false AS is_test
  FROM export r
  JOIN customer c ON c.workspace_id = r.workspace_id
       AND split_part(r.query, '&', 1) = 'customer=' || c.public_id
 WHERE r.page = 'timeline'
"""


def let_read(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"REVOKE ALL ON timeline_entry FROM {role}", params=None)
    schema_editor.execute(f"GRANT SELECT ON timeline_entry TO {role}", params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("workspaces", "0005_columns_of_a_member_and_right_to_share"),
        ("audit", "0002_append_only"),
        ("catalog", "0003_analyze_few_products"),
        ("customers", "0008_counts_less_the_hidden"),
        ("subscriptions", "0003_orders_and_filters_of_the_list"),
        ("sales", "0011_indexes_and_counts_of_lists"),
        ("exports", "0002_find_due_exports"),
    ]
    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW timeline_entry"),
        migrations.RunPython(let_read, migrations.RunPython.noop),
        migrations.CreateModel(
            name="TimelineEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.BigIntegerField(verbose_name="customer")),
                ("branch", models.SmallIntegerField()),
                ("record_id", models.BigIntegerField()),
                ("at", models.DateTimeField(verbose_name="when")),
                ("kind", atomicpay.workspaces.fields.CodeField(verbose_name="kind")),
                ("step", atomicpay.workspaces.fields.CodeField(verbose_name="what")),
                ("is_of_customer", models.BooleanField()),
                ("source", atomicpay.workspaces.fields.CodeField(verbose_name="source")),
                ("status_before", atomicpay.workspaces.fields.CodeField(verbose_name="from")),
                ("status", atomicpay.workspaces.fields.CodeField(verbose_name="status")),
                ("method", atomicpay.workspaces.fields.CodeField(verbose_name="method")),
                ("card", atomicpay.workspaces.fields.CodeField()),
                ("amount", atomicpay.workspaces.fields.MinorUnitsField(null=True, verbose_name="amount")),
                ("currency", atomicpay.workspaces.fields.CurrencyField(verbose_name="currency")),
                ("title", atomicpay.workspaces.fields.CodeField()),
                ("body", atomicpay.workspaces.fields.CodeField()),
                ("reason", atomicpay.workspaces.fields.CodeField(verbose_name="reason")),
                ("url", atomicpay.workspaces.fields.CodeField()),
                ("is_illegal", models.BooleanField()),
                ("is_test", models.BooleanField(verbose_name="test")),
            ],
            options={
                "verbose_name": "timeline entry",
                "verbose_name_plural": "timeline",
                "db_table": "timeline_entry",
                "abstract": False,
                "managed": False,
                "base_manager_name": "objects",
            },
        ),
    ]
