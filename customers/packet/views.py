"""The choice of what goes into a packet, and the packet itself: the answer to a POST, kept nowhere."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from atomicpay.ui.moments import format_day
from atomicpay.workspaces.entry import WorkspaceRequest
from customers.history.base import CustomerRecordView
from customers.history.page import name_of
from customers.models import Customer, Note

from . import services
from .choice import PRESETS, Choice, Purpose, Shown, parts_for
from .forms import PacketForm
from .queries import latest_notes, names_of_members, products_of, read_material, reference_of_sale
from .receipt import receipt_of
from .redaction import Redactor
from .sections import Maker, sections_of

_SHOWN_OF_NOTE = 80


class PacketView(CustomerRecordView):
    """Makes a packet. Needs what seeing customers and sales needs: it gathers what such a member may read.

    What a member may not see cannot be chosen; documents in full need the permission that reveals them.
    """

    permission = services.PERMISSION

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        asked = request.GET.get("purpose", "")
        purpose = Purpose(asked) if asked in Purpose.values else Purpose.ESCALATION
        allowed = parts_for(request.membership)
        initial = {
            "purpose": purpose.value,
            "parts": [part.value for part in PRESETS[purpose] if part in allowed],
            "shown": Shown.MASKED.value,
        }
        form = PacketForm(initial=initial, **self._offered(customer))
        return self._choose(customer, form, purpose)

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if customer.merged_into_id is not None:
            raise PermissionDenied
        offered = self._offered(customer)
        form = PacketForm(request.POST, **offered)
        if form.is_valid():
            choice = form.choice(request.workspace.zone)
            sale = reference_of_sale(customer, choice.sale)
            if sale or not choice.sale:
                return self._packet(customer, replace(choice, sale=sale), dict(offered["products"]))
            form.add_error("sale", gettext("This customer has no sale of that reference."))
        asked = request.POST.get("purpose", "")
        return self._choose(customer, form, Purpose(asked) if asked in Purpose.values else Purpose.ESCALATION)

    def _offered(self, customer: Customer) -> dict[str, Any]:
        member = self.request.membership
        return {
            "parts": parts_for(member),
            "may_show_all": member.may("customers.view_pii"),
            "products": products_of(customer),
            "notes": [(note.pk, _note_words(note)) for note in latest_notes(customer)],
        }

    def _choose(self, customer: Customer, form: PacketForm, purpose: Purpose) -> HttpResponse:
        context = {
            "customer": customer,
            "name": name_of(customer),
            "form": form,
            "purpose": purpose,
            "purposes": list(Purpose),
        }
        return render(self.request, "customers/packet/choose.html", context)

    def _packet(self, customer: Customer, choice: Choice, products: dict[str, str]) -> HttpResponse:
        member, now = self.request.membership, timezone.now()
        material = read_material(customer, member, choice)
        redactor = Redactor(is_full=choice.is_full, members=names_of_members())
        sections = sections_of(Maker(customer, choice, material, redactor, now))
        product = products.get(str(choice.product), "")
        context = {
            "customer": customer,
            "name": name_of(customer) if customer.name else "",
            "sections": sections,
            "receipt": receipt_of(sections, choice, material, member, product, now),
        }
        services.record_packet(acting_member=member, customer=customer, choice=choice, sections=sections)
        return render(self.request, "customers/packet/packet.html", context)


def _note_words(note: Note) -> str:
    """The day and the beginning of a note."""
    words = " ".join(note.body.split())
    shown = words if len(words) <= _SHOWN_OF_NOTE else f"{words[:_SHOWN_OF_NOTE]}…"
    return f"{format_day(note.created_at)}: {shown}"
