"""Addresses of suggestions, under a customer's own."""

from django.urls import path

from . import views

urlpatterns = [path("dismiss/", views.DismissView.as_view(), name="dismiss_duplicate")]
