"""The function that takes the words of names out of the vocabulary that nobody of the workspace has any more."""

from typing import Any

from django.conf import settings
from django.db import migrations

# A word is looked for in the names by the trigram index, with literals so that the planner sees them; what the
# index finds is compared word for word. Whatever names it is given, it only ever removes what no name uses.
FORGET = r"""
CREATE FUNCTION forget_words_of_names(names text[]) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); lost text; is_used boolean; forgotten bigint := 0; removed bigint;
  between CONSTANT text := '.,;:()"''/-';
BEGIN
  FOR lost IN
    SELECT DISTINCT word FROM unnest(names) n(name),
           string_to_table(translate(public.app_fold(n.name), between, repeat(' ', length(between))), ' ') t(word)
     WHERE length(word) BETWEEN 3 AND 40 ORDER BY 1
  LOOP
    EXECUTE format(
      'SELECT EXISTS (SELECT FROM customer WHERE workspace_id = %s AND haystack LIKE %L'
      ' AND %L = ANY (string_to_array(translate(name_sort, %L, %L), '' '')))',
      w, '%' || replace(replace(replace(lost, '\', '\\'), '%', '\%'), '_', '\_') || '%', lost,
      between, repeat(' ', length(between))) INTO is_used;
    IF NOT is_used THEN
      DELETE FROM name_word WHERE workspace_id = w AND word = lost;
      GET DIAGNOSTICS removed = ROW_COUNT;
      forgotten := forgotten + removed;
    END IF;
  END LOOP;
  RETURN forgotten;
END $$;
REVOKE ALL ON FUNCTION forget_words_of_names(text[]) FROM PUBLIC;
"""


def grant(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION forget_words_of_names(text[]) TO {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_anonymised_is_nobody")]
    operations = [
        migrations.RunSQL(FORGET, "DROP FUNCTION forget_words_of_names(text[])"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
