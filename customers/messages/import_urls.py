"""The address where files of messages are brought, beside the imports of sales."""

from django.urls import path

from . import import_views

app_name = "message_imports"

urlpatterns = [path("", import_views.NewMessageImportView.as_view(), name="new")]
