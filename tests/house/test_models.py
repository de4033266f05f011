"""Every model stands behind the walls, or is listed as global with a reason (T09)."""

from collections import defaultdict

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import UniqueConstraint

from atomicpay.workspaces.constraints import RowSecurity
from atomicpay.workspaces.fields import WorkspaceForeignKey
from atomicpay.workspaces.owned import OwnedManager, OwnedQuerySet, WorkspaceOwned
from tests.assertions import owned_tables

GLOBAL = {
    "workspaces.User": "a person may be a member of several workspaces",
    "workspaces.Workspace": "it is what everything else belongs to",
    "auth.Group": "Django's; not used, roles are in the permissions table",
    "auth.Permission": "Django's; not used, roles are in the permissions table",
    "contenttypes.ContentType": "names of models",
    "sessions.Session": "a signed-in browser; it holds no workspace",
    "admin.LogEntry": "Django's; never written, the audit log takes its place",
    "account.EmailAddress": "belongs to a user",
    "account.EmailConfirmation": "belongs to a user",
    "mfa.Authenticator": "belongs to a user",
}

VIEWS = {
    "timeline.TimelineEntry": "every kind of row about a customer in one order: a table of them would be a"
    " second truth to keep and to erase",
}
"""Models on a view with the reader's own rights: row security is that of the tables it reads."""

NOT_BY_WORKSPACE = {
    "api_token_token_hash_key": "a program sends its secret alone, and that must mean one workspace",
    "invitation_token_hash_key": "a secret must be one of a kind everywhere, or a link could open two doors",
}

LESS_THAN_EVERYTHING = {
    "api_token": {"SELECT", "INSERT", "UPDATE"},
    "audit_entry": {"SELECT", "INSERT"},
    "customer_spend": {"SELECT"},
    "customer_product": {"SELECT"},
    "customer_method": {"SELECT"},
    "sale_tally": {"SELECT"},
    "daily_total": {"SELECT"},
    "name_word": {"SELECT"},
    "export": {"SELECT", "INSERT", "UPDATE"},
    "export_download": {"SELECT", "INSERT"},
    "export_comparison": {"SELECT", "INSERT"},
    "erasure": {"SELECT", "INSERT", "UPDATE"},
    "merge": {"SELECT", "INSERT", "UPDATE"},
    "merged_record": {"SELECT", "INSERT", "UPDATE"},
}

DERIVED_FROM_ROWS_WITH_THE_SAME_KEYS = {
    f"{table}.{column}": "only triggers write it, from rows whose own keys say the same"
    for table, columns in {
        "customer_spend": ("workspace_id", "customer_id"),
        "customer_product": ("workspace_id", "customer_id", "product_id"),
        "customer_method": ("workspace_id", "customer_id"),
    }.items()
    for column in columns
}
"""References that the database does not check; see `test_totals_cannot_be_forged` and `check_totals`."""

OWNED = [model for model in apps.get_models() if issubclass(model, WorkspaceOwned) and model._meta.managed]


def test_every_model_is_owned_or_global_with_a_reason() -> None:
    others = {
        model._meta.label for model in apps.get_models(include_auto_created=False) if model not in OWNED
    }
    assert others == GLOBAL.keys() | VIEWS.keys()


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_owned_model_is_behind_the_walls(model: type[WorkspaceOwned]) -> None:
    assert isinstance(model._base_manager, OwnedManager)
    assert isinstance(model._default_manager, OwnedManager)
    assert isinstance(model._base_manager.none(), OwnedQuerySet)
    assert any(isinstance(constraint, RowSecurity) for constraint in model._meta.constraints)


@pytest.mark.parametrize("label", VIEWS)
def test_model_on_a_view_is_owned_too(label: str) -> None:
    model = apps.get_model(label)
    assert issubclass(model, WorkspaceOwned)
    assert model.product_rule is not None
    assert isinstance(model._base_manager, OwnedManager)
    assert isinstance(model._default_manager, OwnedManager)


def test_every_view_reads_by_the_rights_of_who_asks_and_can_only_be_read(db: None) -> None:
    views = _catalog(
        "SELECT relname, coalesce(reloptions::text, ''), has_table_privilege(oid, 'INSERT, UPDATE, DELETE')"
        " FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    tables = {apps.get_model(label)._meta.db_table for label in VIEWS}
    assert {name for name, _options, _may_write in views} == tables
    assert all("security_invoker=true" in str(options) for _name, options, _may_write in views)
    assert not any(may_write for _name, _options, may_write in views)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_owned_model_refers_to_others_inside_its_workspace(model: type[WorkspaceOwned]) -> None:
    for field in model._meta.fields:
        if not isinstance(field, models.ForeignKey) or field.name == "workspace":
            continue
        assert isinstance(field, WorkspaceForeignKey) == issubclass(field.related_model, WorkspaceOwned)
    assert not model._meta.many_to_many, "a many-to-many table has no workspace: make a model of it"


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_unique_constraint_of_an_owned_model_begins_with_the_workspace(model: type[WorkspaceOwned]) -> None:
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            first = constraint.fields[0] if constraint.fields else constraint.expressions[0].name  # type: ignore[attr-defined]
            assert first == "workspace", constraint.name


def _catalog(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_database_protects_every_table_with_a_workspace(db: None) -> None:
    protected = _catalog(
        "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relrowsecurity AND NOT c.relforcerowsecurity"
        " AND pg_get_expr(p.polqual, p.polrelid) = '(workspace_id = app_workspace())'"
        " AND pg_get_expr(p.polwithcheck, p.polrelid) = '(workspace_id = app_workspace())'"
    )
    assert sorted(row[0] for row in protected) == owned_tables()


def test_database_keeps_every_reference_between_owned_tables_inside_the_workspace(db: None) -> None:
    plain = _catalog(
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text = ANY (ARRAY[%s]) AND confrelid::regclass::text = ANY (ARRAY[%s])"
        " AND NOT EXISTS (SELECT FROM pg_attribute a"
        "                 WHERE a.attrelid = conrelid AND a.attname = 'workspace_id'"
        "                 AND a.attnum = ANY (conkey))".replace(
            "%s", ", ".join(f"'{table}'" for table in owned_tables())
        )
    )
    assert plain == []


def test_every_reference_has_its_composite_key_in_the_database(db: None) -> None:
    keys = defaultdict(set)
    for table, columns in _catalog(
        "SELECT conrelid::regclass::text, (SELECT array_agg(attname::text) FROM pg_attribute"
        " WHERE attrelid = conrelid AND attnum = ANY (conkey)) FROM pg_constraint WHERE contype = 'f'"
    ):
        keys[table].update(columns)  # type: ignore[arg-type]
    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in OWNED
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey) and field.column not in keys[model._meta.db_table]
    ]
    assert sorted(missing) == sorted(DERIVED_FROM_ROWS_WITH_THE_SAME_KEYS)


def test_what_has_no_keys_is_for_nobody_but_triggers_to_write(db: None) -> None:
    for reference in DERIVED_FROM_ROWS_WITH_THE_SAME_KEYS:
        assert LESS_THAN_EVERYTHING[reference.partition(".")[0]] == {"SELECT"}


def test_unique_index_of_an_owned_table_begins_with_the_workspace(db: None) -> None:
    indexes = _catalog(
        "SELECT i.relname, a.attname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]"
        " WHERE x.indisunique AND NOT x.indisprimary"
        " AND x.indrelid::regclass::text = ANY (ARRAY[%s])".replace(
            "%s", ", ".join(f"'{table}'" for table in owned_tables())
        )
    )
    assert indexes
    astray = {name for name, column in indexes if column != "workspace_id"}
    assert astray == set(NOT_BY_WORKSPACE)


def test_runtime_role_may_only_what_it_needs(db: None) -> None:
    everything = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    rights = defaultdict(set)
    for table, right in _catalog(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = current_user AND table_schema = 'public'"
    ):
        rights[table].add(right)
    for table in owned_tables():
        assert rights[table] - {"TRUNCATE"} == LESS_THAN_EVERYTHING.get(table, everything), table


def test_runtime_role_may_not_turn_back_a_sequence(db: None) -> None:
    assert (
        _catalog(
            "SELECT c.relname FROM pg_class c"
            " WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace"
            " AND has_sequence_privilege(current_user, c.oid, 'UPDATE')"
        )
        == []
    )


def test_functions_of_the_owner_pin_their_search_path(db: None) -> None:
    definers = _catalog(
        "SELECT p.proname, p.proconfig::text, has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p"
        " WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    )
    assert definers
    for name, config, is_public in definers:
        assert "search_path=pg_catalog, public, pg_temp" in str(config), name
        assert not is_public, name
