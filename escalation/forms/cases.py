"""What people choose and enter on the pages of cases."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet

from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import SCHOOL_ROLES, Role
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Does, Ladders
from attendance_mat.web.formats import day
from attendance_mat.web.forms import DayField, choose_from, limit_to
from escalation.forms.choices import OrganisationChoice, offer_organisations
from escalation.models import Case, Hold, Organisation
from escalation.queries.cases import Owner
from escalation.rules.findings import Rule
from escalation.rules.outlook import courses
from registers.rules.calendar import SchoolYear

TO_COME: Final = "This day is still to come. Choose today or an earlier day."
BY_HAND: Final = [kind for kind in Does if kind not in {Does.LETTER, Does.MESSAGE, Does.DECISION}]
SCHOOL_STAFF: Final = [role for role in Role if role in SCHOOL_ROLES]
PASSED: Final = "This day has passed. Choose today or a later day."


class Narrow(forms.Form):
    """Which cases or findings to list; nothing chosen lists all."""

    rule = forms.ChoiceField(label="Stage or rule", required=False)
    owner = forms.ChoiceField(
        label="Owner",
        required=False,
        choices=[("", "Everyone's"), (Owner.MINE.value, "Mine"), (Owner.NOBODY.value, "Nobody's yet")],
    )

    def __init__(self, *args: Any, policy: Policy, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        choose_from(self, "rule", [("", "All of them"), *_stages(policy, on=today)])


class AssignOwner(forms.Form):
    """Who works the case from now on."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Owner",
        empty_label="Choose a person",
        error_messages={"required": "Choose who works this case.", "invalid_choice": "Choose a person of the school."},
    )

    def __init__(self, *args: Any, owners: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_to(self, "owner", owners)


class MoveOn(forms.Form):
    """Where the case stands, what comes next and by when."""

    stage = forms.CharField(label="Stage", max_length=60, error_messages={"required": "Say where the case stands."})
    next_step = forms.CharField(
        label="Next step", max_length=200, error_messages={"required": "Say what is to be done next."}
    )
    due_date = DayField(label="Due by", error_messages={"required": "Say by when."})

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_date(self) -> dt.date:
        """Refuse a day that has passed."""
        due: dt.date = self.cleaned_data["due_date"]
        if due < self.today:
            raise forms.ValidationError(PASSED)
        return due

    @classmethod
    def of(cls, case: Case, *, today: dt.date) -> "MoveOn":
        """Return the form as the case now stands."""
        initial = {"stage": case.stage, "next_step": case.next_step, "due_date": case.due_date}
        return cls(initial=initial, today=today)


class AddNote(forms.Form):
    """What was done or decided."""

    words = forms.CharField(
        label="Note",
        help_text="What was done, said or decided. A note is never changed.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what was done."},
    )
    restricted = forms.BooleanField(
        label="Restricted", help_text="Seen by the safeguarding lead and the head alone.", required=False
    )


class CloseCase(forms.Form):
    """Why nothing more is to be done."""

    because = forms.CharField(
        label="Why is it closed?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the case is closed."},
    )


class AskWhy(forms.Form):
    """Which stage or national rule, at the end of which day. The stages are those of the policy in force that day."""

    stage = forms.ChoiceField(
        label="Stage or rule",
        error_messages={
            "required": "Choose a stage or a rule.",
            "invalid_choice": "The policy of that day has no such stage. Choose one of the list, or another day.",
        },
    )
    on = DayField(label="At the end of", error_messages={"required": "Enter a day."})

    def __init__(self, *args: Any, policy: Policy, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        choose_from(self, "stage", _stages(policy, on=self._day() or today))

    def clean_on(self) -> dt.date:
        """Refuse a day that is still to come."""
        on: dt.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(TO_COME)
        return on

    def _day(self) -> dt.date | None:
        try:
            return cast("dt.date | None", self.fields["on"].clean(self.data.get("on")))
        except forms.ValidationError:
            return None


def _reason(label: str, wanted: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    """Return a field for a reason in a sentence or two."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=2000,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": wanted},
    )


class Agree(forms.Form):
    """Agreement to a stage; why it goes on, where support or a warning should have come first."""

    because = _reason("Why it goes on all the same", "Say why.", required=False)


class Because(forms.Form):
    """Why a stage is declined or left, or a step not done."""

    because = _reason("Why?", "Say why.")


class PutAtStage(forms.Form):
    """Which stage a pupil is put at by decision, and why."""

    stage_key = forms.ChoiceField(label="Stage", error_messages={"required": "Choose a stage."})
    reason = _reason("Reason", "Say why the pupil comes to this stage.")
    because = _reason(
        "Why without support or a warning first",
        "Say why.",
        required=False,
        hint="Needed only where the policy asks for them and none is on record.",
    )

    def __init__(self, *args: Any, ladders: Ladders, **options: Any) -> None:
        super().__init__(*args, **options)
        decided = [(stage.key, stage.label) for stage in ladders.stages if stage.when is None]
        choose_from(self, "stage_key", [("", "Choose a stage"), *decided])


class DoStep(forms.Form):
    """What came of a step; for a decision, which of its options."""

    chosen = forms.ChoiceField(label="Decision", error_messages={"required": "Choose one of the options."})
    outcome = _reason("What came of it", "Say what came of it.")
    organisation = OrganisationChoice()

    def __init__(
        self, *args: Any, options: list[str], organisations: Iterable[Organisation] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self, organisations)
        if options:
            choices = [("", "Choose"), *((option, option) for option in options)]
            choose_from(self, "chosen", choices)
            self.fields["outcome"].label = "Reason"
        else:
            del self.fields["chosen"]


class AddStep(forms.Form):
    """A step of one's own: what, by whom, by when."""

    does = forms.ChoiceField(
        label="Kind of step", choices=[(kind.value, kind.replace("_", " ").capitalize()) for kind in BY_HAND]
    )
    words = forms.CharField(
        label="What is to be done", max_length=500, error_messages={"required": "Say what is to be done."}
    )
    role = forms.ChoiceField(label="Who does it", choices=[(role.value, role.label) for role in SCHOOL_STAFF])
    due_date = DayField(label="By", error_messages={"required": "Say by when."})
    organisation = OrganisationChoice()

    def __init__(
        self, *args: Any, today: dt.date, organisations: Iterable[Organisation] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        offer_organisations(self, organisations)

    def clean_due_date(self) -> dt.date:
        """Refuse a day that has passed."""
        due: dt.date = self.cleaned_data["due_date"]
        if due < self.today:
            raise forms.ValidationError(PASSED)
        return due


class PlaceHold(forms.Form):
    """Why everything is held back for a pupil, and for how long."""

    reason = forms.ChoiceField(label="Reason", choices=Hold.Reason.choices)
    words = _reason("In words", "Say why everything is held back.", hint="Seen only by those who may place a hold.")
    from_date = DayField(label="From", error_messages={"required": "Say from when."})
    until_date = DayField(label="Until", required=False, help_text="The first day no longer held; none if not known.")
    restricted = forms.BooleanField(
        label="Restricted", help_text="Why is seen by the safeguarding lead and the head alone.", required=False
    )


class LookAhead(forms.Form):
    """Up to which day of the school year to look ahead, and at which line; none chosen is every line."""

    by = DayField(label="By", error_messages={"required": "Enter a day."})
    line = forms.ChoiceField(
        label="Line", required=False, error_messages={"invalid_choice": "The policy has no such line. Choose one."}
    )

    def __init__(self, *args: Any, policy: Policy, as_of: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.as_of = as_of
        lines = [(course.key, course.label) for course in courses(policy, as_of=as_of)]
        ten = (Rule.TEN_IN_TEN_WEEKS.value, Rule.TEN_IN_TEN_WEEKS.label)
        choose_from(self, "line", [("", "Every line"), *lines, ten])

    def clean_by(self) -> dt.date:
        """Refuse a day that is not ahead, or that is of another school year."""
        by: dt.date = self.cleaned_data["by"]
        last = SchoolYear.of(self.as_of).last
        if not self.as_of < by <= last:
            message = f"Choose a day after {day(self.as_of)} and up to {day(last)}, when the school year ends."
            raise forms.ValidationError(message)
        return by


def _stages(policy: Policy, *, on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the stages of each ladder of a policy on a day, and the national rules."""
    stated = policy.find(Ladders, on=on)
    ladders = stated.value.ladders if stated else ()
    of_policy = [(ladder.label, [(stage.key, stage.label) for stage in ladder.stages]) for ladder in ladders]
    return [*of_policy, ("National rules", [(rule.value, rule.label) for rule in Rule])]
