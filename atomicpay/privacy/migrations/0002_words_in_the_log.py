"""The one way to take words out of the audit log: about a customer who is anonymised in the same transaction."""

from typing import Any

from django.conf import settings
from django.db import migrations

# The values are read here, from the customers' own rows, so that nobody can name words to be taken out. What an
# entry is, when and by whom it was made, and which record it is about, is never touched.
FORGET = r"""
CREATE FUNCTION audit_detail_without_words(detail jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(key, CASE
           WHEN jsonb_typeof(value) IN ('number', 'boolean', 'null') OR key IN ('kind', 'cause', 'page') THEN value
           ELSE '"[…]"' END), '{}')
    FROM jsonb_each(CASE jsonb_typeof(detail) WHEN 'object' THEN detail ELSE '{}' END)
$$;

CREATE FUNCTION audit_forget(ids bigint[]) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); told text; changed bigint;
BEGIN
  SELECT string_agg(regexp_replace(value, '([^[:alnum:][:space:]])', '\\\1', 'g'), '|') INTO told
    FROM (
      SELECT DISTINCT btrim(value) AS value FROM (
        SELECT unnest(ARRAY[name, email, phone, document]) FROM customer WHERE workspace_id = w AND id = ANY (ids)
        UNION ALL SELECT unnest(ARRAY[address, normalised]) FROM customer_email
                   WHERE workspace_id = w AND customer_id = ANY (ids)
        UNION ALL SELECT unnest(ARRAY[number, digits]) FROM customer_phone
                   WHERE workspace_id = w AND customer_id = ANY (ids)
        UNION ALL SELECT unnest(ARRAY[number, normalised]) FROM customer_document
                   WHERE workspace_id = w AND customer_id = ANY (ids)
        UNION ALL SELECT unnest(ARRAY[buyer_name, buyer_email, buyer_document, buyer_phone]) FROM sale
                   WHERE workspace_id = w AND customer_id = ANY (ids)
      ) known (value)
    ) said
   -- A single short word may be anything.
   WHERE length(value) >= 6;
  UPDATE audit_entry e
     SET reason = CASE e.reason WHEN '' THEN '' ELSE '[…]' END,
         target_label = CASE WHEN told IS NOT NULL AND e.target_label ~* told THEN '[…]' ELSE e.target_label END,
         detail = audit_detail_without_words(e.detail)
   WHERE e.workspace_id = w
     AND ((e.target_type = 'customers.customer' AND e.target_id = ANY (ids))
          OR (told IS NOT NULL AND concat_ws(' ', e.target_label, e.reason, e.detail::text) ~* told))
     AND (e.reason <> '' OR e.detail <> audit_detail_without_words(e.detail)
          OR (told IS NOT NULL AND e.target_label ~* told));
  GET DIAGNOSTICS changed = ROW_COUNT;
  INSERT INTO audit_entry (workspace_id, at, action, target_type, target_id, target_label, reason, detail,
                           request_id)
  SELECT w, now(), 'audit.text_erased', 'customers.customer', id, public_id::text, '',
         jsonb_build_object('entries', changed), ''
    FROM customer WHERE workspace_id = w AND id = ANY (ids) ORDER BY id;
  RETURN changed;
END $$;

CREATE FUNCTION audit_only_forgets_the_anonymised() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM customer WHERE workspace_id = NEW.workspace_id AND id = NEW.target_id
                    AND anonymised_at = transaction_timestamp()) THEN
    RAISE EXCEPTION 'The log keeps its words about a customer who is not anonymised with them.'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_only_forgets_the_anonymised AFTER INSERT ON audit_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.action = 'audit.text_erased')
EXECUTE FUNCTION audit_only_forgets_the_anonymised();

-- As exports_due(): the ids of the workspaces with work, and nothing else.
CREATE FUNCTION erasures_due() RETURNS TABLE (workspace_id bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT e.workspace_id FROM public.erasure e
   WHERE e.settled_at IS NULL AND e.at < statement_timestamp() - interval '30 seconds'
   ORDER BY 1
$$;
REVOKE ALL ON FUNCTION audit_detail_without_words(jsonb), audit_forget(bigint[]),
  audit_only_forgets_the_anonymised(), erasures_due() FROM PUBLIC;
"""

DROP = """
DROP FUNCTION erasures_due();
DROP TRIGGER audit_only_forgets_the_anonymised ON audit_entry;
DROP FUNCTION audit_only_forgets_the_anonymised();
DROP FUNCTION audit_forget(bigint[]);
DROP FUNCTION audit_detail_without_words(jsonb);
"""


def grant(apps: Any, schema_editor: Any) -> None:
    _execute(
        schema_editor,
        "GRANT EXECUTE ON FUNCTION audit_forget(bigint[]), erasures_due() TO {role};"
        "REVOKE DELETE ON erasure FROM {role}",
    )


def revoke(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "GRANT DELETE ON erasure TO {role}")


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("privacy", "0001_erasures"),
        ("sales", "0013_new_sale_ends_archive"),
    ]
    operations = [
        migrations.RunSQL(FORGET, DROP),
        migrations.RunPython(grant, revoke),
    ]
