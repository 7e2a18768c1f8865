"""What is entered at the late desk: who came, who leaves and with whom, and what a pupil is allowed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms

from registers.actions.correcting_movements import Corrected
from registers.actions.signing_out import Departure
from registers.models import Contact, Movement
from registers.rules.calendar import LONDON
from registers.rules.gate import AT_MOST, lines_of
from registers.rules.movements import Leaving, MovementKind, PermitKind

LETTERS: Final = 3  # of a name, before anybody is looked for
NOBODY: Final = ""
SOMEBODY_ELSE: Final = "other"
A_TIME: Final = {"required": "Enter the time, such as 09:05.", "invalid": "Enter a time such as 09:05."}


class ClockField(forms.TimeField):
    """A time of today, filled in with now."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=widget, error_messages=A_TIME, **options)


def moment_of(clock: dt.time, now: dt.datetime) -> dt.datetime:
    """Return a time of today as a moment: its whole minute, so that who comes in the closing minute is in time."""
    return dt.datetime.combine(now.astimezone(LONDON).date(), clock, tzinfo=LONDON)


def leaving_at(clock: dt.time, now: dt.datetime) -> dt.datetime:
    """Return when a child leaves: the minute it is now is now, which is after the mark made a moment ago."""
    here = now.astimezone(LONDON)
    return now if (clock.hour, clock.minute) == (here.hour, here.minute) else moment_of(clock, now)


class FindChild(forms.Form):
    """Looks for a child on roll by letters of a name or a group. Sent by POST: no name stands in a URL or a log."""

    words = forms.CharField(
        label="Name, group or UPN",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Enter three letters of the name."},
    )

    def clean_words(self) -> str:
        """Return the words; too few letters would find half the school."""
        words: str = self.cleaned_data["words"].strip()
        if len(words) < LETTERS and not any(letter.isdigit() for letter in words):
            message = "Enter three letters of the name, or a group such as 4A."
            raise forms.ValidationError(message)
        return words


class Arrive(forms.Form):
    """A child came in: when, and why late."""

    at = ClockField(label="Arrived at")
    reason = forms.ChoiceField(label="Reason", required=False)
    words = forms.CharField(label="In words", max_length=200, required=False)

    def __init__(self, *args: Any, reasons: Iterable[str], now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "arrive_%s"
        self.initial["at"] = now.astimezone(LONDON).time()
        self.now = now
        self.fields["reason"] = forms.ChoiceField(
            label="Reason",
            choices=[("", "Choose a reason"), *((each, each) for each in reasons)],
            required=False,
            error_messages={"invalid_choice": "Choose a reason from the list, or say it in words."},
        )

    def arrived_at(self) -> dt.datetime:
        """Return when the child came."""
        return moment_of(self.cleaned_data["at"], self.now)

    def why(self) -> str:
        """Return the reason chosen and the words beside it, as one."""
        return ": ".join(each for each in (self.cleaned_data["reason"], self.cleaned_data["words"].strip()) if each)


class SignOut(forms.Form):
    """A child leaves: when, why, with whom, and when the child is expected back."""

    at = ClockField(label="Leaves at")
    reason = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose a reason"), *((each.value, each.label) for each in Leaving)],
        error_messages={"required": "Choose why the pupil leaves.", "invalid_choice": "Choose one of the reasons."},
    )
    words = forms.CharField(label="In words", max_length=300, required=False)
    collector = forms.ChoiceField(label="Who collects", required=False)
    collector_name = forms.CharField(label="Their name, if somebody else", max_length=200, required=False)
    password = forms.CharField(
        label="Password they give",
        help_text="Asked of whoever is not recorded as someone who may collect. It is checked and not kept.",
        max_length=60,
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )
    due_back = ClockField(label="Expected back at", required=False)
    authorised_by = forms.CharField(
        label="Authorised by", help_text="The member of staff who allows it, where no permission is recorded.",
        max_length=200, required=False,
    )  # fmt: skip
    written_reason_seen = forms.BooleanField(label="A written reason was seen", required=False)

    def __init__(self, *args: Any, contacts: Sequence[Contact], now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "leave_%s"  # beside the arrival on one page
        self.initial["at"] = now.astimezone(LONDON).time()
        self.now, self.contacts = now, {str(contact.pk): contact for contact in contacts}
        self.fields["collector"] = forms.ChoiceField(
            label="Who collects",
            choices=[
                (NOBODY, "Nobody: leaves alone"),
                *((pk, _listed(contact)) for pk, contact in self.contacts.items()),
                (SOMEBODY_ELSE, "Somebody else"),
            ],
            required=False,
            error_messages={"invalid_choice": "Choose who collects from the list."},
        )

    def clean(self) -> dict[str, Any]:
        """Return what was entered; somebody else has a name."""
        entered = super().clean() or {}
        if entered.get("collector") == SOMEBODY_ELSE and not entered.get("collector_name", "").strip():
            self.add_error("collector_name", "Enter the name of whoever collects.")
        return entered

    def departure(self) -> Departure:
        """Return what was entered, as the action takes it."""
        said = self.cleaned_data
        back = said["due_back"]
        named = said["collector"] in {NOBODY, SOMEBODY_ELSE}
        return Departure(
            at=leaving_at(said["at"], self.now),
            reason=Leaving(said["reason"]),
            words=said["words"],
            contact=None if named else self.contacts[said["collector"]],
            collector_name=said["collector_name"] if named else "",
            password=said["password"],
            due_back_at=dt.datetime.combine(self.now.astimezone(LONDON).date(), back, tzinfo=LONDON) if back else None,
            authorised_by=said["authorised_by"],
            written_reason_seen=said["written_reason_seen"],
        )


def _listed(contact: Contact) -> str:
    who = f"{contact.name}, {contact.relationship}" if contact.relationship else contact.name
    if contact.no_contact:
        return f"{who}: do not release"
    return f"{who}: may collect" if contact.may_collect else f"{who}: not recorded as collecting"


class Gate(forms.Form):
    """Children who came through the gate, one a line, each perhaps with its time."""

    at = ClockField(label="Arrived at, where a line says no time")
    names = forms.CharField(
        label="Names, one a line",
        help_text="As “Moss Ada” or “08:52 Moss 4A”: any letters that only one child has, in any order.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off"}),
        error_messages={"required": "Enter at least one name."},
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["at"] = now.astimezone(LONDON).time()
        self.now = now

    def clean_names(self) -> str:
        """Return the lines; a list that long is two lists."""
        names: str = self.cleaned_data["names"]
        if len(list(lines_of(names))) > AT_MOST:
            message = f"Send at most {AT_MOST} names at a time."
            raise forms.ValidationError(message)
        return names


class GivePermit(forms.Form):
    """What a pupil is allowed from today, and on whose word."""

    kind = forms.ChoiceField(
        label="The pupil",
        choices=[(kind.value, kind.label) for kind in PermitKind],
        error_messages={"required": "Choose what is allowed.", "invalid_choice": "Choose what is allowed."},
    )
    word_of = forms.CharField(
        label="On whose word",
        help_text="The parent who allowed it, or the plan it stands in.",
        max_length=200,
        error_messages={"required": "Say who allowed it: a parent, or the plan it stands in."},
    )


class Strike(forms.Form):
    """Why an entry at the desk was wrong."""

    because = forms.CharField(
        label="Why it is wrong",
        max_length=300,
        error_messages={"required": "Say why: it is kept with the entry."},
    )


class CorrectMovement(Strike):
    """What an entry at the desk should have said, and why."""

    at = ClockField(label="Time")
    due_back = ClockField(label="Expected back at", required=False)
    words = forms.CharField(label="In words", max_length=300, required=False)
    field_order = ("at", "due_back", "words", "because")

    def __init__(self, *args: Any, movement: Movement, now: dt.datetime, **kwargs: Any) -> None:
        back = movement.due_back_at
        kwargs["initial"] = {
            "at": movement.at.astimezone(LONDON).time(),
            "due_back": back.astimezone(LONDON).time() if back else None,
            "words": movement.words,
        }
        super().__init__(*args, **kwargs)
        self.movement, self.now = movement, now
        if movement.kind != MovementKind.OUT:
            del self.fields["due_back"]

    def corrected(self) -> Corrected:
        """Return what was entered, as the action takes it: a time left as it was is the moment that was recorded."""
        said = self.cleaned_data
        return Corrected(
            self._moment(said["at"], self.movement.at) or self.movement.at,
            said["words"],
            self._moment(said.get("due_back"), self.movement.due_back_at),
        )

    def _moment(self, clock: dt.time | None, before: dt.datetime | None) -> dt.datetime | None:
        if clock is None:
            return None
        was = before.astimezone(LONDON) if before else None
        return before if was and (was.hour, was.minute) == (clock.hour, clock.minute) else moment_of(clock, self.now)
