"""Addresses of exports, inside a workspace."""

from django.urls import path

from atomicpay.ui.views import list_view

from . import views
from .file_templates import views as templates
from .lists import ExportList

app_name = "exports"

urlpatterns = [
    path("", list_view(ExportList()), name="list"),
    path("new/", views.NewExportView.as_view(), name="new"),
    path("verify/", views.VerifyView.as_view(), name="verify"),
    path("templates/", templates.TemplatesView.as_view(), name="templates"),
    path("templates/<uuid:public_id>/", templates.TemplateView.as_view(), name="template"),
    path("templates/<uuid:public_id>/share/", templates.ShareTemplateView.as_view(), name="share_template"),
    path(
        "templates/<uuid:public_id>/delete/", templates.DeleteTemplateView.as_view(), name="delete_template"
    ),
    path("<uuid:public_id>/", views.ExportView.as_view(), name="detail"),
    path("<uuid:public_id>/cancel/", views.CancelExportView.as_view(), name="cancel"),
    path("<uuid:public_id>/receipt.json", views.ReceiptView.as_view(), name="receipt"),
    path("<uuid:public_id>/download/", views.DownloadExportView.as_view(), name="download"),
]
