"""Addresses of exports, inside a workspace."""

from django.urls import path

from atomicpay.ui.views import list_view

from . import views
from .changes.views import DownloadChangesView
from .file_templates import views as templates
from .history.views import HistoryView, LimitView
from .schedules import views as schedules
from .schedules.lists import ScheduleList

app_name = "exports"

urlpatterns = [
    path("", views.ExportsView.as_view(), name="list"),
    path("history/", HistoryView.as_view(), name="history"),
    path("history/limit/", LimitView.as_view(), name="limit"),
    path("schedules/", list_view(ScheduleList()), name="schedules"),
    path("schedules/new/", schedules.NewScheduleView.as_view(), name="new_schedule"),
    path("schedules/<uuid:public_id>/", schedules.ScheduleView.as_view(), name="schedule"),
    path("schedules/<uuid:public_id>/run/", schedules.RunScheduleView.as_view(), name="run_schedule"),
    path("schedules/<uuid:public_id>/pause/", schedules.PauseScheduleView.as_view(), name="pause_schedule"),
    path(
        "schedules/<uuid:public_id>/delete/", schedules.DeleteScheduleView.as_view(), name="delete_schedule"
    ),
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
    path("<uuid:public_id>/changes/", DownloadChangesView.as_view(), name="changes"),
]
