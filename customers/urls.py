"""Addresses of customers, inside a workspace."""

from django.urls import URLPattern

app_name = "customers"

urlpatterns: list[URLPattern] = []
