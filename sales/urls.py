"""Addresses of sales, inside a workspace."""

from django.urls import path

from atomicpay.saved_views.views import list_view
from atomicpay.ui.registry import get_list_page

from .views import SaleView

app_name = "sales"

urlpatterns = [
    path("", list_view(get_list_page("sales")), name="list"),
    path("<uuid:public_id>/", SaleView.as_view(), name="detail"),
]
