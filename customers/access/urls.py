"""Addresses about the access of one customer, under the customer's own."""

from django.urls import path

from . import views

urlpatterns = [path("<uuid:product_id>/", views.AccessView.as_view(), name="access")]
