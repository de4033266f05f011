"""The form that takes a file of sales and the mapping that reads it."""

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from .errors import CannotReadMapping
from .mapping import Mapping
from .mapping_file import parse_mapping, read_mapping

_LARGEST_FILE: Final = 512 * 1024**2
_LARGEST_MAPPING: Final = 256 * 1024


class UploadForm(forms.Form):
    """A file, and a mapping: a new one or that of an earlier import. `mapping` is the one that was read."""

    file = forms.FileField(
        label=_("File of sales"),
        help_text=_("CSV, also compressed with gzip. UTF-8, UTF-16 and Latin-1 are recognised."),
        max_length=500,
    )
    earlier_mapping = forms.TypedChoiceField(label=_("Mapping"), required=False, empty_value="")
    mapping_file = forms.FileField(
        label=_("Or a new mapping"),
        required=False,
        help_text=_("A JSON file that says which column is what; docs/importing.md describes it."),
    )
    is_all_or_nothing = forms.BooleanField(
        label=_("Write nothing when any row is bad"),
        required=False,
    )

    def __init__(self, *args: Any, earlier: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._earlier = earlier
        self.mapping: Mapping | None = None
        choices = [("", _("A new mapping")), *((key, value["name"]) for key, value in earlier.items())]
        self.fields["earlier_mapping"].choices = choices  # type: ignore[attr-defined]
        if not earlier:
            del self.fields["earlier_mapping"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > _LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 512 MB. Compress it, or divide it."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        upload, earlier = cleaned.get("mapping_file"), cleaned.get("earlier_mapping")
        if upload is None and not earlier:
            self.add_error("mapping_file", _("Choose the mapping that reads the file."))
        elif upload is not None:
            self._read_upload(upload)
        else:
            try:
                self.mapping = read_mapping(self._earlier[str(earlier)])
            except CannotReadMapping as error:
                # Kept before mappings were read as they are now.
                self.add_error("earlier_mapping", str(error))
        return cleaned

    def _read_upload(self, upload: UploadedFile) -> None:
        if (upload.size or 0) > _LARGEST_MAPPING:
            self.add_error("mapping_file", _("This is too large for a mapping."))
            return
        try:
            self.mapping = parse_mapping(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("mapping_file", _("The mapping is not UTF-8."))
        except CannotReadMapping as error:
            self.add_error("mapping_file", str(error))
