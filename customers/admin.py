"""Customers in the admin, to read, and tags. Archiving and merging are acts of pages of their own."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from atomicpay.audit.model_admin import ReadOnlyAdmin
from atomicpay.catalog.spreadsheets import SpreadsheetAdmin, WorkspaceResource
from atomicpay.ui.masks import mask_document
from atomicpay.workspaces.admin import ReadOnlyInline
from atomicpay.workspaces.fields import Fold

from .contacts import read_email
from .merging.services import MOST
from .merging.words import too_many_words
from .models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    CustomerTag,
    Tag,
)

_LAST = Value("\U0010ffff")


class EmailInline(ReadOnlyInline):
    """Every email ever known."""

    model = CustomerEmail
    view_permission = "customers.view"
    fields = ("address", "is_primary", "source", "first_seen_at", "last_seen_at")


class PhoneInline(ReadOnlyInline):
    """Every phone ever known."""

    model = CustomerPhone
    view_permission = "customers.view"
    fields = ("number", "is_primary", "source", "first_seen_at", "last_seen_at")


class DocumentInline(ReadOnlyInline):
    """Every document ever known, masked: it is revealed on the customer's page, where that is logged."""

    model = CustomerDocument
    view_permission = "customers.view"
    fields = ("kind", "masked", "is_valid", "is_primary", "first_seen_at", "last_seen_at")
    readonly_fields = ("masked",)

    @admin.display(description=_("number"))
    def masked(self, document: CustomerDocument) -> str:
        return mask_document(document.normalised)


class IdentityInline(ReadOnlyInline):
    """The ids that providers gave."""

    model = CustomerIdentity
    view_permission = "customers.view"
    fields = ("provider", "external_id", "first_seen_at", "last_seen_at")


class TagInline(ReadOnlyInline):
    """The tags the team put on."""

    model = CustomerTag
    view_permission = "customers.view"
    fields = ("tag", "added_by", "added_at")


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """One buyer, with everything they were ever known by."""

    view_permission = "customers.view"
    actions: Any = ("merge_selected",)
    list_display = ("name", "email", "country", "created_at", "archived_at", "merged_into")
    # What an index finds in their order; by everything else one filters on the list of customers.
    list_filter = ("created_at",)
    list_select_related = ("merged_into",)
    ordering = ("-created_at", "-id")
    search_fields = ("name",)
    search_help_text = _("The beginning of a name, or a whole email.")
    inlines = (EmailInline, PhoneInline, DocumentInline, IdentityInline, TagInline)
    fields = (
        "public_id",
        "name",
        "email",
        "phone",
        "document_masked",
        ("street", "street_number", "complement"),
        ("neighbourhood", "city", "state", "postal_code", "country"),
        "locale",
        "is_test",
        ("created_at", "updated_at"),
        ("archived_at", "archived_by", "archive_reason"),
        ("merged_into", "merged_at"),
        "anonymised_at",
    )
    readonly_fields = (
        *("public_id", "document_masked", "created_at", "updated_at", "archived_at", "archived_by"),
        *("archive_reason", "merged_into", "merged_at", "anonymised_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        texts = ("haystack", "contacts_text")
        return super().get_queryset(request).defer(*texts, *(f"merged_into__{text}" for text in texts))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Only what an index answers: a whole email, or how a name begins."""
        term = search_term.strip()
        email = read_email(term) if "@" in term else None
        if email:
            known = CustomerEmail.objects.filter(normalised=email.normalised)
            return queryset.filter(pk__in=known.values("customer_id")), False
        if term:
            begins = Fold(Value(term))
            return queryset.filter(name_sort__gte=begins, name_sort__lt=Concat(begins, _LAST)), False
        return queryset, False

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "customers.merge")

    @admin.action(description=_("Merge selected customers"), permissions=["merge"])
    def merge_selected(self, request: HttpRequest, queryset: QuerySet[Customer]) -> HttpResponse | None:
        """Nothing yet: it leads to the page that shows what merging them would do."""
        # "Select all" may mean the whole workspace, which no address could carry.
        public_ids = list(queryset.values_list("public_id", flat=True)[: MOST + 1])
        if len(public_ids) > MOST:
            messages.error(request, too_many_words())
            return None
        chosen = [("customers", str(public_id)) for public_id in public_ids]
        return HttpResponseRedirect(f"{reverse('admin:merging_preview')}?{urlencode(chosen)}")

    @admin.display(description=_("document"))
    def document_masked(self, customer: Customer) -> str:
        return mask_document(customer.document) if customer.document else ""


class TagResource(WorkspaceResource):
    """A tag as a row."""

    class Meta(WorkspaceResource.Meta):
        model = Tag
        import_id_fields = ("name",)
        fields = ("name",)


@admin.register(Tag)
class TagAdmin(SpreadsheetAdmin):
    """The words that the team puts on customers."""

    resource_classes = (TagResource,)
    view_permission = "customers.view"
    add_permission = "customers.annotate"
    change_permission = "customers.annotate"
    delete_permission = "customers.annotate"
    list_display = ("name",)
    search_fields = ("name__icontains",)
