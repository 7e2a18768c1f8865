"""The measure "lessons missed": counted from the lesson registers, apart from the statutory figures."""

import datetime as dt
from dataclasses import replace

from attendance_mat.policy.adopted import national
from attendance_mat.policy.ladder import Stage
from attendance_mat.policy.triggers import Condition, Count, Sign, Span, Unit, Window
from attendance_mat.trust.models import School
from escalation.queries.stages import stage_answers, stage_facts
from escalation.rules.every_day import Answer, EveryDay
from escalation.rules.triggers import stage_finding
from escalation.rules.why import tree
from registers.models import Mark
from registers.rules.lessons import LessonMissed
from registers.rules.roll import Period
from tests.escalation.judging import DAYS, SOURCE, WEEK, figure, judged, pupil
from tests.escalation.terms import hold, spell_out, take_registers
from tests.factories import make_pupil
from tests.people import People
from tests.registers.lessons import take_lessons

SIX_IN_A_WEEK = figure(Count.MISSED, Unit.LESSONS, Sign.OR_MORE, 6, WEEK)


def missed(*days: int) -> tuple[LessonMissed, ...]:
    """Return a lesson missed on each of these school days."""
    return tuple(LessonMissed(DAYS[day], "3", "Maths") for day in days)


def test_lessons_missed_are_counted_with_their_sum_though_every_session_was_attended() -> None:
    facts = pupil("." * 20, lessons_missed=missed(4, 5, 5, 6, 7, 8, 8))

    found = judged(SIX_IN_A_WEEK, facts, 8)

    assert (found.met, found.value, found.unit, found.sessions) == (True, 6, Unit.LESSONS, ())
    assert found.lessons == facts.lessons_missed[1:]  # not Friday's of the week before
    assert found.arithmetic == "Missed 6 lessons from 12 January 2026 to 15 January 2026; the line is 6 or more."
    assert found.to_clear == (
        "It clears once 1 lesson fewer is counted, as the days counted move on or a mark is amended."
    )
    assert tree(found).lessons == found.lessons


def test_fewer_lessons_than_the_line_do_not_cross_it() -> None:
    found = judged(SIX_IN_A_WEEK, pupil("." * 20, lessons_missed=missed(5, 5, 6, 7, 8)), 8)
    assert (found.met, found.value, found.to_clear) == (False, 5, "1 lesson more would meet it.")


def test_a_lesson_counts_only_on_a_day_of_school_while_on_roll_and_not_twice_once_acted_upon() -> None:
    sunday = LessonMissed(DAYS[4] + dt.timedelta(days=2), "3", "Maths")
    joined = (Period(DAYS[6]),)
    line = figure(Count.MISSED, Unit.LESSONS, Sign.OR_MORE, 2)
    facts = pupil("." * 20, lessons_missed=(*missed(3), sunday, *missed(5, 6, 7)), on_roll=joined)

    assert judged(line, facts, 8).value == 2
    assert judged(line, facts, 8, acted_until=DAYS[6]).value == 1


def test_every_day_of_a_stretch_is_answered_as_the_plain_rule_answers_it() -> None:
    facts = pupil("." * 20, lessons_missed=missed(5, 5, 6, 7, 8, 8, 10))
    every = EveryDay(facts.calendar.read_by(national()), first=DAYS[0], last=DAYS[9])
    answers = every.answers(SIX_IN_A_WEEK, facts)
    assert answers == [Answer.YES if judged(SIX_IN_A_WEEK, facts, day).met else Answer.NO for day in range(10)]
    assert answers[8] == Answer.YES


def test_a_finding_keeps_the_lessons_as_its_evidence() -> None:
    stage = Stage("stage_one", "Lessons missed", "", "", SIX_IN_A_WEEK)
    facts = pupil("." * 20, lessons_missed=missed(5, 5, 6, 7, 8, 8))
    said = stage_finding(stage, facts, policy=national(), as_of=DAYS[8], source=SOURCE).as_json()
    assert (said["unit"], said["value"], said["sessions"]) == ("lessons", 6, [])
    assert said["lessons"][0] == [DAYS[5].isoformat(), "3", "Maths"]


def test_a_trigger_of_lessons_counts_what_is_missed_alone() -> None:
    wrong = replace(SIX_IN_A_WEEK, count=Count.LATE).wrong()
    assert wrong == "Spells and lessons are counted of what is missed."


def test_a_school_s_lessons_missed_are_found_and_leave_the_statutory_marks_alone(people: People, alder: School) -> None:
    # Given a week of whole attendance, and six lessons of it missed
    week = [dt.date(2026, 11, 16) + dt.timedelta(days=n) for n in range(5)]
    hold(week)
    truant, there = make_pupil(), make_pupil()
    take_registers(dict.fromkeys((truant, there), spell_out(week, "." * 10)), by=people.tess)
    take_lessons(
        {
            truant: {(day, n): "N" for day in week[:3] for n in (0, 1)},
            there: {(day, n): code for day in week[:3] for n, code in enumerate(("L", "ES"))},
        },
        by=people.tess,
    )
    condition = Condition(all_of=(SIX_IN_A_WEEK, figure(Count.MISSED, Unit.SESSIONS, Sign.BELOW, 1, Window(Span.WEEK))))
    stage = Stage("truancy", "", "", "", condition)
    # When the school is asked on the Friday, and on the Tuesday
    found = stage_answers([stage], as_of=week[4], policy=national(), school=alder)
    before = stage_answers([stage], as_of=week[1], policy=national(), school=alder)
    # Then it is the pupil who missed them, and the registers say what they said
    assert (found, before) == ({"truancy": {truant.pk: True}}, {"truancy": {}})
    facts = stage_facts([truant.pk, there.pk], as_of=week[4], school=alder)
    assert [len(facts[each.pk].lessons_missed) for each in (truant, there)] == [6, 0]
    assert set(Mark.objects.values_list("code", flat=True)) == {"/", "\\"}
