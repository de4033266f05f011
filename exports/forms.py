"""The form of the confirm step: the file's columns and format, and the name they may be kept by."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column
from atomicpay.workspaces.models import Membership

from .asked import documents_among
from .dialects import Dialect
from .file_templates.rules import SHARE

SAVE = "save"
"""The button that keeps columns and format as a template, and asks for no file."""

SCHEDULE = "schedule"
"""The button that leads to where the same is asked for by the clock."""


class FileForm(forms.Form):
    """What the file holds and how. The boxes stand, and are sent, in the order that the columns will have."""

    column = forms.MultipleChoiceField(
        label=_("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one column.")},
    )
    dialect = forms.ChoiceField(
        label=_("Format"),
        choices=Dialect.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    documents = forms.BooleanField(
        label=_("Put people’s documents into the file"),
        required=False,
        help_text=_(
            "Only if a column with documents is ticked. Who gets the file can identify people by them;"
            " that you asked for it is written to the audit log."
        ),
    )

    def __init__(
        self,
        data: Any,
        *,
        columns: Iterable[Column],
        chosen: Sequence[str] = (),
        dialect: str = Dialect.STANDARD,
    ) -> None:
        known = {column.key: column for column in columns}
        first = [key for key in (data.getlist("column") if data is not None else chosen) if key in known]
        self.columns = {key: known[key] for key in dict.fromkeys([*first, *known])}
        super().__init__(data, initial={"column": first, "dialect": dialect})
        choices = [(key, column.label) for key, column in self.columns.items()]
        self.fields["column"].choices = choices  # type: ignore[attr-defined]
        if not documents_among(self.columns.values()):
            del self.fields["documents"]

    @property
    def holds_documents(self) -> bool:
        """Whether a column with documents is ticked as the form is shown."""
        ticked = self["column"].value() or ()
        return bool(documents_among(self.columns[key] for key in ticked if key in self.columns))

    def clean_column(self) -> list[str]:
        """Each once, in the order in which they were sent."""
        return list(dict.fromkeys(self.cleaned_data["column"]))

    def clean_dialect(self) -> str:
        return self.cleaned_data["dialect"] or Dialect.STANDARD

    def clean(self) -> dict[str, Any]:
        """Documents are ticked twice: the column, and that it is meant."""
        chosen = [self.columns[key] for key in self.cleaned_data.get("column", ())]
        if (documents := documents_among(chosen)) and not self.cleaned_data.get("documents"):
            names = ", ".join(str(column.label) for column in documents)
            self.add_error(
                "documents",
                forms.ValidationError(
                    _("The file would hold documents: %(columns)s. Tick this too, or take them out."),
                    params={"columns": names},
                ),
            )
        return self.cleaned_data


class KeepForm(forms.Form):
    """The name of a new template; sharing is offered to who may."""

    # It stands in the form of the file, which is sent without a name as well.
    use_required_attribute = False

    name = forms.CharField(label=_("Name of the template"), max_length=60)
    is_shared = forms.BooleanField(
        label=_("Share with everybody who may export this list"),
        required=False,
    )

    def __init__(self, data: Any, *, member: Membership) -> None:
        super().__init__(data, auto_id="template-%s")
        if not member.may(SHARE):
            del self.fields["is_shared"]


class MailForm(forms.Form):
    """Whether the member is told by mail. What they chose is what the next export begins with."""

    mail_when_ready = forms.BooleanField(
        label=_("Mail me when it is ready"),
        required=False,
        help_text=_("The mail holds a link to the receipt, which asks to sign in, and never the file."),
    )
