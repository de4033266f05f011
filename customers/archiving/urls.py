"""Addresses of archiving, under a customer's own."""

from django.urls import path

from . import views

urlpatterns = [
    path("archive/", views.ArchiveView.as_view(), name="archive"),
    path("unarchive/", views.UnarchiveView.as_view(), name="unarchive"),
]
