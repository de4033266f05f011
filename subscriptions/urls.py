"""Addresses of subscriptions, inside a workspace."""

from django.urls import path

from atomicpay.saved_views.views import list_view
from atomicpay.ui.registry import get_list_page

from .views import ChargesView, SubscriptionView

app_name = "subscriptions"

urlpatterns = [
    path("", list_view(get_list_page("subscriptions")), name="list"),
    path("<uuid:public_id>/", SubscriptionView.as_view(), name="detail"),
    path("<uuid:public_id>/charges/", ChargesView.as_view(), name="charges"),
]
