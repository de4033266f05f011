"""Addresses of subscriptions, inside a workspace."""

from django.urls import URLPattern

app_name = "subscriptions"

urlpatterns: list[URLPattern] = []
