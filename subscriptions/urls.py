"""Addresses of subscriptions, inside a workspace."""

from django.urls import path

from atomicpay.ui.registry import get_list_page
from atomicpay.ui.views import list_view

app_name = "subscriptions"

urlpatterns = [
    path("", list_view(get_list_page("subscriptions")), name="list"),
]
