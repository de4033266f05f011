"""The queue of possible duplicates in the admin: case after case, the likeliest and the most money first."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.audit.model_admin import ReadOnlyAdmin, acting_member
from atomicpay.catalog.models import Product
from atomicpay.workspaces.admin import BoundedPaginator
from atomicpay.workspaces.scope import is_limited_to_products

from .errors import CannotDecide
from .evidence import KINDS, evidence_lines
from .forms import SuggestionForm
from .matching.bands import WORDS, Band
from .models import Suggestion
from .pages import (
    GONE,
    KEPT_APART,
    NOT_APART,
    TAKEN_BACK,
    precision_words,
    scan_words,
    shown_apart,
    shown_case,
)
from .queries import (
    cases_of,
    having_bought,
    having_evidence,
    having_subscription,
    kept_apart,
    precision,
    scan,
    spend_of_cases,
    with_customers,
)
from .services import ask_for_scan, dismiss, put_off, take_back


class BandFilter(admin.SimpleListFilter):
    """How sure, as each case says it of its strongest pair; without a choice the merely possible ones are
    left out."""

    title = _("how sure")
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("every", _("All, the merely possible among them")), *((str(b), w) for b, w in WORDS.items())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "every":
            return queryset
        if self.value():
            return queryset.filter(band=self.value())
        return queryset.exclude(band=Band.POSSIBLE)


class EvidenceFilter(admin.SimpleListFilter):
    """Cases in which a kind of evidence speaks for one person."""

    title = _("evidence")
    parameter_name = "evidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        kind = self.value()
        return having_evidence(queryset, kind) if kind else queryset


class ProductFilter(admin.SimpleListFilter):
    """Cases in which somebody has a product."""

    title = _("product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Product.objects.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        # Only what is offered: a number of thousands of digits is none to Python.
        return having_bought(queryset, value) if value in dict(self.lookup_choices) else queryset.none()


class SubscriptionFilter(admin.SimpleListFilter):
    """Cases in which a subscription runs."""

    title = _("subscription")
    parameter_name = "subscription"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("One that runs")), ("no", _("None that runs"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("yes", "no"):
            return queryset
        return having_subscription(queryset, is_running=self.value() == "yes")


class QueueOfCases(ChangeList):
    """Each case once, by its strongest suggestion."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        found: Any = super().get_queryset(request, exclude_parameters)
        return with_customers(found.due().leading())


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """Who may be one person, to be decided on."""

    view_permission = "customers.merge"
    change_list_template = "admin/duplicates/suggestion/queue.html"
    list_display = ("low", "high", "percent")
    list_filter: ClassVar[Any] = (BandFilter, EvidenceFilter, ProductFilter, SubscriptionFilter)
    list_per_page = 20
    fields = ("low", "high", "how_sure", "percent", "found_at", "in_words")
    readonly_fields = fields

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """As `likeliest_first`."""
        return ("-percent", "-id") if is_limited_to_products() else ("-percent", "-stake", "-id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return QueueOfCases

    def get_urls(self) -> list[URLPattern]:
        views = {
            "dismiss": self.dismiss_view,
            "later": self.later_view,
            "scan": self.scan_view,
            "kept_apart": self.apart_view,
            "restore": self.restore_view,
        }
        own = [
            path(f"{name.replace('_', '-')}/", self.admin_site.admin_view(view), name=f"duplicates_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list of suggestions, drawn as cases."""
        response = super().changelist_view(request, extra_context)
        shown: dict[str, Any] | None = getattr(response, "context_data", None)
        if shown and "cl" in shown:
            shown |= self._queue(request, list(shown["cl"].result_list))
        return response

    def _queue(self, request: HttpRequest, leading: list[Suggestion]) -> dict[str, Any]:
        member = acting_member(request)
        cases = cases_of(leading)
        may_spend = member.may("spend.view")
        spent = spend_of_cases(cases) if may_spend and cases else {}
        currency = member.workspace.default_currency
        # Who may not see all records is not told how many of them were decided on.
        bands, kinds = ([], []) if is_limited_to_products() else precision()
        return {
            "cases": [shown_case(case, spent, currency, may_spend=may_spend) for case in cases],
            "precision": [*precision_words(bands), *precision_words(kinds)],
            "scan_words": scan_words(scan()),
        }

    def dismiss_view(self, request: HttpRequest) -> HttpResponse:
        """Not the same person."""
        return self._decide(request, dismiss, str(KEPT_APART))

    def later_view(self, request: HttpRequest) -> HttpResponse:
        """Not now."""
        return self._decide(request, put_off, gettext("Put off for a week."))

    def scan_view(self, request: HttpRequest) -> HttpResponse:
        """Look through all records now."""
        if response := self._refusal(request):
            return response
        ask_for_scan(acting_member=acting_member(request))
        messages.success(request, gettext("The worker was asked to look through all records."))
        return HttpResponseRedirect(self._back(request))

    def apart_view(self, request: HttpRequest) -> HttpResponse:
        """Who is kept apart as not the same person, each with a button that takes it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = BoundedPaginator(kept_apart(), self.list_per_page).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Kept apart"),
            "pairs": [shown_apart(pair) for pair in page],
            "page": page,
        }
        return TemplateResponse(request, "admin/duplicates/apart.html", context)

    def restore_view(self, request: HttpRequest) -> HttpResponse:
        """They may be the same person after all."""
        apart = reverse("admin:duplicates_kept_apart")
        return self._decide(request, take_back, str(TAKEN_BACK), refused=str(NOT_APART), back=apart)

    def _decide(
        self, request: HttpRequest, act: Any, words: str, *, refused: str = "", back: str = ""
    ) -> HttpResponse:
        if response := self._refusal(request):
            return response
        form = SuggestionForm(request.POST)
        if not form.is_valid():
            raise Http404
        try:
            act(acting_member=acting_member(request), public_id=form.cleaned_data["suggestion"])
        except CannotDecide:
            messages.error(request, refused or str(GONE))
        else:
            messages.success(request, words)
        return HttpResponseRedirect(back or self._back(request))

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    def _back(self, request: HttpRequest) -> str:
        """To the queue as it was filtered."""
        query = request.GET.urlencode()
        return reverse("admin:duplicates_suggestion_changelist") + (f"?{query}" if query else "")

    @admin.display(description=_("how sure"))
    def how_sure(self, suggestion: Suggestion) -> str:
        return str(WORDS[Band(suggestion.band)])

    @admin.display(description=_("evidence"))
    def in_words(self, suggestion: Suggestion) -> str:
        return "; ".join(f"{line.words} ({line.side})" for line in evidence_lines(suggestion.evidence))
