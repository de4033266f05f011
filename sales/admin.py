"""Sales and imports in the admin, to read: what a buyer paid is changed by what the provider reports."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from atomicpay.audit.model_admin import ReadOnlyAdmin
from atomicpay.ui.masks import mask_document
from atomicpay.ui.money import format_money
from atomicpay.workspaces.admin import ReadOnlyInline, RelatedFilter

from .models import AccessGrant, Dispute, Payment, Refund, Sale, SaleEvent
from .models.imports import ImportRun

_LAST = Value("\U0010ffff")


class OfSaleInline(ReadOnlyInline):
    """A record of money about the sale."""

    view_permission = "sales.view"
    readonly_fields = ("money",)

    @admin.display(description=_("amount"))
    def money(self, row: Any) -> str:
        return format_money(row.amount, row.currency)


class PaymentInline(OfSaleInline):
    """The attempts to pay."""

    model = Payment
    fields = (
        "method",
        "status",
        "money",
        "installments",
        "card_brand",
        "card_last4",
        "attempted_at",
        "paid_at",
    )


class RefundInline(OfSaleInline):
    """The money given back."""

    model = Refund
    fields = ("status", "money", "reason", "external_id", "requested_at", "completed_at")


class DisputeInline(OfSaleInline):
    """What was contested."""

    model = Dispute
    fields = ("kind", "status", "money", "reason", "opened_at", "closed_at")


class EventInline(ReadOnlyInline):
    """The states the sale went through."""

    model = SaleEvent
    view_permission = "sales.view"
    fields = ("occurred_at", "from_status", "to_status", "source_status", "is_illegal", "source")


class AccessInline(ReadOnlyInline):
    """The access that was reported for the sale."""

    model = AccessGrant
    view_permission = "sales.view"
    fields = ("product", "status", "granted_at", "expires_at", "revoked_at", "source")


@admin.register(Sale)
class SaleAdmin(ReadOnlyAdmin):
    """One purchase, with its money and its events."""

    view_permission = "sales.view"
    list_display = ("reference", "customer", "product", "status", "money", "ordered_at")
    # What an index finds in their order; by status and the rest one filters on the list of sales.
    list_filter = (("product", RelatedFilter), "ordered_at")
    list_select_related = ("customer", "product")
    ordering = ("-ordered_at", "-id")
    search_fields = ("reference",)
    search_help_text = _("The beginning of a reference.")
    inlines = (PaymentInline, RefundInline, DisputeInline, EventInline, AccessInline)
    fields = (
        ("reference", "provider", "external_id"),
        ("customer", "product", "plan", "subscription"),
        ("recurrence_number", "parent_sale", "offer_type"),
        ("status", "source_status"),
        ("method", "installments"),
        ("money", "currency"),
        ("buyer_name", "buyer_email", "buyer_phone", "document_masked"),
        ("coupon", "utm_source", "utm_campaign", "affiliate", "agent"),
        "is_test",
        ("ordered_at", "approved_at", "completed_at", "refundable_until"),
        ("source_updated_at", "created_at"),
    )
    readonly_fields = ("money", "document_masked", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sale]:
        return super().get_queryset(request).defer("customer__haystack", "customer__contacts_text")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Sale], bool]:
        """As a range, which the index answers: LIKE is not leakproof and would read every row."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(reference__gte=term, reference__lt=Concat(Value(term), _LAST)), False

    @admin.display(description=_("amount"))
    def money(self, sale: Sale) -> str:
        return format_money(sale.amount_charged, sale.currency)

    @admin.display(description=_("buyer's document"))
    def document_masked(self, sale: Sale) -> str:
        return mask_document(sale.buyer_document) if sale.buyer_document else ""


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """One import of a file. Its refused rows are on its own page, which lists them in parts."""

    view_permission = "imports.manage"
    list_display = (
        "reference",
        "file_name",
        "state",
        "started_by",
        "requested_at",
        "rows_new",
        "rows_refused",
    )
    list_filter = ("state", ("started_by", RelatedFilter), "requested_at")
    list_select_related = ("started_by__user",)
    ordering = ("-requested_at", "-id")
    fields = (
        ("reference", "file_name", "sha256"),
        ("started_by", "requested_at"),
        ("state", "attempt", "failure"),
        ("started_at", "finished_at"),
        ("rows_read", "rows_new", "rows_changed", "rows_unchanged"),
        ("rows_ignored", "rows_refused", "customers_new"),
        "is_all_or_nothing",
    )
    readonly_fields = ("reference", "requested_at")

    @admin.display(description=_("number"))
    def reference(self, run: ImportRun) -> str:
        return run.reference
