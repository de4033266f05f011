"""What is done with the findings of a customer, under the customer's own address."""

from django.urls import path

from .views import ChecksView, DismissView, RestoreView

app_name = "findings"

urlpatterns = [
    path("", ChecksView.as_view(), name="checks"),
    path("dismiss/", DismissView.as_view(), name="dismiss"),
    path("restore/", RestoreView.as_view(), name="restore"),
]
