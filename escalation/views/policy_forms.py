"""What is typed to adopt a pack and to set a value: the value's own fields are made from the schema."""

import datetime as dt
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin, get_type_hints

from django import forms

from attendance_mat.accounts.forms import Typed, chosen_from
from attendance_mat.policy.adopted import Override, faults_in
from attendance_mat.policy.building import Builder
from attendance_mat.policy.entries import Entry, from_values
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.policy.schema import MonthDay, Parameter
from attendance_mat.policy.typed import as_text, from_typed, plain, values_of
from attendance_mat.web.forms import DayField, choose_from
from escalation.rules.wording import title

LONGEST: Final = 60_000  # characters; the longest ladders are a quarter of it
DIGITS: Final = 9
HERE, EVERYWHERE = "school", "trust"
PAST: Final = "What held before today stays. Choose today or a later day."
VALUE: Final = "value_"  # before the name of a field of the value


class AdoptForm(forms.Form):
    """A pack, and the day from which a school follows it."""

    pack = forms.ChoiceField(label="Policy", error_messages=chosen_from("a policy"))
    from_date = DayField(label="First day", help_text="From this day the school follows it, until another is adopted.")

    def __init__(self, data: Typed = None) -> None:
        super().__init__(data)
        named = [(name, pack(name).about.title) for name in pack_names()]
        choose_from(self, "pack", [("", "Choose a policy"), *named])


class EndForm(forms.Form):
    """The first day on which a setting no longer holds."""

    until_date = DayField(label="First day it no longer holds")

    def __init__(self, data: Typed = None, *, today: dt.date) -> None:
        super().__init__(data, initial={"until_date": today})
        self.today = today

    def clean_until_date(self) -> dt.date:
        """Refuse a day that has passed: what held then has been followed."""
        until: dt.date = self.cleaned_data["until_date"]
        if until < self.today:
            raise forms.ValidationError(PAST)
        return until


class SetForm(forms.Form):
    """A value for one parameter, for whom and when it holds, and why."""

    from_date = DayField(label="First day")
    until_date = DayField(
        label="First day it no longer holds", required=False, help_text="Leave this empty where no end is in sight."
    )
    reach = forms.ChoiceField(label="For", widget=forms.RadioSelect, error_messages=chosen_from("for whom"))
    locked = forms.BooleanField(
        label="Locked",
        required=False,
        help_text="A locked value beats what a school sets for itself. Only for every school.",
    )
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who decided it and where it is written down. The policy document shows this beside the value.",
        error_messages={"required": "Say who decided this and why."},
    )

    def __init__(self, kind: type[Parameter], data: Typed = None, *, now: Parameter | None, school_name: str) -> None:
        """Make a field for each of the parameter's, holding what is in force `now`."""
        super().__init__(data)
        self.kind = kind
        self.hints = {name: hint for name, hint in get_type_hints(kind, include_extras=True).items()
                      if name in {field.name for field in fields(cast("Any", kind))}}  # fmt: skip
        choices = [(HERE, school_name), (EVERYWHERE, "Every school of the trust")]
        choose_from(self, "reach", choices)
        self.initial["reach"] = HERE
        made = {f"{VALUE}{name}": _field(name, hint) for name, hint in self.hints.items()}
        self.fields = {**made, **self.fields}
        for name, hint in self.hints.items() if now else ():
            self.initial[f"{VALUE}{name}"] = _shown(hint, getattr(now, name))

    def clean(self) -> dict[str, Any]:
        """Read the value, and put every fault beside the field it is in."""
        given = self.cleaned_data
        if given.get("locked") and given.get("reach") == HERE:
            self.add_error("locked", "Only a value for every school can be locked.")
        until, first = given.get("until_date"), given.get("from_date")
        if until and first and until <= first:
            self.add_error("until_date", "Choose a day after the first.")
        typed = {name: hint for name, hint in self.hints.items() if f"{VALUE}{name}" in given}
        values = {name: self._value(name, hint) for name, hint in typed.items()}
        if not self.errors:
            self.override = Override(
                given["from_date"], self.kind.name, values, given["reason"], given["locked"], until,
                for_every_school=given["reach"] == EVERYWHERE,
            )  # fmt: skip
            for fault in faults_in(self.override):
                self.add_error(self._place_of(fault.reason), fault.reason)
        return given

    def _value(self, name: str, hint: Any) -> Any:
        """Return one field as JSON holds it; the faults are added where it cannot be."""
        place, text = f"{VALUE}{name}", str(self.cleaned_data.get(f"{VALUE}{name}", ""))
        builder = Builder(name)
        try:
            entry = _entry(name, hint, text)
        except PolicyError as refused:
            self.add_error(place, [str(fault) for fault in refused.faults])
            return None
        builder.value(hint, entry, name)
        first, until = self.cleaned_data.get("from_date"), self.cleaned_data.get("until_date")
        if first:
            builder.refuse_dead_codes(builder.codes, from_date=first, until_date=until or dt.date.max)
        for fault in builder.faults:
            self.add_error(place, f"Line {fault.line}: {fault.reason}" if fault.line else fault.reason)
        return values_of(entry)

    def _place_of(self, reason: str) -> str | None:
        """Return the field that a fault of the whole value names first, or none."""
        return next((f"{VALUE}{name}" for name in self.hints if reason.startswith(f"“{name}”")), None)


def _field(name: str, hint: Any) -> forms.CharField | forms.ChoiceField:
    """Return the input for one field of a value."""
    kind, optional = _bare(hint)
    required = not optional and get_origin(kind) is not tuple
    options: dict[str, Any] = {
        "label": title(name), "required": required, "error_messages": {"required": f"Enter: {title(name).lower()}."},
    }  # fmt: skip
    if kind is bool:
        return forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], **options)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        listed = [(each.value, title(each.value)) for each in kind]
        return forms.ChoiceField(choices=[("", "Not set"), *listed] if optional else listed, **options)
    if _is_nested(kind):
        options |= {
            "help_text": "As in a pack's file, in YAML.",
            "widget": forms.Textarea(attrs={"rows": 24, "class": "yaml", "spellcheck": "false"}),
        }
    elif get_origin(kind) is tuple:
        options |= {"help_text": "One on a line.", "widget": forms.Textarea(attrs={"rows": 4})}
    elif kind in _WIDGETS:
        options |= {"widget": _WIDGETS[kind]()}
    return forms.CharField(max_length=LONGEST, **options)


_WIDGETS: Final[dict[Any, Callable[[], forms.Widget]]] = {
    int: lambda: forms.TextInput(attrs={"inputmode": "numeric"}),
    dt.time: lambda: forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    dt.date: lambda: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
}


def _shown(hint: Any, value: Any) -> str:
    """Return a value as it stands in its input."""
    kind, _ = _bare(hint)
    if value is None:
        return ""
    if _is_nested(kind):
        return as_text(plain(value))
    if kind is bool:
        return "yes" if value else "no"
    said = plain(value)
    return "\n".join(str(each) for each in said) if isinstance(said, list) else str(said)


def _entry(name: str, hint: Any, text: str) -> Entry:
    """Return what was typed as an entry; PolicyError where it is YAML and cannot be read."""
    kind, _ = _bare(hint)
    text = text.strip()
    if _is_nested(kind):
        return from_typed(text, name=title(name)) if text else Entry([] if get_origin(kind) is tuple else None)
    if get_origin(kind) is tuple:
        items, _ = _bare(get_args(kind)[0])
        return from_values([_scalar(items, line.strip()) for line in text.splitlines() if line.strip()])
    return from_values(_scalar(kind, text))


def _scalar(kind: Any, text: str) -> str | int | bool | None:
    """Return a single thing as JSON holds it; what is not of its kind stays text, for the builder to refuse."""
    if not text:
        return None
    if kind is int and text.isascii() and text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    return text == "yes" if kind is bool and text in {"yes", "no"} else text


def _bare(hint: Any) -> tuple[Any, bool]:
    """Return a hint without its marks, and whether it may be left out."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[0], False
    if get_origin(hint) in {Union, types.UnionType}:
        (inner,) = (arm for arm in get_args(hint) if arm is not types.NoneType)
        return _bare(inner)[0], True
    return hint, False


def _is_nested(kind: Any) -> bool:
    inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return inner is not MonthDay and is_dataclass(_bare(inner)[0])
