"""Addresses for programs, outside every workspace: the token says which one is meant."""

from django.urls import path

from .program_views import MessagesApiView

app_name = "api"

urlpatterns = [path("messages/", MessagesApiView.as_view(), name="messages")]
