"""Addresses of one customer, under the customer's own."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.CustomerView.as_view(), name="detail"),
    path("access/", include("customers.access.urls")),
    path("purchases/", views.PurchasesView.as_view(), name="purchases"),
    path("document/", views.RevealDocumentView.as_view(), name="reveal_document"),
    path("notes/", views.AddNoteView.as_view(), name="add_note"),
    path("tags/", views.AddTagView.as_view(), name="add_tag"),
    path("tags/remove/", views.RemoveTagView.as_view(), name="remove_tag"),
]
