"""Addresses of exports, inside a workspace."""

from django.urls import path

from atomicpay.ui.views import list_view

from . import views
from .lists import ExportList

app_name = "exports"

urlpatterns = [
    path("", list_view(ExportList()), name="list"),
    path("new/", views.NewExportView.as_view(), name="new"),
    path("verify/", views.VerifyView.as_view(), name="verify"),
    path("<uuid:public_id>/", views.ExportView.as_view(), name="detail"),
    path("<uuid:public_id>/cancel/", views.CancelExportView.as_view(), name="cancel"),
    path("<uuid:public_id>/receipt.json", views.ReceiptView.as_view(), name="receipt"),
    path("<uuid:public_id>/download/", views.DownloadExportView.as_view(), name="download"),
]
