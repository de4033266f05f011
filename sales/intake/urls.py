"""Addresses of imports, inside a workspace."""

from django.urls import path

from . import views

app_name = "imports"

urlpatterns = [
    path("", views.ImportListView.as_view(), name="list"),
    path("new/", views.NewImportView.as_view(), name="new"),
    path("<uuid:public_id>/", views.ImportView.as_view(), name="detail"),
    path("<uuid:public_id>/problems/", views.ImportProblemsView.as_view(), name="problems"),
    path("<uuid:public_id>/retry/", views.RetryImportView.as_view(), name="retry"),
]
