"""Addresses of one message, inside a workspace."""

from django.urls import path

from . import views

app_name = "messages"

urlpatterns = [path("<uuid:public_id>/delete/", views.DeleteMessageView.as_view(), name="delete")]
