"""Reads of hot pages: compiled to SQL once, then run again and again, each time in the scope of the moment.

Making the SQL of a page takes the ORM longer than PostgreSQL takes to answer it, and it is the same SQL for
every customer of every workspace; only its parameters differ.

No scope can stay behind in what is kept. A queryset is built and compiled inside a scope whose workspace and
products are slots: the real ones are not to be seen there, and whatever would need their value fails, because
a slot has none. Each run fills the slots from the active scope, and without one there is no run.
"""

from collections.abc import Callable, Mapping
from copy import copy
from functools import lru_cache, partial, wraps
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import BooleanField, Func, QuerySet
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query

from .scope import Scope, active_scope, in_scope_of_slots

_SHAPES: Final = 128


class Slot:
    """A parameter that is not known yet. It is no number and no text, so that nothing can take it for one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        raise TypeError(f"{self.name} is not known while a read is compiled.")

    __repr__ = __index__ = __int__ = __str__


_WORKSPACE: Final = Slot("workspace")
_PRODUCTS: Final = Slot("products")


class Given(Expression):
    """A value that is handed over when a compiled read is run: `filter(customer_id=Given("customer"))`."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.BigIntegerField())
        self.slot = Slot(name)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self.slot]


class IsAmong(Func):
    """Whether a column is one of the values in a list that is given."""

    function = ""
    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class _ReadyCompiler(SQLCompiler):
    """A compiler whose SQL is there already."""

    ready: tuple[str, list[Any]]

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        return self.ready


class _ReadyQuery(Query):
    """A query that was compiled; the ORM makes rows or objects of its answer as of any other."""

    compiler_of_run: _ReadyCompiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self.compiler_of_run


class _Compiled:
    """One read in one shape: for limited members or for others, and for one set of constants."""

    def __init__(self, build: Callable[..., QuerySet[Any]], is_limited: bool, *constants: Any) -> None:
        with in_scope_of_slots(_WORKSPACE, (_PRODUCTS,) if is_limited else None):
            self.queryset = build(*constants)
            self.compiler = self.queryset.query.get_compiler(DEFAULT_DB_ALIAS)
            self.sql, self.parameters = self.compiler.as_sql()

    def run(self, scope: Scope, given: Mapping[str, Any]) -> list[Any]:
        compiler = copy(self.compiler)
        compiler.__class__ = _ReadyCompiler
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.ready = self.sql, [_fill(each, scope, given) for each in self.parameters]
        queryset = self.queryset.all()
        queryset.query.__class__ = _ReadyQuery
        queryset.query.compiler_of_run = compiler  # type: ignore[attr-defined]
        return list(queryset)


def _fill(parameter: Any, scope: Scope, given: Mapping[str, Any]) -> Any:
    if parameter is _WORKSPACE:
        return scope.workspace_id
    if parameter == [_PRODUCTS]:
        return list(scope.products or ())
    return given[parameter.name] if isinstance(parameter, Slot) else parameter


def compiled(build: Callable[..., QuerySet[Any]]) -> Callable[..., list[Any]]:
    """Decorate what builds a queryset: called with its arguments and the given values, it returns the rows.

    The arguments are constants of the SQL and must be few; whatever differs from request to request is
    `Given`, and handed over by its name. Raises NoActiveWorkspace outside of a workspace.
    """
    in_shape = lru_cache(maxsize=_SHAPES)(partial(_Compiled, build))

    @wraps(build)
    def read(*constants: Any, **given: Any) -> list[Any]:
        scope = active_scope()
        return in_shape(scope.products is not None, *constants).run(scope, given)

    return read
