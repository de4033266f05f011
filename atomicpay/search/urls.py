"""Addresses of the search: inside a workspace, and what one's other workspaces have, outside of all."""

from django.urls import path

from .views import ElsewhereView, SearchView

app_name = "search"

urlpatterns = [
    path("", SearchView.as_view(), name="results"),
    path("elsewhere/", ElsewhereView.as_view(), name="elsewhere"),
]
