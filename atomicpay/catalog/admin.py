"""Products and plans in the admin. Sales point at them, so they are archived, never deleted."""

from typing import Any

from django.contrib import admin
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from atomicpay.workspaces.admin import RelatedFilter

from .models import Plan, Product
from .spreadsheets import SpreadsheetAdmin, WorkspaceResource


class ProductResource(WorkspaceResource):
    """A product as a row, known by its provider and external id."""

    class Meta(WorkspaceResource.Meta):
        model = Product
        import_id_fields = ("provider", "external_id")
        fields = (
            "provider",
            "external_id",
            "name",
            "kind",
            "status",
            "delivery",
            "delivery_platform",
            "access_within_minutes",
            "refund_days",
            "support_email",
        )
        export_order = fields


class ProductByExternalId(ForeignKeyWidget):
    """Names a product by its external id, at the provider of the row."""

    def get_queryset(self, value: Any, row: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return Product.objects.filter(provider=row.get("provider") or "manual")


class PlanResource(WorkspaceResource):
    """A plan as a row, known by its provider and external id. The price is in minor units of the currency."""

    product = Field(
        attribute="product",
        column_name="product_external_id",
        widget=ProductByExternalId(Product, field="external_id"),
    )

    class Meta(WorkspaceResource.Meta):
        model = Plan
        import_id_fields = ("provider", "external_id")
        fields = (
            "provider",
            "external_id",
            "product",
            "name",
            "payment_model",
            "plan_type",
            "interval",
            "interval_count",
            "max_charges",
            "trial_days",
            "amount",
            "currency",
            "is_active",
        )
        export_order = fields


@admin.register(Product)
class ProductAdmin(SpreadsheetAdmin):
    """What the workspace sells."""

    resource_classes = (ProductResource,)
    add_permission = "catalog.manage"
    change_permission = "catalog.manage"
    list_display = ("name", "kind", "status", "provider", "external_id")
    list_filter = ("status", "kind", "provider")
    search_fields = ("name_sort__contains", "external_id__exact")
    ordering = ("name_sort", "id")


@admin.register(Plan)
class PlanAdmin(SpreadsheetAdmin):
    """The prices at which products are sold."""

    resource_classes = (PlanResource,)
    add_permission = "catalog.manage"
    change_permission = "catalog.manage"
    list_display = ("name", "product", "payment_model", "amount", "currency", "is_active")
    list_filter = ("is_active", "payment_model", ("product", RelatedFilter), "currency")
    list_select_related = ("product",)
    search_fields = ("name__icontains", "external_id__exact")
    ordering = ("name", "id")
