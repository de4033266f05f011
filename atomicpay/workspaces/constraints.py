"""Walls 2 and 3 as entries of Meta.constraints, so that makemigrations sees them."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.ddl_references import Statement, Table
from django.db.models import UniqueConstraint
from django.db.models.constraints import BaseConstraint


class _TableRule(BaseConstraint):
    """A constraint whose SQL must wait until every table of the migration stands.

    The autodetector may put AddConstraint before the unique constraint it refers to, so `create_sql` defers
    the statement to the end of the migration and returns nothing to run at once.
    """

    def _create(self, model: Any, schema_editor: Any) -> Statement:
        raise NotImplementedError

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self._create(model, schema_editor))

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        self.create_sql(model, schema_editor)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class CompositeForeignKey(_TableRule):
    """FOREIGN KEY (fields) REFERENCES to (to_fields), checked at commit.

    Wall 2: with the workspace among the fields a row cannot point into another workspace.
    """

    def __init__(
        self,
        *,
        name: str,
        fields: Sequence[str],
        to: str,
        to_fields: Sequence[str],
        actions: str = "",
        violation_error_message: str | None = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.fields, self.to, self.to_fields, self.actions = tuple(fields), to, tuple(to_fields), actions

    def _target(self, model: Any) -> Any:
        return model._meta.apps.get_model(*self.to.split("."))

    def _create(self, model: Any, schema_editor: Any) -> Statement:
        target = self._target(model)

        def columns(owner: Any, names: Sequence[str]) -> str:
            return ", ".join(schema_editor.quote_name(owner._meta.get_field(name).column) for name in names)

        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (%(columns)s)"
            " REFERENCES %(target)s (%(target_columns)s) %(actions)s DEFERRABLE INITIALLY DEFERRED",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            columns=columns(model, self.fields),
            target=Table(target._meta.db_table, schema_editor.quote_name),
            target_columns=columns(target, self.to_fields),
            actions=self.actions,
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Say kindly, in a form, what the database would refuse."""
        if exclude and set(self.fields) & set(exclude):
            return
        fields = [model._meta.get_field(name) for name in self.fields]
        values = [getattr(instance, field.attname) for field in fields if not field.generated]
        if any(value is None for value in values):
            return
        names = [to for field, to in zip(fields, self.to_fields, strict=True) if not field.generated]
        lookup = dict(zip(names, values, strict=True))
        if not self._target(model)._base_manager.using(using).filter(**lookup).exists():
            raise ValidationError(self.get_violation_error_message())

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"fields": self.fields, "to": self.to, "to_fields": self.to_fields}
        if self.actions:
            kwargs["actions"] = self.actions
        return path, args, kwargs


class RowSecurity(_TableRule):
    """Wall 3: ENABLE ROW LEVEL SECURITY and its one policy.

    Not FORCE: migrations run as the owner and must see every row. The policy calls `app_workspace()`, which
    raises when no workspace is set; one that tolerated it would make an empty file look like a valid export.
    """

    def _create(self, model: Any, schema_editor: Any) -> Statement:
        return Statement(
            "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY; CREATE POLICY %(name)s ON %(table)s"
            " USING (workspace_id = app_workspace()) WITH CHECK (workspace_id = app_workspace())",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "DROP POLICY %(name)s ON %(table)s; ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to say in a form: the database shows and takes only rows of the active workspace."""


def owned(table: str) -> list[BaseConstraint]:
    """What every owned table has: row security, and a (workspace, id) for others to point at."""
    return [
        RowSecurity(name=f"{table}_rls"),
        UniqueConstraint(fields=["workspace", "id"], name=f"{table}_ws_id"),
    ]


def in_workspace(table: str) -> CompositeForeignKey:
    """The workspace of a row exists. Only for tables that point at nothing else: any other key implies it."""
    return CompositeForeignKey(
        name=f"{table}_workspace_fk", fields=["workspace"], to="workspaces.Workspace", to_fields=["id"]
    )


def same_workspace(table: str, field: str, to: str, *, actions: str = "") -> CompositeForeignKey:
    """The row that `field` points at is of the same workspace."""
    return CompositeForeignKey(
        name=f"{table}_{field}_same_ws",
        fields=["workspace", field],
        to=to,
        to_fields=["workspace", "id"],
        actions=actions,
    )


def public_id_once(table: str) -> UniqueConstraint:
    """The id in URLs is unique in its workspace."""
    return UniqueConstraint(fields=["workspace", "public_id"], name=f"{table}_public_id")
