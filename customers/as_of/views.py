"""The page as of a date, and all the purchases made until then."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from atomicpay.workspaces.entry import WorkspaceRequest
from customers.history.base import CustomerRecordView
from customers.history.page import name_of
from sales.purchases import page_pager, read_purchases

from .days import BookDay
from .forms import DayForm
from .page import as_of_address, as_of_page, purchases_then
from .queries import as_purchases_then, purchases_until, read_books


class _DayView(CustomerRecordView, abstract=True):
    """A view of one customer at the end of a day; without one in the address, of yesterday."""

    def read_day(self) -> tuple[DayForm, BookDay | None]:
        """The form of the day, and the day where one was asked for that has come."""
        zone = self.request.workspace.zone
        today = timezone.now().astimezone(zone).date()
        asked = self.request.GET if "date" in self.request.GET else {"date": today - timedelta(days=1)}
        form = DayForm(asked, today=today)
        return form, BookDay(form.cleaned_data["date"], zone, today) if form.is_valid() else None


class AsOfView(_DayView):
    """A customer as the books stood at the end of a day."""

    permission = "customers.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        form, day = self.read_day()
        page = None
        if day is not None:
            page = as_of_page(
                read_books(customer, request.membership, day),
                first_currency=request.workspace.default_currency,
                may_see_spend=request.membership.may("spend.view"),
            )
        context = {"customer": customer, "name": name_of(customer), "form": form, "page": page}
        return render(request, "customers/as_of.html", context)


class AsOfPurchasesView(_DayView):
    """All purchases of a customer until the end of a day, a page at a time, each with the state it had."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        _form, day = self.read_day()
        if day is None:
            raise Http404
        sales = purchases_until(customer, day.end)
        found = read_purchases(sales, request.GET, as_purchases_then(sales, day.end, customer.pk))
        path = as_of_address(customer, day.on, "customers:as_of_purchases")
        pager = page_pager(path, found, sales.count(), appends=bool(request.htmx))
        context = {
            "customer": customer,
            "name": name_of(customer),
            "day": day.on,
            "as_of_url": as_of_address(customer, day.on),
            "rows": purchases_then(found.rows),
            "pager": pager,
        }
        return render(request, "customers/as_of_purchases.html", context)
