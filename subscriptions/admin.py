"""Subscriptions in the admin, to read."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from atomicpay.audit.model_admin import ReadOnlyAdmin
from atomicpay.ui.money import format_money
from atomicpay.workspaces.admin import ReadOnlyInline, RelatedFilter

from .models import Subscription, SubscriptionEvent


class EventInline(ReadOnlyInline):
    """What happened to the subscription."""

    model = SubscriptionEvent
    view_permission = "subscriptions.view"
    fields = ("occurred_at", "kind", "from_status", "to_status", "is_illegal", "source")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """One agreement to be charged, with its events."""

    view_permission = "subscriptions.view"
    list_display = ("external_id", "customer", "product", "status", "money", "started_at", "next_charge_at")
    list_filter = ("status", ("product", RelatedFilter), "started_at")
    list_select_related = ("customer", "product")
    ordering = ("-started_at", "-id")
    search_fields = ("external_id__exact",)
    search_help_text = _("A whole external id.")
    inlines = (EventInline,)
    fields = (
        ("external_id", "provider"),
        ("customer", "product", "plan"),
        ("status", "source_status"),
        "money",
        ("started_at", "trial_ends_at"),
        ("current_period_start", "current_period_end", "next_charge_at"),
        ("cancel_at_period_end", "canceled_at", "ended_at", "canceled_by", "cancel_reason"),
        ("charges_count", "unpaid_count", "billing_day"),
        ("source_updated_at", "created_at"),
    )
    readonly_fields = ("money", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).defer("customer__haystack", "customer__contacts_text")

    @admin.display(description=_("amount"))
    def money(self, subscription: Subscription) -> str:
        return format_money(subscription.amount, subscription.currency)
