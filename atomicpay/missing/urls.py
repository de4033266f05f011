"""Address of the answers, inside a workspace."""

from django.urls import path

from .views import MissingView

app_name = "missing"

urlpatterns = [
    path("", MissingView.as_view(), name="why"),
]
