"""The page of one subscription, and its older charges."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render

from atomicpay.ui.explainers import SUBSCRIPTION_CHECKS, explain
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView
from sales.purchases import page_pager, purchase_rows, read_purchases

from .detail import charges_of, find_subscription, subscription_page, title_of
from .models import Subscription


def _find(public_id: Any) -> Subscription:
    """The subscription of an address; 404 for one that does not exist, is foreign or out of scope."""
    try:
        return find_subscription(public_id)
    except Subscription.DoesNotExist:
        raise Http404 from None


class SubscriptionView(WorkspaceView):
    """Everything about one subscription."""

    permission = "subscriptions.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        subscription = _find(public_id)
        context = {
            "page": subscription_page(subscription, request.membership),
            "checks": explain(SUBSCRIPTION_CHECKS, subscription, request.membership),
        }
        return render(request, "subscriptions/detail.html", context)


class ChargesView(WorkspaceView):
    """All charges of a subscription, a page at a time; htmx takes the rows out of it."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        if not request.membership.may("subscriptions.view"):
            raise PermissionDenied
        subscription = _find(public_id)
        sales = charges_of(subscription)
        found = read_purchases(sales, request.GET)
        shown = {
            "subscription": subscription,
            "title": title_of(subscription),
            "rows": purchase_rows(found.rows),
            "pager": page_pager(request.path, found, sales.count(), appends=bool(request.htmx)),
        }
        return render(request, "subscriptions/charges.html", shown)
