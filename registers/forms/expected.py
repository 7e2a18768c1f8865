"""What people enter about absences known beforehand: trips of several pupils, and arrangements of one."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Collection
from typing import Any, ClassVar, Final

from django import forms

from attendance_mat.web.forms import DayField, choose_from
from registers.actions.expecting import Wanted
from registers.actions.not_there import WHO_SAYS_SO
from registers.models import Pupil
from registers.queries import arranged as queries
from registers.queries.exams import exams_of
from registers.rules import doubts
from registers.rules.age import is_compulsory_age
from registers.rules.calendar import LONDON, Half
from registers.rules.expected import BOTH, ONE_DAY, Run, Slot, but_for, weekly, with_review

LONGEST: Final = dt.timedelta(days=370)
HALVES: Final = [(BOTH, "Whole days"), ("am", "Mornings"), ("pm", "Afternoons")]
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
IN_A_WEEK: Final = [
    (f"{number}-{half}", f"{day} {'morning' if half == Half.AM else 'afternoon'}")
    for number, day in enumerate(DAYS)
    for half in Half
]
ACTIVITIES: Final = [
    ("V", "A visit or trip led by our staff (V)"),
    ("P", "Approved sport (P)"),
    ("W", "Work experience (W)"),
    ("B", "Another approved educational activity (B)"),
    ("K", "Education arranged by the local authority (K)"),
]
# Source: PR24 reg 10(11); statute.md R10.
MEETS_THE_TEST: Final = frozenset({"B", "P", "W"})


class _Period(forms.Form):
    """A first day and a last."""

    first_date = DayField(label="First day", error_messages={"required": "Enter the first day."})
    last_date = DayField(
        label="Last day", help_text="The same day for a single day.", error_messages={"required": "Enter the last day."}
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first, and more than a year."""
        entered = super().clean() or self.cleaned_data
        first, last = entered.get("first_date"), entered.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", "The last day is before the first.")
        elif first and last and last - first > LONGEST:
            self.add_error("last_date", "Enter at most one year at a time.")
        return entered

    @property
    def dates(self) -> tuple[dt.date, dt.date]:
        """Return the first day and the last."""
        return self.cleaned_data["first_date"], self.cleaned_data["last_date"]


class EnterActivity(_Period):
    """A trip or another activity, for several pupils at once."""

    code = forms.ChoiceField(
        label="What is it?", choices=ACTIVITIES, widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )  # fmt: skip
    name = forms.CharField(
        label="Its name, and where",
        help_text="For example: Year 4 to the science museum. It is kept as the nature of the activity.",
        max_length=48,
        error_messages={"required": "Say what it is and where: the register keeps it."},
    )
    halves = forms.ChoiceField(label="Which sessions", choices=HALVES, initial=BOTH, widget=forms.RadioSelect)
    meets_test = forms.BooleanField(
        label="It is educational, away from school, approved by the school, and supervised by someone suitable. It is "
        "not work at home.",
        help_text="Asked of sport, work experience and other activities.",
        required=False,
    )
    pupils = forms.MultipleChoiceField(
        label="Pupils", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one pupil."}
    )

    def __init__(self, *args: Any, pupils: Collection[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = {str(pupil.pk): pupil for pupil in pupils}
        choose_from(self, "pupils", [(key, one.list_name) for key, one in self.listed.items()])

    def clean(self) -> dict[str, Any]:
        """Refuse an activity of a kind that has a test in law until the person says that it meets it."""
        entered = super().clean()
        if entered.get("code") in MEETS_THE_TEST and not entered.get("meets_test"):
            self.add_error("meets_test", "Tick it if it is so; if it is not, the absence needs another code.")
        return entered

    @property
    def chosen(self) -> list[Pupil]:
        """Return the pupils chosen."""
        return [self.listed[key] for key in self.cleaned_data["pupils"]]

    def wanted(self) -> Wanted:
        """Return what is to be expected of them."""
        first, last = self.dates
        entered = self.cleaned_data
        run = Run(first, last + ONE_DAY, entered["halves"])
        return Wanted(entered["code"], f"activity: {entered['name']}", [run], nature=entered["name"])


class Arrangement(_Period):
    """An absence of one pupil that is arranged beforehand."""

    title: ClassVar[str]
    says: ClassVar[str]

    def __init__(self, *args: Any, pupil: Pupil, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupil = pupil

    @abstractmethod
    def wanted(self) -> Wanted:
        """Return what is to be expected."""

    def sessions(self) -> list[Slot]:
        """Return the school's sessions of the period. One query."""
        return queries.slots_between(*self.dates)


class _Weekly(Arrangement):
    """An arrangement that is the same every week."""

    away = forms.MultipleChoiceField(
        label="Not here on", choices=IN_A_WEEK, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one session of the week."},
    )  # fmt: skip

    def runs(self) -> list[Run]:
        """Return the sessions it takes."""
        ticked = (each.partition("-") for each in self.cleaned_data["away"])
        return weekly(self.sessions(), away={(int(day), Half(half)) for day, _, half in ticked})


class PartTime(_Weekly):
    """A temporary part-time timetable: agreed, with an end and a review (R36)."""

    title = "Part-time timetable"
    says = "Temporary, agreed with a parent the pupil lives with, with an end and a review. Never to manage behaviour."

    review_date = DayField(
        label="Looked at again on", error_messages={"required": "Enter the day on which it is looked at again."}
    )
    agreed_with = forms.ChoiceField(
        label="Agreed with", error_messages={"required": "Choose who agreed: a contact the pupil lives with."}
    )

    def __init__(self, *args: Any, pupil: Pupil, **kwargs: Any) -> None:
        super().__init__(*args, pupil=pupil, **kwargs)
        self.agreeing = {str(contact.pk): contact.name for contact in queries.lives_with(pupil)}
        choose_from(self, "agreed_with", [("", "Choose who agreed"), *self.agreeing.items()])

    def clean(self) -> dict[str, Any]:
        """Refuse a review outside the period."""
        entered = super().clean()
        first, last, review = (entered.get(name) for name in ("first_date", "last_date", "review_date"))
        if first and last and review and not first <= review <= last:
            self.add_error("review_date", "Look at it again between its first day and its last.")
        return entered

    def wanted(self) -> Wanted:
        """Return what is to be expected: C2 at compulsory school age, otherwise X."""
        code = "C2" if is_compulsory_age(self.pupil.dob, self.dates[0]) else "X"
        origin = with_review("part-time timetable", self.cleaned_data["review_date"])
        nature = f"Agreed with {self.agreeing[self.cleaned_data['agreed_with']]}"[:200]
        return Wanted(code, origin, self.runs(), nature=nature)


class OtherSchool(_Weekly):
    """Dual registration: the sessions that are due at the other school (R40)."""

    title = "At another school where registered"
    says = "Only the sessions due at the other school. Within the trust they are compared with its marks every night."

    school = forms.CharField(
        label="The other school", max_length=48, error_messages={"required": "Name the other school."}
    )

    def wanted(self) -> Wanted:
        """Return what is to be expected."""
        return Wanted(doubts.AT_THE_OTHER_SCHOOL, f"at {self.cleaned_data['school']}", self.runs())


class StudyLeave(Arrangement):
    """Study leave: agreed sessions, but for those with an exam."""

    title = "Study leave"
    says = "For a public examination, agreed beforehand. On a session with an exam the pupil is expected in school."

    exams = forms.CharField(
        label="Sessions with an exam",
        help_text="One on each line, with am or pm: 12/05/2027 am.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_exams(self) -> set[Slot]:
        """Return the sessions named; refuse a line that names none."""
        found = set()
        for line in filter(str.strip, self.cleaned_data["exams"].splitlines()):
            day, _, half = line.strip().rpartition(" ")
            try:
                date = DayField(label="day").clean(day.strip())
                found.add((date, Half(half.lower())))
            except (forms.ValidationError, ValueError) as error:
                message = f"“{line.strip()[:40]}” is no session. Write each like 12/05/2027 am."
                raise forms.ValidationError(message) from error
        return found

    def wanted(self) -> Wanted:
        """Return what is to be expected."""
        return Wanted("S", "study leave", but_for(self.sessions(), attended=self._exams()))

    def _exams(self) -> set[Slot]:
        """Return the sessions named here, and those of exams set up for the pupil."""
        named: set[Slot] = self.cleaned_data["exams"]
        return named | exams_of(self.pupil.pk, *self.dates)


class Suspension(Arrangement):
    """A suspension, from a morning or from midday."""

    title = "Suspension"
    says = "Education is due from the sixth school day; the school is prompted before it comes."

    from_midday = forms.BooleanField(label="From the afternoon of the first day", required=False)

    def wanted(self) -> Wanted:
        """Return what is to be expected."""
        (first, last), runs = self.dates, []
        if self.cleaned_data["from_midday"]:
            runs.append(Run(first, first + ONE_DAY, Half.PM))
            first += ONE_DAY
        if first <= last:
            runs.append(Run(first, last + ONE_DAY, BOTH))
        return Wanted(doubts.SUSPENDED, "suspension", runs)


class SignedOut(forms.Form):
    """A child who goes home, or out, before the afternoon's register."""

    title: ClassVar[str] = "Signed out this afternoon"
    says: ClassVar[str] = "The morning's mark stands. If the afternoon then says present, that is a contradiction."

    code = forms.ChoiceField(
        label="Why",
        choices=[("M", "A medical appointment (M)"), ("I", "Ill (I)"), ("C", "Leave that was granted (C)")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why."},
    )

    def __init__(self, *args: Any, pupil: Pupil, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupil, self.at = pupil, at

    def wanted(self) -> Wanted:
        """Return what is to be expected of this afternoon."""
        here = self.at.astimezone(LONDON)
        run = Run(here.date(), here.date() + ONE_DAY, Half.PM)
        return Wanted(self.cleaned_data["code"], f"{doubts.SIGNED_OUT} at {here:%H:%M}", [run])


ARRANGEMENTS: Final[dict[str, type[Arrangement]]] = {
    "part-time": PartTime,
    "other-school": OtherSchool,
    "study-leave": StudyLeave,
    "suspension": Suspension,
}


class ConfirmChildren(forms.Form):
    """Who says whether the children that are ticked are there."""

    seen_by = forms.CharField(
        label="Who says so",
        help_text="The adult in charge, or the provider, and how: by telephone, at the coach.",
        max_length=200,
        error_messages={"required": WHO_SAYS_SO},
    )
