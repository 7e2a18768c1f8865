"""Early warning: who would cross a line by a day, at the rate of the last weeks, with the sum."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance_mat.policy.adopted import Adoption, Override, assemble, national
from attendance_mat.policy.schema import PenaltyNoticeThreshold
from attendance_mat.policy.triggers import Count, Line, Sign, Unit
from attendance_mat.trust.models import School
from escalation.queries.outlook import outlooks
from escalation.rules.outlook import YEAR, Ahead, Course, Outlook, Share, courses, share_outlook, weeks_outlook
from registers.rules.calendar import school_weeks
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

FRIDAY = AUTUMN[-1]
TO_COME = weekdays(dt.date(2026, 11, 23), 20)
AHEAD = Ahead(FRIDAY, TO_COME[-1], dict.fromkeys(TO_COME, 2), school_weeks([*AUTUMN, *TO_COME]))
PERSISTENT = Course(
    "persistent_absence", "Persistent absence", Line(Count.MISSED, Unit.PERCENT, Sign.OR_MORE, 10, YEAR)
)
BELOW_96 = Course("stage", "Stage", Line(Count.ATTENDED, Unit.PERCENT, Sign.BELOW, 96, YEAR), minimum=20)
LAW = national().terms(PenaltyNoticeThreshold, on=FRIDAY)


def outlook(course: Course, so_far: tuple[int, int], lately: tuple[int, int], ahead: Ahead = AHEAD) -> Outlook:
    return share_outlook(course, so_far=Share(*so_far), lately=Share(*lately), ahead=ahead)


def test_a_pupil_on_course_crosses_on_the_first_day_at_whose_end_the_sum_says_so() -> None:
    # Given 8 of 110 missed, and 8 of the last 40: after n sessions more it is 8 + n/5 of 110 + n, ten percent at n = 30
    found = outlook(PERSISTENT, (8, 110), (8, 40))

    assert (found.is_over, found.crosses_on) == (False, TO_COME[14])
    assert found.arithmetic == (
        "Missed 8 of 110 possible sessions this school year (7.27%), and 8 of 40 in the last weeks. 40 sessions are "
        "still to come to 18 December 2026: at that rate 8.0 of them, and 10.67% of 150 in all. "
        "The line is 10% or more. It would be crossed on 11 December 2026."
    )


def test_a_pupil_a_single_session_short_of_it_is_not_on_course() -> None:
    fourteen_days = Ahead(FRIDAY, TO_COME[13], dict.fromkeys(TO_COME[:14], 2), AHEAD.weeks)
    found = outlook(PERSISTENT, (8, 110), (8, 40), fourteen_days)
    assert found.crosses_on is None
    assert found.arithmetic.endswith("It would not be crossed by 10 December 2026.")


def test_who_is_over_the_line_already_does_not_come_to_it() -> None:
    found = outlook(PERSISTENT, (11, 110), (8, 40))
    assert (found.is_over, found.crosses_on) == (True, None)
    assert found.arithmetic.endswith("It is crossed already.")


def test_attendance_that_falls_crosses_a_stage_s_line() -> None:
    assert outlook(BELOW_96, (106, 110), (36, 40)).crosses_on == TO_COME[3]
    assert outlook(BELOW_96, (110, 110), (40, 40)).crosses_on is None


def test_a_stage_s_share_counts_once_enough_sessions_were_possible() -> None:
    found = outlook(BELOW_96, (8, 10), (8, 10))
    assert (found.is_over, found.crosses_on) == (False, TO_COME[4])


@pytest.mark.parametrize(("so_far", "lately"), [((0, 0), (0, 0)), ((0, 110), (0, 0))])
def test_without_a_possible_session_lately_there_is_no_rate(so_far: tuple[int, int], lately: tuple[int, int]) -> None:
    found = outlook(PERSISTENT, so_far, lately)
    assert found.crosses_on is None
    assert found.arithmetic.startswith("No session was possible lately")


def test_ten_in_ten_weeks_lets_weeks_that_are_past_go() -> None:
    # Given nine sessions without leave in the first week of eleven, and one in each fortnight since
    weeks = AHEAD.weeks
    of_old = dict.fromkeys(weeks[:1], 9)
    found = weeks_outlook(LAW, by_week=of_old, lately=Share(1, 40), ahead=AHEAD)
    assert (found.is_over, found.crosses_on) == (False, None)

    # When they are in a week that stays within ten, then the tenth comes after forty sessions
    recent = weeks_outlook(LAW, by_week={weeks[9]: 9}, lately=Share(1, 40), ahead=AHEAD)
    assert recent.crosses_on == TO_COME[19]
    assert recent.arithmetic == (
        "9 sessions without leave in 10 school weeks, and 1 of 40 without leave in the last weeks. "
        "The line is 10 or more. It would be crossed on 18 December 2026."
    )
    assert weeks_outlook(LAW, by_week={weeks[9]: 10}, lately=Share(1, 40), ahead=AHEAD).is_over
    assert weeks_outlook(LAW, by_week={weeks[9]: 9}, lately=Share(0, 40), ahead=AHEAD).crosses_on is None


def test_the_lines_ahead_are_the_national_ones_and_the_policy_s_shares_of_the_year() -> None:
    keys = [course.key for course in courses(assemble([Adoption(AUTUMN[0], "wigston")]), as_of=FRIDAY)]
    assert keys[:3] == ["persistent_absence", "severe_absence", "tutor"]
    assert "welfare_check" not in keys
    assert [course.key for course in courses(national(), as_of=FRIDAY)] == keys[:2]
    assert courses(national(), as_of=dt.date(2000, 1, 1)) == []


def test_a_school_s_pupils_are_looked_at_in_two_queries(alder: School, people: People) -> None:
    # Given a pupil who misses ever more, one who never does, an older student, and a calendar to Christmas
    hold([*AUTUMN, *TO_COME])
    since = dt.date(2026, 9, 1)
    worse, well, student = (
        make_pupil(dob=dob, from_date=since) for dob in (dt.date(2015, 3, 4), dt.date(2015, 3, 4), dt.date(2008, 1, 1))
    )
    said = "." * 70 + "....U" * 8
    take_registers(
        {worse: spell_out(AUTUMN, said), student: spell_out(AUTUMN, said), well: spell_out(AUTUMN, "." * 110)},
        by=people.tess,
    )

    # When the school looks ahead
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = outlooks(as_of=FRIDAY, until=TO_COME[-1], policy=national(), school=alder)

    # Then the first is on course for both, by the same sums as the rule's, and the student only for the share
    assert len([query for query in asked if "search_path" not in query["sql"]]) == 2
    by_key = {pk: {each.course.key: each for each in of_pupil} for pk, of_pupil in found.items()}
    assert by_key[worse.pk]["persistent_absence"] == outlook(courses(national(), as_of=FRIDAY)[0], (8, 110), (8, 40))
    assert by_key[worse.pk]["ten_in_ten_weeks"].crosses_on == TO_COME[4]
    assert set(by_key[student.pk]) == {"persistent_absence", "severe_absence"}
    assert not any(each.crosses_on for each in by_key[well.pk].values())


def test_weeks_before_the_law_s_first_day_do_not_count(alder: School, people: People) -> None:
    # Given nine sessions without leave in the week before 19 August 2024, and five in the week that it began
    days = weekdays(dt.date(2024, 8, 12), 15)
    hold(days)
    pupil = make_pupil(dob=dt.date(2015, 3, 4), from_date=days[0])
    take_registers({pupil: spell_out(days[:10], "U" * 9 + "." * 6 + "U" * 5)}, by=people.tess)

    *_, ten = outlooks(as_of=days[9], until=days[-1], policy=national(), school=alder)[pupil.pk]
    assert ten.arithmetic.startswith("5 sessions without leave")
    before = outlooks(as_of=days[3], until=days[-1], policy=national(), school=alder)[pupil.pk]
    assert [each.course.key for each in before] == ["persistent_absence", "severe_absence"]


def test_the_rate_is_of_as_many_school_weeks_as_the_policy_says(alder: School, people: People) -> None:
    hold([*AUTUMN, *TO_COME])
    pupil = make_pupil(dob=dt.date(2015, 3, 4), from_date=dt.date(2026, 9, 1))
    take_registers({pupil: spell_out(AUTUMN, "." * 100 + "I" * 10)}, by=people.tess)
    week = Override(dt.date(2026, 9, 1), "early_warning", {"school_weeks": 1}, "Set in the test.")
    found = outlooks(as_of=FRIDAY, until=TO_COME[-1], policy=assemble([], [week]), school=alder)[pupil.pk]
    assert "10 of 10 in the last weeks" in found[0].arithmetic
