"""Addresses of the answers: `missing/` inside a workspace, `elsewhere/` outside of them all."""

from django.urls import path

from .views import ElsewhereView, MissingView

app_name = "missing"

urlpatterns = [
    path("missing/", MissingView.as_view(), name="why"),
    path("elsewhere/", ElsewhereView.as_view(), name="elsewhere"),
]
