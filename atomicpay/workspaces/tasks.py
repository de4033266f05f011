"""The base of every task: it enters the workspace it is called for, so that no task can forget to."""

from typing import Any

from celery import Task

from .errors import TaskWithoutWorkspace
from .scope import enter


class WorkspaceTask(Task):
    """A task of one workspace. Called with ids only, `workspace_id` among them; it may run twice.

    The scope ends with the call, also when the task raises, so the next task of the process starts without
    one. A task that needs transactions of its own (a lease it renews while it works) sets
    `enters_workspace = False` and enters by itself.
    """

    abstract = True
    enters_workspace = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        workspace_id = kwargs.get("workspace_id")
        if args or not isinstance(workspace_id, int):
            raise TaskWithoutWorkspace(self.name)
        if not self.enters_workspace:
            return super().__call__(**kwargs)
        with enter(workspace_id):
            return super().__call__(**kwargs)
