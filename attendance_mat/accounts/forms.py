"""What people type to sign in, to join, and to give others their roles."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.http import HttpRequest, QueryDict

from attendance_mat.accounts import queries, throttle
from attendance_mat.accounts.authority import roles_to_give
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import HEADS_POWERS, Permission
from attendance_mat.accounts.roles import TRUST_ROLES, Role
from attendance_mat.trust.models import School
from attendance_mat.web.forms import DayField, choose_from, limit_to

Typed = QueryDict | None  # what was posted; None for an empty form
A_DAY = dt.timedelta(days=1)
# The same words whoever was asked for, so that nobody learns who works here.
NO_MATCH = "That e-mail address and password do not go together. Check both and try again."
WAIT = f"There have been too many tries. Wait {throttle.MINUTES} minutes, then try again."


def typed(request: HttpRequest) -> Typed:
    """Return what was posted, for a page that shows a form and takes it."""
    return request.POST if request.method == "POST" else None


def chosen_from(what: str) -> dict[str, str]:
    """Return the words for a list from which nothing, or nothing of it, was chosen."""
    return {"required": f"Choose {what}.", "invalid_choice": f"Choose {what} of the list."}


class LogInForm(forms.Form):
    """An e-mail address and a password; `user` is who they belong to."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": "Enter your e-mail address.", "invalid": "Enter an address like name@school.org."},
    )
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )
    user: User | None = None
    must_wait = False

    def __init__(self, request: HttpRequest, place: str, data: Typed = None) -> None:
        super().__init__(data)
        self.request, self.place = request, place

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors:
            return given
        self.must_wait = throttle.is_throttled(given["email"], self.place)
        if self.must_wait:
            raise forms.ValidationError(WAIT)
        user = authenticate(self.request, username=given["email"], password=given["password"])
        if not isinstance(user, User) or user.is_machine:
            throttle.count_failure(given["email"], self.place)
            raise forms.ValidationError(NO_MATCH)
        throttle.forget_failures(given["email"], self.place)
        self.user = user
        return given


class JoinForm(forms.Form):
    """The name and password of someone who follows their link."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        help_text="As it should stand beside the marks you make.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    password = forms.CharField(
        strip=False,
        help_text="At least 12 characters. Three words that do not belong together are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password."},
    )

    def __init__(self, person: User, data: Typed = None) -> None:
        super().__init__(data, initial={"name": person.name})
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return password


class LeadershipForm(forms.Form):
    """Whether a person leads the school in a role, and what they answer for."""

    senior_leader = forms.BooleanField(label="On the senior leadership team", required=False)
    attendance_duties = forms.CharField(
        label="What they answer for in attendance",
        help_text="As the policy and the school improvement plan say it. Empty: nothing.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MembershipForm(forms.Form):
    """A role, where it is held, and from when until when."""

    role = forms.ChoiceField(error_messages=chosen_from("a role"))
    school = forms.ModelChoiceField(
        School.objects.all(),
        required=False,
        empty_label="The trust, no one school",
        error_messages=chosen_from("a school"),
    )
    from_date = DayField(label="First day")
    last_date = DayField(label="Last day", required=False, help_text="Leave empty if no end is known.")

    def __init__(self, by: Member, on: dt.date, data: Typed = None) -> None:
        super().__init__(data, initial={"from_date": on})
        choices = [(role.value, role.label) for role in roles_to_give(by)]
        choose_from(self, "role", [("", "Choose a role"), *choices])
        if by.school:
            del self.fields["school"]
        self.by = by

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("from_date"), given.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", "The last day is before the first.")
        if self.by.school is None and given.get("role") and "school" not in self.errors:
            held_in_trust = given["role"] in TRUST_ROLES
            if held_in_trust != (given.get("school") is None):
                self.add_error("school", "A role of the trust is held in no school, every other one in a school.")
        return given

    def period(self) -> dict[str, Any]:
        """Return what was chosen as actions.give_membership takes it: the last day becomes the first day after."""
        given = self.cleaned_data
        last = given["last_date"]
        return {
            "role": Role(given["role"]),
            "school": self.by.school or given["school"],
            "from_date": given["from_date"],
            "until_date": last + A_DAY if last else None,
        }


class InviteForm(MembershipForm):
    """Someone to ask, and what they are to be."""

    field_order = ("email", "name", "role", "school", "from_date", "last_date")
    email = forms.EmailField(label="E-mail address", error_messages={"required": "Enter their e-mail address."})
    name = forms.CharField(max_length=200, error_messages={"required": "Enter their name."})


class DelegationForm(forms.Form):
    """One of the head's powers, who is to have it, when, and by what decision."""

    person = forms.ModelChoiceField(
        User.objects.none(), empty_label="Choose a person", error_messages=chosen_from("a person")
    )
    power = forms.ChoiceField(error_messages=chosen_from("a power"))
    from_date = DayField(label="First day")
    last_date = DayField(label="Last day", required=False, help_text="Leave empty if no end is known.")
    decision = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why, and by what minute or letter it was decided.",
        error_messages={"required": "Say why, and by what minute or letter it was decided."},
    )

    def __init__(self, school: School, by: Member, on: dt.date, data: Typed = None) -> None:
        super().__init__(data, initial={"from_date": on})
        people = queries.people_to_trust_with_powers(school, on=on).exclude(pk=by.user_id)
        limit_to(self, "person", people)
        powers = [(power.value, power.value.capitalize()) for power in sorted(HEADS_POWERS)]
        choose_from(self, "power", [("", "Choose a power"), *powers])

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("from_date"), self.cleaned_data.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", "The last day is before the first.")
        return self.cleaned_data

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen as actions.delegate_power takes it."""
        given = self.cleaned_data
        last = given["last_date"]
        return {
            "person": given["person"],
            "power": Permission(given["power"]),
            "from_date": given["from_date"],
            "until_date": last + A_DAY if last else None,
            "decision": given["decision"],
        }
