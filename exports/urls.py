"""Addresses of exports, inside a workspace."""

from django.urls import URLPattern

app_name = "exports"

urlpatterns: list[URLPattern] = []
