"""What a member writes down of a conversation, what is looked for in one, and the file that brings many."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.inputs import SearchField
from customers.models import Message

from .drafts import (
    LONGEST_BODY,
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_SUBJECT,
    LONGEST_URL,
    is_link,
    may_be_said_in,
)

LARGEST_FILE: Final = 20 * 1024**2
_MINUTE: Final = "%Y-%m-%dT%H:%M"
# A clock may be a little fast.
_TOLERANCE: Final = timedelta(minutes=5)


class MessageForm(forms.Form):
    """One message, its time in the workspace's zone."""

    prefix = "message"

    channel = forms.ChoiceField(label=_("Channel"), choices=Message.Channel.choices)
    direction = forms.ChoiceField(label=_("Direction"), choices=Message.Direction.choices)
    sent_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE),
        input_formats=[_MINUTE],
    )
    subject = forms.CharField(label=_("Subject"), required=False, max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    author_name = forms.CharField(
        label=_("Written by"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("Empty: the buyer, or you where it went to them."),
    )
    url = forms.CharField(
        label=_("Link to the helpdesk"),
        required=False,
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    @classmethod
    def empty(cls) -> "MessageForm":
        """The form as it is opened: said now, in the workspace's zone."""
        return cls(initial={"sent_at": timezone.now()})

    def clean_sent_at(self) -> Any:
        sent_at, now = self.cleaned_data["sent_at"], timezone.now()
        if sent_at > now + _TOLERANCE:
            raise forms.ValidationError(_("This time is yet to come."))
        if not may_be_said_in(sent_at.year, now):
            raise forms.ValidationError(_("This year cannot be: write all four digits of it."))
        return sent_at

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if url and not is_link(url):
            raise forms.ValidationError(_("This is not an address that begins with https://."))
        return url

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_empty = not any(str(cleaned.get(name, "")).strip() for name in ("subject", "body"))
        if is_empty and not {"subject", "body"} & self.errors.keys():
            self.add_error("body", _("Write what was said, or at least what it was about."))
        return cleaned


class FindForm(forms.Form):
    """What is looked for in the messages of a customer."""

    q = SearchField(required=False, label=_("Words in the messages"))

    def asked(self) -> str:
        """The text to look for; "" where there is none that can be."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class UploadForm(forms.Form):
    """A file of messages, and the helpdesk that it comes from."""

    file = forms.FileField(
        label=_("File of messages"),
        help_text=_("CSV with a heading, at most 20 MB. UTF-8, UTF-16 and Latin-1 are recognised."),
        max_length=500,
    )
    provider = forms.CharField(
        label=_("Helpdesk"),
        initial="helpdesk",
        max_length=LONGEST_CODE,
        help_text=_(
            "A message is known by the helpdesk and its id there: the same file again changes nothing."
        ),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 20 MB. Divide it."))
        return file

    def clean_provider(self) -> str:
        return str(self.cleaned_data["provider"]).casefold()
