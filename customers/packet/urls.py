"""The address of a customer's packet, under the customer's own."""

from django.urls import path

from . import views

urlpatterns = [path("", views.PacketView.as_view(), name="packet")]
