"""The new school year: one act that moves everyone up, proposes the leavers' removal, and can be taken back."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.actions.new_year import CHANGED, NOTHING
from attendance_mat.admission.models import Leaving, NewYear
from attendance_mat.admission.queries import new_year as queries
from attendance_mat.admission.rules.new_year import GroupChoice, Takers
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.policy import policy_for
from escalation.queries.stages import stage_facts
from escalation.rules.thresholds import findings
from registers.models import Assignment, FamilyTie
from registers.queries import measures
from registers.queries.taking import register_rows
from tests.admission.new_years import JULY, LAST_DAY, SEPTEMBER, TODAY, School, on, school
from tests.factories import TERM, make_mark, make_pupil, make_register, make_session, make_sessions
from tests.registers.files import Importer, pupil

__all__ = ["school"]


def test_everyone_moves_up_on_the_day_and_not_before(school: School) -> None:
    school.begin()
    assert on(LAST_DAY) == {"Rae": (3, "3A"), "Sol": (4, "4A"), "Uma": (6, "6A")}
    assert on(SEPTEMBER) == {"Rae": (4, "4A"), "Sol": (5, "5A"), "Uma": (6, "6A")}


def test_a_leaver_is_proposed_on_a_ground_and_stays_on_the_roll_until_the_head_approves(school: School) -> None:
    old = make_pupil(surname="Old", year=6, dob=dt.date(2011, 5, 5), group=school.six)  # past the last Friday in June
    older = make_pupil(surname="Older", year=6, dob=dt.date(2009, 5, 5), group=school.six)
    soon = make_pupil(surname="Soon", year=6, dob=dt.date(2011, 5, 5), group=school.six)
    Leaving.objects.create(roll_period=soon.roll_periods.get(), ground="g", proposed_by=school.people.ben.user,
        proposed_by_name="Ben", proposed_by_role="headteacher", proposed_at=JULY)  # fmt: skip
    act = school.begin(at=dt.datetime(2027, 6, 14, 9, tzinfo=dt.UTC))
    made = {row.roll_period.pupil.surname: (row.ground, row.below_or_above_age, row.state)
        for row in Leaving.objects.select_related("roll_period__pupil")}  # fmt: skip
    assert made == {
        "Uma": ("a", False, "proposed"),  # registered at another school
        "Old": ("l", False, "proposed"),  # of compulsory age in June, over it in September
        "Older": ("a", True, "proposed"),  # over it already
        "Soon": ("g", False, "proposed"),  # as it was proposed before
    }
    assert len(act.done["leavings"]) == 3
    assert [each.roll_periods.get().until_date for each in (school.uma, old, older)] == [None] * 3


def test_each_removal_is_told_of_and_nobody_proposes_that_of_their_own_family(school: School) -> None:
    own = make_pupil(surname="Own", year=6, group=school.six)
    FamilyTie.objects.create(user=school.people.ben.user, pupil=own)
    school.begin()
    told = AuditEvent.objects.filter(kind=Event.REMOVAL_PROPOSED)
    assert [event.detail["pupil"] for event in told] == [school.uma.pk]
    assert Leaving.objects.get().roll_period.pupil == school.uma


def test_the_intake_is_on_no_register_before_its_starting_day(school: School, tmp_path: Path) -> None:
    # Given a child whose starting day, by the pupils file, is a week into the term, and one who starts with it
    files = Importer(tmp_path, school.people.alder, school.people.alma)
    three = {"dob": "2020-01-01", "year": "3", "reg_group": "3A"}
    files.pupils(
        pupil(upn="A000000008001", surname="New", forename="Kit", admitted="2027-09-01", **three),
        pupil(upn="A000000008002", surname="Later", forename="Kim", admitted="2027-09-08", **three),
    )
    # When the year is begun
    school.begin()
    # Then each is listed from their own day on, and the class that was 3A is elsewhere

    def listed(day: dt.date) -> list[str]:
        register = make_register(make_session(day), school.three)
        return [row.list_name for row in register_rows(register, by=school.people.ben)]

    assert listed(LAST_DAY) == ["Rae, " + school.rae.forename]
    assert listed(SEPTEMBER) == ["New, Kit"]
    assert listed(dt.date(2027, 9, 8)) == ["Later, Kim", "New, Kit"]
    assert [each.from_date.day for each in queries.intake(SEPTEMBER)] == [1, 8]


def test_a_pupils_file_of_july_does_not_put_september_back(school: School, tmp_path: Path) -> None:
    school.begin()
    files = Importer(tmp_path, school.people.alder, school.people.alma)
    row = pupil(upn=school.rae.upn, surname="Rae", forename=school.rae.forename, dob="2019-01-01", admitted="")
    files.pupils({**row, "year": "3", "reg_group": "3A"})
    assert on(SEPTEMBER)["Rae"] == (4, "4A")
    # And one that does change the year changes it up to September only
    files.pupils({**row, "year": "2", "reg_group": "2A"})
    assert on(SEPTEMBER)["Rae"] == (4, "4A")
    assert on(dt.date(2027, 7, 20))["Rae"] == (2, "2A")


def test_who_takes_a_group_stays_goes_with_the_children_or_ends(school: School) -> None:
    users = [school.people.user(name) for name in ("tess", "tutu", "hana")]
    for user, group in zip(users, (school.three, school.four, school.six), strict=True):
        Assignment.objects.create(user=user, group=group, weekdays=[0, 1], from_date=TERM)
    Assignment.objects.create(user=users[0], group=school.four, weekdays=[2], from_date=TERM, until_date=TODAY)
    choices = school.groups | {
        school.three.pk: GroupChoice("4A", Takers.STAY),
        school.four.pk: GroupChoice("5A", Takers.MOVE),
        school.six.pk: GroupChoice("", Takers.END),
    }
    school.begin(school.choices(groups=choices))

    def takers(day: dt.date) -> set[tuple[str, str]]:
        rows = Assignment.objects.filter(from_date__lte=day).exclude(until_date__lte=day)
        return set(rows.values_list("user__name", "group__name"))

    assert takers(LAST_DAY) == {("Tess Lindqvist", "3A"), ("Tutu Marsh", "4A"), ("Hana Doyle", "6A")}
    assert takers(SEPTEMBER) == {("Tess Lindqvist", "3A"), ("Tutu Marsh", "5A")}


def test_last_years_figures_and_findings_do_not_move(school: School) -> None:
    # Given a year in which a child of 3A missed enough to be persistently absent, and 6A next to nothing
    for session in make_sessions(dt.date(2027, 6, 1), 20):
        for child, group, code in ((school.rae, school.three, "O"), (school.uma, school.six, "/")):
            make_mark(child, session, code, by=school.people.tess, group=group)
    period = {"from_date": dt.date(2026, 8, 1), "to_date": dt.date(2027, 7, 31)}

    def figures() -> list[Any]:
        by_group = [
            measures.group_measures(by=by, **period) for by in (measures.YEAR_GROUP, measures.REGISTRATION_GROUP)
        ]
        facts = stage_facts([school.rae.pk, school.uma.pk], as_of=TODAY, school=school.people.alder)
        policy = policy_for(school.people.alder)
        found = [each for pk in facts for each in findings(facts[pk], policy=policy, as_of=TODAY)]
        return [by_group, found, [each.rule for each in found if each.met]]

    before = figures()
    assert "persistent_absence" in before[-1]
    act = school.begin()
    assert figures() == before
    school.undo(act)
    assert figures() == before


def test_what_was_not_shown_is_not_done(school: School) -> None:
    seen = queries.plan_of(school.choices(), today=TODAY).digest
    make_pupil(surname="Since", year=3, group=school.three)
    with pytest.raises(ValidationError, match=CHANGED[:20]):
        school.begin(seen=seen)
    assert not NewYear.objects.exists()


def test_a_second_press_is_refused_in_words(school: School) -> None:
    school.begin()
    with pytest.raises(ValidationError, match="2027/28 has been begun already") as refused:
        school.begin(school.choices(from_date=dt.date(2027, 9, 6)))
    assert "from_date" in refused.value.message_dict


@pytest.mark.parametrize("day", [dt.date(2026, 7, 1), dt.date(2028, 9, 1)])
def test_a_day_of_another_year_is_refused(school: School, day: dt.date) -> None:
    with pytest.raises(ValidationError, match="Choose a day in 2026/27 or 2027/28"):
        school.begin(school.choices(from_date=day))


def test_a_day_before_a_register_that_was_opened_is_refused(school: School) -> None:
    make_register(make_session(SEPTEMBER), school.three)
    with pytest.raises(ValidationError, match=r"the last on Wednesday 1 September 2027\. Choose a day after it"):
        school.begin()
    assert school.begin(school.choices(from_date=dt.date(2027, 9, 2))).pk


def test_a_year_that_changes_nothing_is_not_begun(school: School) -> None:
    with pytest.raises(ValidationError, match=NOTHING[:20]):
        school.begin(school.choices(from_date=TERM), at=dt.datetime(2026, 8, 20, tzinfo=dt.UTC))


def test_one_who_joins_after_the_year_was_begun_is_counted_as_missed(school: School) -> None:
    act = school.begin()
    assert queries.joined_since(act) == 0
    make_pupil(surname="Late", year=3, group=school.three, from_date=dt.date(2027, 7, 14))
    assert queries.joined_since(act) == 1


@pytest.mark.parametrize("size", [2, 20])
def test_beginning_takes_as_many_statements_for_two_pupils_as_for_twenty(
    school: School, size: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(size):
        make_pupil(year=3, group=school.three)
    choices = school.choices()
    seen = queries.plan_of(choices, today=TODAY).digest
    with django_assert_max_num_queries(24):
        act = school.begin(choices, seen=seen)
    with django_assert_max_num_queries(24):
        school.undo(act)
