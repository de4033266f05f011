"""The bases of views: inside a workspace one names the permission it needs, outside it belongs to none."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import View

from .entry import WorkspaceRequest
from .permissions import PERMISSIONS


class WorkspaceView(View):
    """A view under the mount point. Outside it, or for a stranger: 404. Without the right: 403."""

    permission: ClassVar[str]
    request: WorkspaceRequest

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not abstract and getattr(cls, "permission", None) not in PERMISSIONS:
            raise TypeError(f"{cls.__qualname__} must name the permission it needs.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        membership = getattr(request, "membership", None)
        if membership is None:
            raise Http404
        if not membership.may(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OutsideView(View):
    """A page that belongs to no workspace: under a mount point there is nothing at its address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "membership", None) is not None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)
