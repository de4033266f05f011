"""Addresses of timelines, inside a workspace: below their customers, and the one that files name."""

from django.urls import path

from .views import AnyTimelineView, LatestView, TimelineView

app_name = "timeline"

urlpatterns = [
    path("timeline/", AnyTimelineView.as_view(), name="any"),
    path("customers/<uuid:public_id>/timeline/", TimelineView.as_view(), name="of_customer"),
    path("customers/<uuid:public_id>/timeline/latest/", LatestView.as_view(), name="latest"),
]
