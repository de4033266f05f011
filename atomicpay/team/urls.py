"""Addresses of the workspace switcher, invitations and one's own preferences."""

from django.urls import path

from . import views

app_name = "workspaces"

urlpatterns = [
    path("", views.home, name="switcher"),
    path("preferences/", views.PreferencesView.as_view(), name="preferences"),
    path(
        "invitations/<slug:slug>/accept/<uuid:public_id>/",
        views.AcceptInvitationView.as_view(),
        name="accept_invitation",
    ),
    path("invitations/<slug:slug>/<str:token>/", views.InvitationView.as_view(), name="invitation"),
]
