"""Addresses of saved views, inside a workspace: the same for each list, with the permission of the list."""

from typing import Any

from django.urls import URLPattern, path

from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import list_pages

from . import views

app_name = "saved_views"


def _of_list(page: ListPage) -> list[URLPattern]:
    def at(route: str, view: Any, name: str) -> URLPattern:
        answer = view.as_view(permission=page.permission)
        return path(f"{page.name}/{route}", answer, {"page": page.name}, name=name)

    return [
        at("", views.ViewsView, "list"),
        at("new/", views.SaveView, "new"),
        at("columns/", views.ChooseColumnsView, "columns"),
        at("<uuid:public_id>/", views.OneView, "detail"),
        at("<uuid:public_id>/changes/", views.SaveChangesView, "save_changes"),
        at("<uuid:public_id>/share/", views.ShareView, "share"),
        at("<uuid:public_id>/default/", views.DefaultView, "default"),
        at("<uuid:public_id>/move/", views.MoveView, "move"),
        at("<uuid:public_id>/delete/", views.DeleteView, "delete"),
    ]


urlpatterns = [pattern for page in list_pages() if page.keeps_views for pattern in _of_list(page)]
