"""The pages of export templates, and the acts on them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from ..asked import CREATE
from . import services
from .errors import CannotKeep, NotAllowed
from .forms import PROBLEMS, Choice, TemplateForm, choices_of, form_of, moved
from .models import FileTemplate
from .pages import TemplatePage
from .queries import find_template, templates_for


class TemplatesView(WorkspaceView):
    """All templates that the member has, list by list."""

    permission = CREATE

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        pages = [TemplatePage(template, request.membership) for template in templates_for(request.membership)]
        return render(request, "exports/templates.html", {"pages": pages})


class _OneView(WorkspaceView, abstract=True):
    """A view of one template. Another's private one and one that never was: the same 404."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied from error

    def find(self, public_id: UUID) -> Any:
        try:
            return find_template(self.request.membership, public_id)
        except FileTemplate.DoesNotExist:
            raise Http404 from None

    def show(
        self,
        template: FileTemplate,
        form: TemplateForm,
        choices: list[Choice],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """The page of a template."""
        page = TemplatePage(template, self.request.membership)
        context = {"page": page, "form": form, "choices": choices}
        return render(self.request, "exports/template.html", context, status=status)


class TemplateView(_OneView):
    """One template; without scripts each move of a column shows the form again."""

    permission = CREATE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        template = self.find(public_id)
        page = TemplatePage(template, request.membership).page
        return self.show(template, form_of(template), choices_of(page, request.membership, template.columns))

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        template, form = self.find(public_id), TemplateForm(request.POST)
        page, kept = TemplatePage(template, request.membership).page, template.name
        choices = moved(page, request.membership, request.POST)
        if "move" in request.POST:
            return self.show(template, form, choices)
        if form.is_valid():
            columns = [choice.key for choice in choices if choice.is_chosen]
            try:
                services.change_template(
                    acting_member=request.membership, template=template, columns=columns, **form.cleaned_data
                )
            except CannotKeep as error:
                template.name = kept
                form.add_error("name", PROBLEMS[error.problem])
        if form.errors:
            return self.show(template, form, choices, HTTPStatus.BAD_REQUEST)
        messages.success(request, gettext("The template %(name)s is saved.") % {"name": template.name})
        return redirect("exports:template", public_id=public_id)


class ShareTemplateView(_OneView):
    """Shares a template with the workspace, or ends it."""

    permission = CREATE

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        template = self.find(public_id)
        is_own = template.owner_id == request.membership.pk
        try:
            services.share_template(
                acting_member=request.membership, template=template, is_shared="share" in request.POST
            )
        except CannotKeep as error:
            messages.error(request, str(PROBLEMS[error.problem]))
            return redirect("exports:template", public_id=public_id)
        # Somebody else's template that is not shared any more cannot be shown.
        if template.is_shared or is_own:
            return redirect("exports:template", public_id=public_id)
        return redirect("exports:templates")


class DeleteTemplateView(_OneView):
    """Deletes a template."""

    permission = CREATE

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        template = self.find(public_id)
        services.delete_template(acting_member=request.membership, template=template)
        messages.success(request, gettext("The template %(name)s is deleted.") % {"name": template.name})
        return redirect("exports:templates")
