"""What cannot be done with a workspace, one class each."""


class NoActiveWorkspace(RuntimeError):
    """Data of a workspace was asked for while none was entered; see `scope.enter`."""

    def __init__(self) -> None:
        super().__init__("No workspace is active: enter one with atomicpay.workspaces.scope.enter().")


class WorkspaceAlreadyActive(RuntimeError):
    """A second workspace was entered inside a first one."""

    def __init__(self, active: int, wanted: int) -> None:
        super().__init__(f"Workspace {active} is active; workspace {wanted} cannot be entered inside it.")
        self.active, self.wanted = active, wanted


class ForeignObject(RuntimeError):
    """A row of another workspace was about to be written."""

    def __init__(self, model: str, owner: int | None, active: int) -> None:
        super().__init__(
            f"{model} of workspace {owner} cannot be written while workspace {active} is active."
        )
        self.model, self.owner, self.active = model, owner, active


class TaskWithoutWorkspace(RuntimeError):
    """A WorkspaceTask was called without the id of its workspace."""

    def __init__(self, task: str) -> None:
        super().__init__(f"Task {task} needs the keyword argument workspace_id.")
