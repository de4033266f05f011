"""The addresses of a customer's access, under the customer's own."""

from django.urls import path

from . import views

urlpatterns = [path("", views.AccessView.as_view(), name="access")]
