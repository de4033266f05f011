"""Addresses of a customer as of a date, under the customer's own."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.AsOfView.as_view(), name="as_of"),
    path("purchases/", views.AsOfPurchasesView.as_view(), name="as_of_purchases"),
]
