"""What is asked of a schedule: its name, its days and its hour, what its mail leads to."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from .clock import Timing
from .models import Schedule
from .states import Rhythm
from .words import weekday_words

MORNING: Final = 6


class ScheduleForm(forms.Form):
    """When a schedule asks. What it asks for stands in its address, and cannot be changed afterwards."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Others who oversee exports read it too.")
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        coerce=int,
        required=False,
        empty_value="0",
        help_text=_("For every week."),
    )
    day = forms.TypedChoiceField(
        label=_("Day of the month"),
        coerce=int,
        required=False,
        empty_value="1",
        choices=[(day, str(day)) for day in range(1, 32)],
        help_text=_("For every month; in a shorter month its last day."),
    )
    hour = forms.TypedChoiceField(
        label=_("Hour"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    is_delta_only = forms.BooleanField(
        label=_("Only what changed"),
        required=False,
        help_text=_(
            "The mail leads to new, changed and gone rows since the file before, and is not sent where"
            " nothing changed."
        ),
    )

    def __init__(self, data: Any = None, *, zone: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"hour": MORNING, **(initial or {})})
        weekday: Any = self.fields["weekday"]
        weekday.choices = [(number, weekday_words(number)) for number in range(7)]
        self.fields["hour"].help_text = _("In %(zone)s.") % {"zone": zone}

    @classmethod
    def of(cls, schedule: Schedule, zone: str) -> "ScheduleForm":
        """As a schedule stands."""
        names = ("name", "rhythm", "weekday", "day", "hour", "is_delta_only")
        return cls(zone=zone, initial={name: getattr(schedule, name) for name in names})

    @property
    def asked(self) -> dict[str, Any]:
        """What the services are asked for, once it is valid."""
        values = self.cleaned_data
        timing = Timing(Rhythm(values["rhythm"]), values["hour"], int(values["weekday"]), int(values["day"]))
        return {"name": values["name"], "timing": timing, "is_delta_only": values["is_delta_only"]}
