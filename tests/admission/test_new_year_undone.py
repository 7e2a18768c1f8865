"""A new year is taken back exactly, or not at all where something has been built on it."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.models import Leaving
from attendance_mat.admission.rules.new_year import GroupChoice, Takers
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Assignment, Group, GroupMember, PupilYear
from tests.admission.new_years import JULY, SEPTEMBER, School, everything, on, school
from tests.factories import TERM, make_group, make_pupil, make_register, make_session

__all__ = ["school"]


def test_undoing_restores_exactly_what_stood(school: School) -> None:
    Assignment.objects.create(user=school.people.user("tess"), group=school.four, weekdays=[0], from_date=TERM,
        until_date=dt.date(2028, 1, 1))  # fmt: skip
    make_pupil(surname="Ends", year=4, group=school.four, until_date=dt.date(2027, 12, 18))
    choices = school.choices(groups=school.groups | {school.four.pk: GroupChoice("5Z", Takers.MOVE)})
    before = everything()
    act = school.begin(choices)
    assert on(SEPTEMBER)["Ends"] == (5, "5Z")
    assert everything() != before

    undone = school.undo(act)
    assert everything() == before
    assert (undone.undone_by, undone.undone_because) == (school.people.ben.user, "The wrong day")
    assert set(Leaving.objects.values_list("state", flat=True)) == {"dropped"}
    assert Group.objects.filter(name="5Z").exists()  # an empty name harms nobody
    assert AuditEvent.objects.filter(kind=Event.REMOVAL_DROPPED).count() == 1
    kinds = AuditEvent.objects.filter(subject_type="admission.newyear").values_list("kind", flat=True)
    assert list(kinds) == [Event.NEW_YEAR_BEGUN, Event.NEW_YEAR_UNDONE]

    # And the year can be begun again, undone once only
    again = school.begin(choices)
    assert again.pk != act.pk
    with pytest.raises(ValidationError, match="undone already"):
        school.undo(act)


def a_register_is_opened(school: School) -> None:
    make_register(make_session(SEPTEMBER), make_group("5A"))


def a_removal_is_approved(school: School) -> None:
    Leaving.objects.update(state="approved", approved_by=school.people.ben.user, approved_at=JULY,
        off_roll_on=SEPTEMBER)  # fmt: skip


def a_pupil_is_moved(school: School) -> None:
    GroupMember.objects.filter(pupil=school.rae, from_date=SEPTEMBER).update(group=make_group("4B"))


def a_year_is_put_right(school: School) -> None:
    PupilYear.objects.filter(pupil=school.rae, from_date=SEPTEMBER).delete()


@pytest.mark.parametrize(
    ("built", "why"),
    [
        (a_register_is_opened, "The register of 5A on Wednesday 1 September 2027 has been opened"),
        (a_removal_is_approved, "approved the removal of a leaver since"),
        (a_pupil_is_moved, "so the new year stands: 1 places in groups"),
        (a_year_is_put_right, "so the new year stands: 1 year groups"),
    ],
)
def test_undoing_is_refused_with_the_reason_where_something_has_been_built_on_it(
    school: School, built: Any, why: str
) -> None:
    act = school.begin()
    built(school)
    before = everything()
    with pytest.raises(ValidationError, match=why):
        school.undo(act)
    assert everything() == before


def test_undoing_asks_why(school: School) -> None:
    act = school.begin()
    with pytest.raises(ValidationError) as refused:
        school.undo(act, because="  ")
    assert refused.value.message_dict == {"because": ["Say why the new year is undone: it is kept."]}
