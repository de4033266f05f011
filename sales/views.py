"""The page of one sale."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from atomicpay.ui.explainers import NO_SUBSCRIPTION, SALE_CHECKS, explain
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from .detail import find_sale, sale_page
from .models import Sale


class SaleView(WorkspaceView):
    """Everything about one sale. One that does not exist, is foreign or out of the member's products: 404."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        try:
            sale = find_sale(public_id)
        except Sale.DoesNotExist:
            raise Http404 from None
        context = {
            "checks": explain(SALE_CHECKS, sale, request.membership),
            "page": sale_page(sale, request.membership),
            "no_subscription": explain(NO_SUBSCRIPTION, sale, request.membership),
        }
        return render(request, "sales/detail.html", context)
