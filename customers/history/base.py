"""What every view of one customer begins with: finding them, or the one they live on in."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from atomicpay.workspaces.views import WorkspaceView
from customers.models import Customer

from .queries import find_customer


class CustomerRecordView(WorkspaceView, abstract=True):
    """A view of one customer, for who may see customers at all.

    One that does not exist, is another workspace's, or has nothing in the member's products: 404.
    """

    def find(self, public_id: Any) -> Customer:
        if not self.request.membership.may("customers.view"):
            raise PermissionDenied
        try:
            return find_customer(public_id)
        except Customer.DoesNotExist:
            raise Http404 from None
