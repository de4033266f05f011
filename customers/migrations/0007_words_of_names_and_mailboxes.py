"""The words of names that a mistyped one is compared with, and the mailbox that an email reaches."""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import atomicpay.workspaces.constraints
import atomicpay.workspaces.fields
import atomicpay.workspaces.scope
import atomicpay.workspaces.triggers

# Without a +tag, which mail servers that know it leave out; at Gmail without dots and by its one name. What is
# no address, or would have nothing before the @, stays as it is. customers/search_text.py says the same.
EMAIL_KEY = r"""
CREATE FUNCTION app_email_key(email text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE
    WHEN email !~ '^[^@+]*[^@+.][^@+]*(\+[^@]*)?@[^@]+$' THEN email
    WHEN split_part(email, '@', 2) IN ('gmail.com', 'googlemail.com')
      THEN replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@gmail.com'
    ELSE split_part(split_part(email, '@', 1), '+', 1) || '@' || split_part(email, '@', 2)
  END
$$;
REVOKE ALL ON FUNCTION app_email_key(text) FROM PUBLIC;
"""
DROP_EMAIL_KEY = "DROP FUNCTION app_email_key(text);"

# The ids of emails that may be one slip of the finger away. A slip spoils the domain, or one half of what
# stands before the @, and leaves the others whole: so they are looked up by those. As the owner, because the
# functions compared with are not leakproof. Each part gives few and reads not many; the caller measures.
NEAR_EMAILS = r"""
CREATE FUNCTION search_near_emails(email text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SECURITY DEFINER ROWS 50 COST 1000 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  w bigint := app_workspace();
  before text := split_part(email, '@', 1);
  domain text := '@' || split_part(email, '@', 2);
  half int := length(before) / 2;
  first_half text := left(before, half);
  turned text := reverse(substr(before, half + 1) || domain);
  -- Two neighbours exchanged where the halves meet spoil both.
  exchanged text := left(before, half - 1) || substr(before, half + 1, 1) || substr(before, half, 1)
                 || substr(before, half + 2) || domain;
  after_all text := U&'\+10FFFF';
BEGIN
  IF length(before) < 3 OR length(domain) < 4 THEN RETURN; END IF;
  RETURN QUERY SELECT id FROM customer_email
    WHERE workspace_id = w AND normalised >= before || '@' AND normalised < before || 'A'
    ORDER BY normalised LIMIT 100;
  RETURN QUERY SELECT id FROM (
      SELECT id, normalised FROM customer_email
       WHERE workspace_id = w AND normalised >= first_half AND normalised < first_half || after_all
       ORDER BY normalised LIMIT 20000) begun
    WHERE right(begun.normalised, length(domain)) = domain
      AND abs(length(begun.normalised) - length(email)) <= 1 LIMIT 1000;
  RETURN QUERY SELECT id FROM customer_email
    WHERE workspace_id = w AND reverse(normalised) >= turned AND reverse(normalised) < turned || after_all
      AND abs(length(normalised) - length(email)) <= 1 LIMIT 1000;
  RETURN QUERY SELECT id FROM customer_email WHERE workspace_id = w AND normalised = exchanged LIMIT 100;
END $$;
REVOKE ALL ON FUNCTION search_near_emails(text) FROM PUBLIC;
"""
DROP_NEAR_EMAILS = "DROP FUNCTION search_near_emails(text);"

WORDS_SO_FAR = """
INSERT INTO name_word (workspace_id, word)
SELECT DISTINCT c.workspace_id, w.word COLLATE "C"
  FROM customer c, string_to_table(translate(c.name_sort, '.,;:()"''/-', '          '), ' ') w(word)
 WHERE length(w.word) BETWEEN 3 AND 40;
"""


def grant_email_key(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "GRANT EXECUTE ON FUNCTION app_email_key(text) TO {role}")


def grant_near_emails(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "GRANT EXECUTE ON FUNCTION search_near_emails(text) TO {role}")


def make_read_only(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "REVOKE INSERT, UPDATE, DELETE ON name_word FROM {role}")


def make_writable(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "GRANT INSERT, UPDATE, DELETE ON name_word TO {role}")


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_contacts_by_key"),
        ("workspaces", "0003_first_invitation_and_settings_permission"),
    ]
    operations = [
        migrations.RunSQL(EMAIL_KEY, DROP_EMAIL_KEY),
        migrations.RunPython(grant_email_key, migrations.RunPython.noop),
        migrations.CreateModel(
            name="NameWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=atomicpay.workspaces.scope.active_workspace_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
                ("word", atomicpay.workspaces.fields.CodeField()),
                (
                    "reversed_word",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Reverse("word"),
                        output_field=atomicpay.workspaces.fields.CodeField(),
                    ),
                ),
            ],
            options={
                "db_table": "name_word",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="customeremail",
            name="mailbox",
            field=models.GeneratedField(
                db_persist=True,
                expression=atomicpay.workspaces.fields.EmailKey("normalised"),
                output_field=atomicpay.workspaces.fields.CodeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="customeremail",
            index=models.Index(fields=["workspace", "mailbox"], name="customer_email_mailbox_i"),
        ),
        migrations.AddIndex(
            model_name="customeremail",
            index=models.Index(
                models.F("workspace"),
                django.db.models.functions.text.Reverse("normalised"),
                name="customer_email_reversed_i",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customer",
            trigger=pgtrigger.compiler.Trigger(
                name="words_ins",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="\nINSERT INTO name_word (workspace_id, word)\nSELECT found.workspace_id, found.word\n  FROM (SELECT DISTINCT n.workspace_id, w.word COLLATE \"C\" AS word\n          FROM (TABLE new_rows) n, string_to_table(translate(n.name_sort, '.,;:()\"''/-', '          '), ' ') w(word)\n         WHERE length(w.word) BETWEEN 3 AND 40) found\n WHERE NOT EXISTS (SELECT FROM name_word k WHERE k.workspace_id = found.workspace_id AND k.word = found.word);\n",
                    hash="339c7117c68dedf8a9c9977c8675e4dd0434e1ee",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_words_ins_811a0",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="customer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customer",
            trigger=pgtrigger.compiler.Trigger(
                name="words_upd",
                sql=atomicpay.workspaces.triggers.DefinerTriggerSql(
                    func="\nINSERT INTO name_word (workspace_id, word)\nSELECT found.workspace_id, found.word\n  FROM (SELECT DISTINCT n.workspace_id, w.word COLLATE \"C\" AS word\n          FROM (SELECT NEW.workspace_id, NEW.name_sort) n, string_to_table(translate(n.name_sort, '.,;:()\"''/-', '          '), ' ') w(word)\n         WHERE length(w.word) BETWEEN 3 AND 40) found\n WHERE NOT EXISTS (SELECT FROM name_word k WHERE k.workspace_id = found.workspace_id AND k.word = found.word);\n",
                    hash="bd4fffe321b2ad0d0997ac6e0be693034c678ca4",
                    operation='UPDATE OF "name"',
                    pgid="pgtrigger_words_upd_fa1b9",
                    table="customer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="nameword",
            index=models.Index(fields=["workspace", "word"], name="name_word_i"),
        ),
        migrations.AddIndex(
            model_name="nameword",
            index=models.Index(fields=["workspace", "reversed_word"], name="name_word_reversed_i"),
        ),
        migrations.AddConstraint(
            model_name="nameword",
            constraint=atomicpay.workspaces.constraints.RowSecurity(name="name_word_rls"),
        ),
        migrations.AddConstraint(
            model_name="nameword",
            constraint=models.UniqueConstraint(fields=("workspace", "id"), name="name_word_ws_id"),
        ),
        migrations.AddConstraint(
            model_name="nameword",
            constraint=atomicpay.workspaces.constraints.CompositeForeignKey(
                fields=("workspace",),
                name="name_word_workspace_fk",
                to="workspaces.Workspace",
                to_fields=("id",),
            ),
        ),
        migrations.RunPython(make_read_only, make_writable),
        migrations.RunSQL(NEAR_EMAILS, DROP_NEAR_EMAILS),
        migrations.RunPython(grant_near_emails, migrations.RunPython.noop),
        # Last: a table with checks that wait for the commit cannot be altered.
        migrations.RunSQL(WORDS_SO_FAR, migrations.RunSQL.noop),
        # Of a column that was added nothing is known: each mailbox would be taken for one of two hundred.
        migrations.RunSQL("ANALYZE customer_email, name_word", migrations.RunSQL.noop),
    ]
