"""Addresses of the workspace switcher, invitations and one's own preferences."""

from django.urls import URLPattern

app_name = "workspaces"

urlpatterns: list[URLPattern] = []
