"""What is followed up at John Taylor."""

import datetime as dt

from registers.actions.amending import amend_mark
from registers.models import Pupil
from registers.queries.today import unresolved_before
from tests.clauses import proves
from tests.clauses.coding import TUESDAY, of_that_year
from tests.clauses.reconciling import three_that_differ_are_listed
from tests.clauses.schools import Browse
from tests.factories import make_mark, make_session
from tests.people import People

MONDAY = dt.date(2025, 11, 3)


@proves("JTM-3.12")
def test_the_days_absences_without_follow_up_are_listed(people: People, monday_morning: dt.datetime) -> None:
    # Given twenty absentees, and eighteen of them followed up
    for day in (MONDAY, TUESDAY):
        make_session(day)
    marks = [make_mark(of_that_year(), make_session(MONDAY), "N", by=people.tess) for _ in range(20)]
    for mark in marks[:18]:
        amend_mark(mark, code="I", reason="Parent rang", by=people.alma, at=monday_morning)
    # When the day is over, then two are listed
    listed = unresolved_before(TUESDAY, Pupil.objects.all())
    assert {each.mark.pk for each in listed} == {mark.pk for mark in marks[18:]}


@proves("JTM-8.01")
def test_three_marks_that_differ_from_the_other_system_s_file_are_listed(people: People, browse: Browse) -> None:
    three_that_differ_are_listed(people, browse, pupils=10)
