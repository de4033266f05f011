"""Merging in the admin of a workspace: the preview, the act, the log, and the undo from it."""

from collections.abc import Callable
from functools import update_wrapper
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, pgettext

from atomicpay.audit.model_admin import ReadOnlyAdmin, acting_member
from atomicpay.workspaces.scope import is_limited_to_products
from customers.history.page import name_of
from customers.models import Customer

from .conflicts import Found, find_changes
from .errors import AlreadyMerged, CannotMerge, CannotUndo, SpendWouldChange
from .forms import MergeForm, UndoForm, read_choices, read_decisions, read_taken
from .models import Merge
from .pages import preview_page
from .plan import CUSTOMER, plan
from .queries import (
    default_survivor,
    find_others,
    losers_of,
    moved_by_origin,
    read_preview,
    records_of,
)
from .services import MERGE, MOST, merge_customers, undo_merge
from .undo_page import undo_page
from .undoing import assert_can_be_undone
from .words import too_many_words, words_for


class StandingFilter(admin.SimpleListFilter):
    """Merges that stand, or that were undone."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("standing", _("Stands")), ("undone", _("Undone"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "standing":
                return queryset.filter(undone_at=None)
            case "undone":
                return queryset.filter(undone_at__isnull=False)
        return queryset


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    """The log of merges, and the pages on which customers are merged and a merge is undone."""

    view_permission = MERGE
    list_display = ("at", "survivor_name", "records_merged", "member", "reason", "undone_at", "undone_by")
    list_filter = (StandingFilter, "at")
    list_select_related = ("survivor", "member__user", "undone_by__user")
    ordering = ("-at", "-id")
    fields = (
        *("at", "member", "reason", "is_forced", "survivor_page", "records_merged", "moved"),
        *("undone_at", "undone_by", "undo_reason", "went_back"),
    )
    readonly_fields = fields

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The page of a survivor leads to its own merges."""
        return lookup == "survivor__public_id" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("records__customer")

    def get_urls(self) -> list[Any]:
        pages = [
            path("preview/", self._page(self.preview), name="merging_preview"),
            path("<path:object_id>/undo/", self._page(self.undo), name="merging_undo"),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request) or is_limited_to_products():
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(update_wrapper(opened, view))

    @admin.display(description=_("survivor"))
    def survivor_name(self, merge: Merge) -> str:
        return name_of(merge.survivor)

    @admin.display(description=_("survivor"))
    def survivor_page(self, merge: Merge) -> SafeString:
        return _link(merge.survivor)

    @admin.display(description=_("merged records"))
    def records_merged(self, merge: Merge) -> str:
        return ", ".join(name_of(each.customer) for each in merge.records.all())

    @admin.display(description=_("what moved"))
    def moved(self, merge: Merge) -> SafeString:
        return _counted(merge.counts)

    @admin.display(description=_("what went back"))
    def went_back(self, merge: Merge) -> SafeString:
        return _counted(merge.undo_counts)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The ledger of a merge and the button; with one record, the search for the other."""
        public_ids = _public_ids(request.GET.getlist("customers"))
        if len(public_ids) > MOST:
            messages.error(request, too_many_words())
            return HttpResponseRedirect(reverse("admin:customers_customer_changelist"))
        records = records_of(public_ids)
        if not records:
            messages.error(request, words_for(CannotMerge()) if request.GET else _CHOOSE)
            return HttpResponseRedirect(reverse("admin:customers_customer_changelist"))
        if len(records) == 1:
            return self._search(request, records[0])
        data = request.POST if request.method == "POST" else request.GET
        wanted = next((each for each in records if str(each.public_id) == data.get("survivor")), None)
        survivor = wanted or default_survivor(records)
        records = [survivor, *(each for each in records if each.pk != survivor.pk)]
        return self._preview(request, records)

    def _search(self, request: HttpRequest, customer: Customer) -> HttpResponse:
        text = request.GET.get("q", "")
        others = find_others(acting_member(request), text, customer)
        context = {"customer": customer, "name": name_of(customer), "q": text}
        found = [(each, name_of(each)) for each in others]
        return self._drawn(request, "search", _("Merge with…"), context | {"found": found})

    def _preview(self, request: HttpRequest, records: list[Customer]) -> HttpResponse:
        preview = read_preview(records)
        is_post = request.method == "POST"
        form = MergeForm(request.POST if is_post else None, cpfs_differ=preview.concerns.cpfs_differ)
        choices = read_choices(request.POST if is_post else request.GET, records)
        refusal: CannotMerge | None = _merged_already(records)
        if is_post and form.is_valid() and refusal is None:
            try:
                merge = merge_customers(
                    acting_member=acting_member(request),
                    survivor=records[0],
                    losers=records[1:],
                    choices=choices,
                    reason=form.cleaned_data["reason"],
                    is_forced=form.cleaned_data.get("force", False),
                )
            except CannotMerge as error:
                refusal = error
            else:
                messages.success(request, _("They are one customer now. It can be undone from here."))
                return HttpResponseRedirect(reverse("admin:merging_merge_change", args=[merge.pk]))
        context = {
            "page": preview_page(preview, choices),
            "form": form,
            "refusal": words_for(refusal) if refusal else "",
            "into": _survivor_url(refusal),
        }
        status = HTTPStatus.CONFLICT if is_post and refusal else HTTPStatus.OK
        return self._drawn(request, "preview", _("Merge customers"), context, status)

    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The ledger of an undo, with every question that is open, and the button."""
        merge = self.get_object(request, object_id)
        if merge is None:
            raise Http404
        losers = losers_of(merge)
        refusal: CannotMerge | CannotUndo | None = _why_not(merge)
        found = Found() if refusal else find_changes(merge)
        is_post = request.method == "POST"
        form = UndoForm(request.POST if is_post else None)
        decided = read_decisions(request.POST, found.conflicts) if is_post else {}
        if is_post and form.is_valid() and not refusal:
            try:
                undo_merge(
                    acting_member=acting_member(request),
                    merge=merge,
                    choices=decided,
                    takes_along=read_taken(request.POST, found.new, losers),
                    reason=form.cleaned_data["reason"],
                )
            except (CannotUndo, SpendWouldChange) as error:
                refusal = error
            else:
                messages.success(request, _("The merge is undone."))
                return HttpResponseRedirect(reverse("admin:merging_merge_change", args=[merge.pk]))
        context = {
            "merge": merge,
            "survivor": name_of(merge.survivor),
            "survivor_url": reverse("customers:detail", args=[merge.survivor.public_id]),
            "page": undo_page(merge, losers, moved_by_origin(merge), found, decided),
            "form": form,
            "refusal": words_for(refusal) if refusal else "",
            "is_closed": _why_not(merge) is not None,
        }
        status = HTTPStatus.CONFLICT if is_post and refusal else HTTPStatus.OK
        return self._drawn(request, "undo", _("Undo a merge"), context, status)

    def _drawn(
        self,
        request: HttpRequest,
        template: str,
        title: Any,
        context: dict[str, Any],
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return TemplateResponse(request, f"admin/merging/{template}.html", shown, status=status)


_CHOOSE = _("Tick the customers that are one person, and choose the action.")


def _public_ids(texts: list[str]) -> list[UUID]:
    """Each once, in their order; what is none is left out."""
    found = dict[UUID, None]()
    for text in texts:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def _merged_already(records: list[Customer]) -> AlreadyMerged | None:
    for each in records:
        if each.merged_into is not None:
            return AlreadyMerged(each.public_id, each.merged_into.public_id)
    return None


def _survivor_url(refusal: CannotMerge | None) -> str:
    into = getattr(refusal, "into", None)
    return reverse("customers:detail", args=[into]) if into else ""


def _why_not(merge: Merge) -> CannotUndo | None:
    try:
        assert_can_be_undone(merge)
    except CannotUndo as error:
        return error
    return None


def _link(customer: Customer) -> SafeString:
    url = reverse("customers:detail", args=[customer.public_id])
    return format_html('<a href="{}">{}</a>', url, name_of(customer))


def _counted(counts: dict[str, dict[str, int]]) -> SafeString:
    names = {relation.label: relation.words for relation in plan()} | {CUSTOMER: gettext("Customers")}
    kinds = {
        "moved": gettext("moved"),
        "absorbed": gettext("united"),
        "changed": pgettext("rows", "changed"),
        "back": gettext("went back"),
        "stayed": gettext("stayed"),
        "elsewhere": gettext("gone since"),
    }
    lines = []
    for label, by in counts.items():
        numbers = (f"{number} {kinds.get(kind, kind)}" for kind, number in by.items())
        lines.append((names.get(label, label), ", ".join(numbers)))
    return format_html_join("", "{}: {}<br>", lines) or SafeString("–")
