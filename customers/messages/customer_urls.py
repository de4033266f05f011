"""Addresses of the messages of one customer, under the customer's own."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.MessagesView.as_view(), name="messages"),
    path("new/", views.RecordMessageView.as_view(), name="record_message"),
]
