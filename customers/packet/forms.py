"""What somebody chooses for a packet. It is sent by POST: none of it stands in an address."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.inputs import LONGEST_TEXT, DayField

from .choice import Choice, Part, Purpose, Shown

_DAY: Final = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class PacketForm(forms.Form):
    """Purpose, parts, how much is readable, the period, one product or sale, and the notes that go along."""

    purpose = forms.ChoiceField(widget=forms.HiddenInput, choices=Purpose)
    parts = forms.MultipleChoiceField(
        label=_("What goes in"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part.")},
    )
    shown = forms.ChoiceField(
        label=_("Documents, emails and phones"),
        widget=forms.RadioSelect,
        help_text=_("Card numbers never have more than their last four digits."),
    )
    first_day = DayField(label=_("From the day"), required=False, widget=_DAY)
    last_day = DayField(label=_("To the end of the day"), required=False, widget=_DAY)
    product = forms.ChoiceField(label=_("Only about one product"), required=False)
    sale = forms.CharField(
        label=_("Only about one sale, by its reference"), required=False, max_length=LONGEST_TEXT
    )
    notes = forms.MultipleChoiceField(
        label=_("Internal notes that go along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None, unless they are marked here and their part is chosen."),
    )

    def __init__(
        self,
        *args: Any,
        parts: Sequence[Part],
        may_show_all: bool,
        products: Sequence[tuple[str, str]],
        notes: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        shown = list(Shown) if may_show_all else [Shown.MASKED]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "parts": [(part.value, part.label) for part in parts],
            "shown": [(each.value, each.label) for each in shown],
            "product": [("", _("All products")), *products],
            "notes": list(notes),
        }
        for name, offered in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered
        if not notes:
            del self.fields["notes"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "purpose" not in cleaned:
            raise ValidationError(_("Choose above what the packet is for."))
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            raise ValidationError(_("The last day is before the first."))
        return cleaned

    def choice(self, zone: ZoneInfo) -> Choice:
        """What was chosen, days as moments of the zone."""
        cleaned = self.cleaned_data
        first, last = cleaned["first_day"], cleaned["last_day"]
        chosen = set(cleaned["parts"])
        return Choice(
            purpose=Purpose(cleaned["purpose"]),
            parts=tuple(part for part in Part if part in chosen),
            is_full=cleaned["shown"] == Shown.FULL,
            start=datetime.combine(first, time.min, tzinfo=zone) if first else None,
            end=datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone) if last else None,
            product=UUID(cleaned["product"]) if cleaned["product"] else None,
            sale=" ".join(cleaned["sale"].split()),
            notes=frozenset(map(int, cleaned.get("notes", ()))),
        )
