"""Tasks enter the workspace they are called for and leave nothing behind (T08)."""

import pytest
from celery import Celery

from atomicpay.workspaces.errors import NoActiveWorkspace, TaskWithoutWorkspace
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import active_workspace_id
from atomicpay.workspaces.tasks import WorkspaceTask
from customers.models import Customer
from tests.conftest import Beacon

app = Celery("tests", broker="memory://", set_as_current=False)
app.conf.task_always_eager = True
app.conf.task_eager_propagates = True


@app.task(base=WorkspaceTask, name="tests.count_customers")
def count_customers(*, workspace_id: int) -> int:
    return Customer.objects.count()


@app.task(base=WorkspaceTask, name="tests.break")
def break_down(*, workspace_id: int) -> None:
    raise ZeroDivisionError


def test_task_sees_its_workspace_and_only_that(aurora: Workspace, beacon: Beacon) -> None:
    assert count_customers.delay(workspace_id=beacon.workspace.pk).get() == 1
    assert count_customers.delay(workspace_id=aurora.pk).get() == 0


def test_task_without_workspace_raises_also_after_one_with(beacon: Beacon) -> None:
    count_customers.delay(workspace_id=beacon.workspace.pk)
    with pytest.raises(TaskWithoutWorkspace):
        count_customers.delay(workspace_id=None)


def test_task_that_raises_leaves_no_workspace(beacon: Beacon) -> None:
    with pytest.raises(ZeroDivisionError):
        break_down.delay(workspace_id=beacon.workspace.pk)
    with pytest.raises(NoActiveWorkspace):
        active_workspace_id()
