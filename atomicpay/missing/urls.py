"""Addresses of the answers, inside a workspace: of one list, and of all of them."""

from django.urls import path

from .views import AnywhereView, MissingView

app_name = "missing"

urlpatterns = [
    path("", MissingView.as_view(), name="why"),
    path("anywhere/", AnywhereView.as_view(), name="anywhere"),
]
