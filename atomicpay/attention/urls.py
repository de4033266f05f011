"""Addresses of what needs attention, inside a workspace."""

from django.urls import path

from .views import AttentionView, FindingView

app_name = "attention"

urlpatterns = [
    path("", AttentionView.as_view(), name="list"),
    path("<uuid:public_id>/", FindingView.as_view(), name="detail"),
]
