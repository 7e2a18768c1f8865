"""What is decided about a new school year: the day, the last year, and what becomes of each group."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from attendance_mat.admission.rules.new_year import Choices, GroupChoice, Standing, Takers, next_name, usual_takers
from attendance_mat.web.formats import year_group
from attendance_mat.web.forms import DayField, choose_from
from registers.models import Group

TAKERS: Final = (
    (Takers.STAY.value, "Stay with the group's name"),
    (Takers.MOVE.value, "Go with the children"),
    (Takers.END.value, "End"),
)
LONGEST_NAME: Final = 40


@dataclass(frozen=True)
class GroupOfYear:
    """A registration group of the ending year: its children's years, and how many there are of each."""

    group: Group
    years: tuple[int, ...]  # one for each child

    def stays(self, last_year: int) -> bool:
        """Say whether any of its children stays at the school."""
        return any(year < last_year for year in self.years)

    def next_name(self, last_year: int) -> str:
        """Return what the group would be called a year on, by those of its children who stay."""
        return next_name(self.group.name, {year for year in self.years if year < last_year})


def groups_of(standings: Sequence[Standing], groups: Collection[Group]) -> list[GroupOfYear]:
    """Return each group with its children's years, the youngest first, then by name."""
    years: dict[int, list[int]] = {group.pk: [] for group in groups}
    for each in standings:
        if each.group_id in years and each.year is not None:
            years[each.group_id].append(each.year)
    found = [GroupOfYear(group, tuple(sorted(years[group.pk]))) for group in groups]
    return sorted(found, key=lambda each: (each.years[:1], each.group.name))


class NewYearForm(forms.Form):
    """The day, the last year, and for each group what it becomes and what its takers do."""

    from_date = DayField(label="First day of the new year", help_text="Everyone moves up on this day, not before.")
    last_year = forms.TypedChoiceField(
        label="Last year of the school",
        help_text="Its pupils, and any above it, leave.",
        coerce=int,
        error_messages={"required": "Choose the last year.", "invalid_choice": "Choose a year of the list."},
    )

    def __init__(self, groups: Sequence[GroupOfYear], day: dt.date, phase: str, data: Any = None) -> None:
        super().__init__(data)
        self.groups = groups
        self.standings: Sequence[Standing] = ()
        years = sorted({year for group in groups for year in group.years})
        last = max(years, default=0)
        self.fields["from_date"].initial = day
        self.fields["last_year"].initial = last
        choose_from(self, "last_year", [(year, year_group(year)) for year in years])
        for each in groups:
            self._add_group(each, last, phase)

    def _add_group(self, each: GroupOfYear, last: int, phase: str) -> None:
        stays, name, takers = each.stays(last), f"name-{each.group.pk}", f"takers-{each.group.pk}"
        self.fields[name] = forms.CharField(
            label=f"{each.group.name} becomes", max_length=LONGEST_NAME, required=False,
            initial=each.next_name(last) if stays else "", help_text="" if stays else "Empty: all of it leave.",
        )  # fmt: skip
        self.fields[takers] = forms.ChoiceField(
            label=f"Those who take {each.group.name}",
            choices=TAKERS,
            initial=usual_takers(phase, all_leave=not stays).value,
            error_messages={"required": "Choose what they do.", "invalid_choice": "Choose from the list."},
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the name of every group some of whose children stay."""
        last = self.cleaned_data.get("last_year")
        for each in self.groups:
            name = f"name-{each.group.pk}"
            if last is not None and each.stays(last) and name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, f"Say what {each.group.name} is called in the new year: some of it stay.")
        return self.cleaned_data

    def is_whole(self) -> bool:
        """Say whether every field holds something that can be previewed."""
        return not self.errors.keys() - {"__all__"}

    def leaves_its_name(self, each: GroupOfYear) -> bool:
        """Say whether a group's children all move on to another name, or leave."""
        choices = self.chosen() if self.is_bound else self.proposal()
        return bool(choices.groups[each.group.pk].name) or not each.stays(choices.last_year)

    def proposal(self) -> Choices:
        """Return what is proposed before anyone has decided."""
        return self._choices({name: self.get_initial_for_field(field, name) for name, field in self.fields.items()})

    def chosen(self) -> Choices:
        """Return what was decided."""
        return self._choices(self.cleaned_data)

    def _choices(self, given: dict[str, Any]) -> Choices:
        return Choices(
            from_date=given["from_date"],
            last_year=given["last_year"],
            groups={
                each.group.pk: GroupChoice(self._new_name(each, given), Takers(given[f"takers-{each.group.pk}"]))
                for each in self.groups
            },
        )

    def _new_name(self, each: GroupOfYear, given: dict[str, Any]) -> str:
        """Return the name of a group from the day on; nothing where it keeps its name."""
        name: str = given[f"name-{each.group.pk}"] or ""
        return "" if name.casefold() == each.group.name.casefold() else name
