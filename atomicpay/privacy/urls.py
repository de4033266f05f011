"""Addresses of the privacy room, under a customer's own."""

from django.urls import path

from . import views

app_name = "privacy"

urlpatterns = [
    path("anonymise/", views.AnonymiseView.as_view(), name="anonymise"),
    path("subject-access/", views.SubjectAccessView.as_view(), name="subject_access"),
]
