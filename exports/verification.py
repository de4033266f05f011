"""Whether a file is one that was exported here, to the byte: asked by its SHA-256, never by the file."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.models import Membership

from .models import Comparison, Export

_MOST: Final = 10
_NUMBER: Final = re.compile(r"E-(\d{4,9})", re.ASCII | re.IGNORECASE)
# Browsers put their own number into a name that they have already: "E-0002.changes (1).csv".
_BESIDE: Final = re.compile(r"\.(changes|receipt)\b[^.]*\.(?:csv|json)\s*$", re.ASCII | re.IGNORECASE)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Finding(StrEnum):
    """What a hash says of a file."""

    SAME = "same"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    RECEIPT = "receipt"


class VerifyForm(forms.Form):
    """A SHA-256 as people copy it, and the reference that the file's name carries."""

    sha256 = forms.CharField(
        label=_("SHA-256 of the file"),
        max_length=200,
        help_text=_("64 digits and letters from a to f; spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name of the file, or the export's reference"),
        max_length=300,
        required=False,
        help_text=_(
            "Tells a changed file from one that was never exported here: its name has E and a number."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_sha256(self) -> str:
        """Without spaces, in small letters."""
        digits = "".join(self.cleaned_data["sha256"].split()).lower()
        if not _SHA256.fullmatch(digits):
            raise forms.ValidationError(_("A SHA-256 has 64 characters: digits and the letters from a to f."))
        return digits

    @property
    def number(self) -> int | None:
        """The number of the export whose own file has the name; none for what lies beside that file."""
        found = _NUMBER.findall(self.cleaned_data["name"])
        return int(found[-1]) if found and not self._beside else None

    @property
    def is_of_receipt(self) -> bool:
        """Whether the name is that of a receipt, of which no hash is kept."""
        return self._beside == "receipt"

    @property
    def _beside(self) -> str:
        found = _BESIDE.search(self.cleaned_data["name"])
        return found[1].lower() if found else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the question: the exports of just these bytes, or the one that the name speaks of.

    `changes_of` are those beside which the very file was written as that of their changes.
    """

    finding: Finding
    exports: list[Export] = field(default_factory=list)
    changes_of: list[Export] = field(default_factory=list)


def verify(form: VerifyForm, member: Membership) -> Verdict:
    """Look a valid form's hash up among the files of the exports that the member may see.

    The same books give the same bytes, so that several exports may have one hash.
    """
    visible, sha256 = Export.objects.visible_to(member).exclude(sha256=""), form.cleaned_data["sha256"]
    same = list(visible.filter(sha256=sha256).newest_first()[:_MOST])
    compared = Comparison.objects.filter(sha256=sha256).values("export")
    changes_of = list(visible.filter(pk__in=compared).newest_first()[:_MOST])
    if same or changes_of:
        return Verdict(Finding.SAME, same, changes_of)
    if form.is_of_receipt:
        return Verdict(Finding.RECEIPT)
    named = list(visible.filter(number=form.number)) if form.number is not None else []
    return Verdict(Finding.CHANGED if named else Finding.UNKNOWN, named)
