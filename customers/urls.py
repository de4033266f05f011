"""Addresses of customers, inside a workspace."""

from django.urls import include, path

from atomicpay.saved_views.views import list_view
from atomicpay.ui.registry import get_list_page

app_name = "customers"

urlpatterns = [
    path("", list_view(get_list_page("customers")), name="list"),
    path("<uuid:public_id>/", include("customers.history.urls")),
    path("<uuid:public_id>/", include("customers.archiving.urls")),
    path("<uuid:public_id>/as-of/", include("customers.as_of.urls")),
    path("<uuid:public_id>/duplicates/", include("customers.duplicates.urls")),
    path("<uuid:public_id>/packet/", include("customers.packet.urls")),
]
