"""The pages of schedules: all of them, a new one, one to read, change, pause, run and delete."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from atomicpay.ui.moments import zone_words
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from ..asked import CREATE
from ..choosing import usual_columns
from ..confirming import COLUMN, DIALECT, LIST, OWN
from ..dialects import Dialect
from ..forms import FileForm
from . import services
from .errors import CannotSchedule, NotAllowed, Problem
from .forms import ScheduleForm
from .models import Schedule
from .pages import VIEW, NewSchedule, SchedulePage
from .sources import read_source
from .words import PROBLEMS


class NewScheduleView(WorkspaceView):
    """Schedules what the address names: a list with its filters, or a saved view; with its columns."""

    permission = CREATE

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        new = self._new()
        form = ScheduleForm(zone=zone_words(), initial={"name": new.name})
        return self._show(new, form, self._columns(new, None))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        new, form = self._new(), ScheduleForm(request.POST, zone=zone_words())
        columns = self._columns(new, request.POST)
        if not (form.is_valid() and columns.is_valid()):
            return self._show(new, form, columns, HTTPStatus.BAD_REQUEST)
        try:
            schedule = services.make_schedule(
                acting_member=request.membership,
                source=new.source,
                columns=columns.cleaned_data["column"],
                dialect=columns.cleaned_data["dialect"],
                **form.asked,
            )
        except CannotSchedule as error:
            form.add_error(None, str(PROBLEMS[error.problem]))
            return self._show(new, form, columns, HTTPStatus.BAD_REQUEST)
        messages.success(request, gettext("The export is scheduled."))
        return redirect("exports:schedule", public_id=schedule.public_id)

    def _new(self) -> NewSchedule:
        asked = self.request.GET.copy()
        page, view = asked.get(LIST, ""), asked.get(VIEW, "")
        for name in (*OWN, VIEW):
            asked.pop(name, None)
        try:
            source = read_source(page, asked.urlencode(), view, self.request.membership)
        except CannotSchedule as error:
            raise PermissionDenied if error.problem is Problem.NO_RIGHT else Http404 from error
        new = NewSchedule(source, self.request.membership)
        if not new.state.is_valid:
            raise Http404
        return new

    def _columns(self, new: NewSchedule, data: Any) -> FileForm:
        chosen = self.request.GET.getlist(COLUMN) or usual_columns(new.state)
        asked = self.request.GET.get(DIALECT)
        dialect = asked if asked in Dialect.values else Dialect.STANDARD
        return FileForm(data, columns=new.state.export_columns, chosen=chosen, dialect=dialect)

    def _show(
        self, new: NewSchedule, form: ScheduleForm, columns: FileForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"new": new, "form": form, "columns": columns}
        return render(self.request, "exports/schedules/new.html", context, status=status)


class OneScheduleView(WorkspaceView, abstract=True):
    """A view of one schedule. Another's, for who does not oversee, and one that never was: the same 404."""

    permission = CREATE

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied from error

    def find(self, public_id: UUID) -> Schedule:
        """The schedule that the address names; raises Http404."""
        visible = Schedule.objects.visible_to(self.request.membership).select_related("owner__user", "view")
        try:
            return visible.get_public(public_id)
        except Schedule.DoesNotExist as error:
            raise Http404 from error

    def show(self, schedule: Schedule, form: ScheduleForm | None, status: HTTPStatus) -> HttpResponse:
        """Its page; the form is for its owner alone."""
        page = SchedulePage(schedule, self.request.membership)
        context = {"page": page, "schedule": schedule, "form": form if page.is_own else None}
        return render(self.request, "exports/schedules/detail.html", context, status=status)


class ScheduleView(OneScheduleView):
    """What it asks for, when, and what became of it. Its owner changes it here."""

    permission = CREATE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        schedule = self.find(public_id)
        return self.show(schedule, ScheduleForm.of(schedule, zone_words()), HTTPStatus.OK)

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        schedule, form = self.find(public_id), ScheduleForm(request.POST, zone=zone_words())
        if not form.is_valid():
            return self.show(schedule, form, HTTPStatus.BAD_REQUEST)
        services.change_schedule(acting_member=request.membership, schedule=schedule, **form.asked)
        messages.success(request, gettext("The changes are saved."))
        return redirect("exports:schedule", public_id=public_id)


class _ActView(OneScheduleView, abstract=True):
    """An act on one schedule; what keeps it from being done is said on its page."""

    permission = CREATE
    http_method_names = ["post"]

    def act(self, schedule: Schedule) -> HttpResponse:
        """Do it, and lead on. Raises NotAllowed and CannotSchedule."""
        raise NotImplementedError

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        schedule = self.find(public_id)
        try:
            return self.act(schedule)
        except CannotSchedule as error:
            messages.error(request, str(PROBLEMS[error.problem]))
            return redirect("exports:schedule", public_id=public_id)


class RunScheduleView(_ActView):
    """Asks for its file now."""

    permission = CREATE

    def act(self, schedule: Schedule) -> HttpResponse:
        export = services.run_now(acting_member=self.request.membership, schedule=schedule)
        return redirect("exports:detail", public_id=export.public_id)


class PauseScheduleView(_ActView):
    """Pauses it, or lets it go on."""

    permission = CREATE

    def act(self, schedule: Schedule) -> HttpResponse:
        member = self.request.membership
        if "resume" in self.request.POST:
            services.resume_schedule(acting_member=member, schedule=schedule)
        elif "pause" in self.request.POST:
            services.pause_schedule(acting_member=member, schedule=schedule)
        return redirect("exports:schedule", public_id=schedule.public_id)


class DeleteScheduleView(_ActView):
    """Deletes it; the exports it asked for stay."""

    permission = CREATE

    def act(self, schedule: Schedule) -> HttpResponse:
        services.delete_schedule(acting_member=self.request.membership, schedule=schedule)
        messages.success(self.request, gettext("The scheduled export is deleted."))
        return redirect("exports:schedules")
