"""Addresses of the pages of API tokens, inside a workspace."""

from django.urls import path

from . import views

app_name = "tokens"

urlpatterns = [
    path("", views.TokensView.as_view(), name="list"),
    path("new/", views.NewTokenView.as_view(), name="new"),
    path("<uuid:public_id>/revoke/", views.RevokeTokenView.as_view(), name="revoke"),
]
