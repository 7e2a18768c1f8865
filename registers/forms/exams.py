"""What people enter to set up a sitting of an exam."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.db.models import Q

from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import SCHOOL_ROLES, scope_of
from attendance_mat.trust.models import School
from attendance_mat.web.forms import DayField, limit_to
from registers.actions.exams import Sitting
from registers.models import Group, Pupil
from registers.queries.exams import candidates_of
from registers.rules.calendar import Half

PAST: Final = "That day is past. An exam is set up for today or a day to come."
NOT_THEN: Final = "They take no registers here on that day. Choose somebody else, or leave it to the office."
TAKERS: Final = sorted(role.value for role in SCHOOL_ROLES if scope_of(role, Permission.TAKE_REGISTER) is not None)
CLOCK: Final = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SetUpExam(forms.Form):
    """One exam in one room, on a day that is not past."""

    exam = forms.CharField(
        label="Exam", max_length=60, error_messages={"required": "Name the exam, such as GCSE Mathematics paper 1."}
    )
    date = DayField(label="Day")
    half = forms.ChoiceField(
        label="Session whose registration it takes",
        choices=[(Half.AM.value, "Morning"), (Half.PM.value, "Afternoon")],
        widget=forms.RadioSelect,
    )
    starts = forms.TimeField(label="Starts", widget=CLOCK, error_messages={"invalid": "Enter a time, such as 09:00."})
    ends = forms.TimeField(label="Ends", widget=CLOCK, error_messages={"invalid": "Enter a time, such as 10:30."})
    room = forms.CharField(label="Room", max_length=40)
    invigilator = forms.ModelChoiceField(
        label="Who takes its register", queryset=User.objects.none(), required=False, empty_label="The office"
    )
    groups = forms.ModelMultipleChoiceField(
        label="Groups who sit it", queryset=Group.objects.none(), required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip
    numbers = forms.CharField(
        label="Other candidates", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One number on each line: the UPN, or the number in the school's other system.",
    )  # fmt: skip

    def __init__(self, *args: Any, school: School, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.takers = Membership.objects.filter(
            school=school, ended_at__isnull=True, user__is_active=True, role__in=TAKERS
        )
        working = self.takers.filter(Q(until_date__isnull=True) | Q(until_date__gt=today))
        limit_to(self, "invigilator", User.objects.filter(pk__in=working.values("user")).order_by("name"))
        limit_to(self, "groups", Group.objects.exclude(lessons__supplies__in=list(Half)).order_by("kind", "name"))

    def clean(self) -> dict[str, Any]:
        """Ask for an end after the start, and for numbers that somebody on the roll has."""
        given = super().clean() or {}
        starts, ends = given.get("starts"), given.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", "The exam ends before it starts.")
        self._look_at_the_day(given.get("date"), given.get("invigilator"))
        if not self.errors:
            self._find_candidates(given["date"])
        return given

    def _look_at_the_day(self, on: dt.date | None, invigilator: User | None) -> None:
        if on is None:
            return
        if on < self.today:
            self.add_error("date", PAST)
        elif invigilator and not self.takers.filter(in_force_on(on), user=invigilator).exists():
            self.add_error("invigilator", NOT_THEN)

    def _find_candidates(self, on: dt.date) -> None:
        numbers = {line.strip().upper() for line in self.cleaned_data["numbers"].splitlines() if line.strip()}
        self.candidates: list[Pupil] = candidates_of(self.cleaned_data["groups"], numbers, on)
        known = {pupil.upn for pupil in self.candidates} | {pupil.local_id.upper() for pupil in self.candidates}
        unknown = sorted(numbers - known)
        if unknown:
            message = f"Nobody on the roll that day has the number {unknown[0][:20]}."
            self.add_error("numbers", message)

    def sitting(self) -> Sitting:
        """Return the sitting as it was asked for."""
        given = self.cleaned_data
        return Sitting(
            exam=given["exam"], date=given["date"], half=Half(given["half"]), starts=given["starts"],
            ends=given["ends"], room=given["room"], invigilator=given["invigilator"],
        )  # fmt: skip
