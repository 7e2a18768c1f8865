"""A paper register as it is keyed in: who took it and when, and a code for each child that has one."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from attendance_mat.accounts.models import User
from attendance_mat.web.forms import DayField, limit_to
from registers.actions.entering import LATE, Entry
from registers.forms.register import key_of
from registers.models import Register
from registers.rules.calendar import LONDON, Half
from registers.rules.codes import present_code
from registers.rules.marks import late_code

SLASHES: Final = frozenset({"/", "\\"})  # either is "present" to whoever wrote it
TIME: Final = re.compile(r"(\d{1,2})[:.]?(\d{2})")
DIGITS: Final = 18  # of a number that a form sends: within what the database can hold
BASE_AT_MOST: Final = 5
WRONG_TIME: Final = "Enter the time of arrival as 0905 or 09:05."
TIME_WITHOUT_A_CODE: Final = "Enter a code beside the time."
NOT_LATE: Final = "Only a late child has a time of arrival."
STILL_TO_COME: Final = "That arrival is still to come. Enter the time on the paper."


class PaperOf(forms.Form):
    """The day whose sheets are keyed in: today, or one that is over."""

    date = DayField(label="Sheets of another day")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"date": today}, **kwargs})
        self.today = today

    def clean_date(self) -> dt.date:
        """Refuse a day to come."""
        on: dt.date = self.cleaned_data["date"]
        if on > self.today:
            message = "That day is still to come. Choose today or an earlier day."
            raise forms.ValidationError(message)
        return on


class KeyIn(forms.Form):
    """Who took the paper register, and at what time."""

    taken_by = forms.ModelChoiceField(
        label="Taken by", queryset=User.objects.none(), empty_label="Choose who took it", required=False,
    )  # fmt: skip
    taken_name = forms.CharField(
        label="Or by somebody not in the list: their name",
        required=False,
        max_length=80,
        help_text="Supply without a pass, for one. It stands beside the marks.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    taken_time = forms.TimeField(
        label="At the time on the paper",
        input_formats=["%H:%M", "%H%M", "%H.%M"],
        widget=forms.TimeInput(attrs={"inputmode": "numeric", "class": "key-time"}, format="%H:%M"),
        help_text="As 0855 or 08:55.",
        error_messages={"required": "Enter the time on the paper.", "invalid": "Enter a time like 08:55."},
    )

    def __init__(self, *args: Any, takers: Any, date: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.date = date
        for name in ("taken_by", "taken_name"):
            self.fields[name].one_is_needed = True  # type: ignore[attr-defined]  # read by components/field.html
        limit_to(self, "taken_by", takers)

    def clean_taken_name(self) -> str:
        """Return the name with single spaces."""
        return " ".join(self.cleaned_data["taken_name"].split())

    def clean(self) -> dict[str, Any]:
        """Refuse a sheet that names two who took it, or nobody."""
        given = self.cleaned_data
        if "taken_by" in given and "taken_name" in given and bool(given["taken_by"]) is bool(given["taken_name"]):
            if given["taken_name"]:
                self.add_error("taken_name", "Choose who took it, or enter a name, not both.")
            else:
                self.add_error("taken_by", "Choose who took it, or enter their name.")
        return given

    def taken_at(self) -> dt.datetime:
        """Return when the register was taken."""
        return dt.datetime.combine(self.date, self.cleaned_data["taken_time"], tzinfo=LONDON)


class KeyedRows:
    """The rows of a sheet as they were typed. `entries` are those with a code; `problems` say what is wrong, by
    pupil."""

    def __init__(self, posted: Mapping[str, str], *, half: Half, date: dt.date, at: dt.datetime) -> None:
        self.posted = {name: value.replace("\0", "") for name, value in posted.items()}  # nothing stored may hold one
        self.half, self.date, self.at = half, date, at
        self.key = key_of(self.posted.get("key", ""))
        self.entries: list[Entry] = []
        self.problems: dict[int, str] = {}

    def read(self, *, closes_at: dt.datetime) -> None:
        """Read every row; L or U is by the arrival time and the register's own close."""
        for name, typed in self.posted.items():
            prefix, _, pupil = name.partition("-")
            if prefix == "mark" and pupil.isascii() and pupil.isdecimal() and len(pupil) <= DIGITS:
                self._read(int(pupil), typed.strip().upper(), closes_at)

    def value(self, field: str, pupil_id: int) -> str:
        """Return what a row's field was filled with."""
        return self.posted.get(f"{field}-{pupil_id}", "").strip()

    def digest(self, register: str) -> str:
        """Return a digest of what was typed for a register, whichever button sent it."""
        typed = {name: value for name, value in self.posted.items() if name not in {"do", "csrfmiddlewaretoken"}}
        return hashlib.sha256(repr((register, sorted(typed.items()))).encode()).hexdigest()

    def _read(self, pupil_id: int, code: str, closes_at: dt.datetime) -> None:
        time = self.value("time", pupil_id)
        if not code:
            if time:
                self.problems[pupil_id] = TIME_WITHOUT_A_CODE
            return
        code = present_code(self.half) if code in SLASHES else code
        arrived = None
        if time:
            arrived = self._arrival(pupil_id, time, code)
            if arrived is None:
                return
            code = late_code(arrived, closes_at).code
        seen = self.value("seen", pupil_id)
        base = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= BASE_AT_MOST else 0
        self.entries.append(Entry(pupil_id, code[:2], base=base, made_at=self.at, arrived_at=arrived))

    def _arrival(self, pupil_id: int, time: str, code: str) -> dt.datetime | None:
        """Return when a late child came, or None, with what is wrong beside the row."""
        found = TIME.fullmatch(time)
        try:
            given = dt.time(int(found[1]), int(found[2])) if found else None
        except ValueError:
            given = None
        if code not in LATE:
            self.problems[pupil_id] = NOT_LATE
        elif given is None:
            self.problems[pupil_id] = WRONG_TIME
        else:
            arrived = dt.datetime.combine(self.date, given, tzinfo=LONDON)
            if arrived <= self.at:
                return arrived
            self.problems[pupil_id] = STILL_TO_COME
        return None


def closes_at_of(register: Register | None, otherwise: dt.datetime) -> dt.datetime:
    """Return when a register closes, opened or not."""
    return register.closes_at if register else otherwise
