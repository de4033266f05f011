"""What the workspace switcher asks: where a person is a member, and where they are invited to.

Row security shows the rows of one workspace at a time, and the switcher stands outside all of them. These two
functions run as the owner and give ids and a role only, of the one person they are asked about; what is then
shown of a workspace is read inside it. Only the runtime role may run them.
"""

from typing import Any

from django.conf import settings
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION memberships_of(person bigint) RETURNS TABLE (workspace_id bigint, role text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT m.workspace_id, m.role::text
    FROM public.membership m
    JOIN public.account a ON a.id = m.user_id AND a.is_active
    JOIN public.workspace w ON w.id = m.workspace_id AND w.status = 'active'
   WHERE m.user_id = person AND m.ended_at IS NULL
   ORDER BY w.name, w.id
$$;

CREATE FUNCTION invitations_of(person bigint) RETURNS TABLE (workspace_id bigint, invitation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.workspace_id, i.id
    FROM public.account a
    JOIN public.invitation i ON lower(i.email) = lower(a.email)
    JOIN public.workspace w ON w.id = i.workspace_id AND w.status = 'active'
   WHERE a.id = person AND a.is_active AND i.status = 'pending' AND i.expires_at > now()
   ORDER BY i.sent_at DESC, i.id
$$;

REVOKE ALL ON FUNCTION memberships_of(bigint), invitations_of(bigint) FROM PUBLIC;
"""

DROP = "DROP FUNCTION memberships_of(bigint); DROP FUNCTION invitations_of(bigint);"


def grant(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(
        f"GRANT EXECUTE ON FUNCTION memberships_of(bigint), invitations_of(bigint) TO {role}", params=None
    )


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_people_and_workspaces")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        # Dropping the functions takes the right to run them away.
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
