"""The night's check against a real database: the episodes it writes and the figures it publishes."""

import datetime as dt
import gc

import pytest

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.adopted import national
from attendance_mat.published.models import SchoolFigures
from attendance_mat.trust.models import School
from escalation.actions import run_threshold_check
from escalation.models import Finding
from escalation.rules.findings import Rule
from registers.models import Mark, Pupil
from registers.rules.calendar import Half
from tests.escalation.terms import AUTUMN, check, hold, spell_out, take_registers, weekdays
from tests.factories import amend, make_pupil
from tests.people import People

FRIDAY = AUTUMN[-1]


def test_each_line_crossed_is_an_episode_from_the_day_it_was_crossed(
    alder: School, absentee: Pupil, monday_morning: dt.datetime
) -> None:
    # When the check is run as of the last Friday
    run = check(alder, FRIDAY, monday_morning)

    # Then each rule has one open episode, of the day the marks crossed its line, with the sessions as they then stood
    found = {row.rule: row for row in Finding.objects.all()}
    assert {rule: row.reached_on for rule, row in found.items()} == {
        Rule.PERSISTENT_ABSENCE: AUTUMN[0],
        Rule.TEN_IN_TEN_WEEKS: AUTUMN[4],
        Rule.TWENTY_CONSECUTIVE_DAYS: AUTUMN[19],
    }
    ten = found[Rule.TEN_IN_TEN_WEEKS]
    assert (ten.value, ten.threshold, ten.school_year, ten.cleared_on) == (10, 10, 2026, None)
    assert ten.evidence["sessions"][-1] == ["2026-09-11", "pm", "O"]
    assert (run.pupils, run.marks, run.findings, run.episodes_opened, run.attempts) == (1, 110, 3, 3, 1)


def test_persistent_absence_clears_when_it_falls_below_and_comes_again_as_another_episode(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given a pupil over ten percent on day one, under it on day six, and over it again on day nine
    hold(AUTUMN)
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    take_registers({pupil: spell_out(AUTUMN[:9], "I" + "." * 15 + "II")}, by=people.tess)

    # When every night is checked in turn
    for day in AUTUMN[:9]:
        check(alder, day, monday_morning)

    # Then there are two episodes, each with its own days
    episodes = Finding.objects.filter(rule=Rule.PERSISTENT_ABSENCE).order_by("reached_on")
    assert list(episodes.values_list("reached_on", "cleared_on")) == [(AUTUMN[0], AUTUMN[5]), (AUTUMN[8], None)]


def test_an_amendment_that_undoes_a_crossing_clears_it_and_its_return_takes_it_up_again(
    alder: School, absentee: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    check(alder, FRIDAY, monday_morning)
    day_ten = Mark.objects.get(pupil=absentee, session__date=AUTUMN[9], session__half="am")

    # When one session within the twenty days is found to have been illness
    amend(day_ten, "I", by=people.alma, at=monday_morning)
    check(alder, FRIDAY, monday_morning)

    # Then that episode has an end, the others go on, and each of the two is in the log
    twenty = Finding.objects.get(rule=Rule.TWENTY_CONSECUTIVE_DAYS)
    assert twenty.cleared_on == FRIDAY
    assert Finding.objects.filter(cleared_on=None).count() == 2
    assert AuditEvent.objects.filter(kind=Event.THRESHOLD_CLEARED).count() == 1

    # When it is put right once more, then the same row runs again
    amend(day_ten, "O", by=people.alma, at=monday_morning)
    check(alder, FRIDAY, monday_morning)
    twenty.refresh_from_db()
    assert not twenty.cleared_on
    assert Finding.objects.count() == 3


def test_only_rules_that_lead_to_a_case_are_told_to_the_other_rooms(
    alder: School, absentee: Pupil, monday_morning: dt.datetime
) -> None:
    check(alder, FRIDAY, monday_morning)

    told = AuditEvent.objects.filter(kind=Event.THRESHOLD_CROSSED).values_list("detail__rule", flat=True)
    assert set(told) == {Rule.TEN_IN_TEN_WEEKS, Rule.TWENTY_CONSECUTIVE_DAYS}


def test_figures_are_of_ages_five_to_fifteen_and_everyone_counts_in_the_sessions(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given a nursery child, a Year 12 student, a leaver and a child of nine, each absent from the start
    hold(AUTUMN)
    nursery = make_pupil(dob=dt.date(2023, 1, 1), year=-1)
    student = make_pupil(dob=dt.date(2010, 1, 1), year=12)
    leaver = make_pupil(dob=dt.date(2015, 1, 1), until_date=AUTUMN[20])
    nine = make_pupil(dob=dt.date(2017, 3, 4))
    some = AUTUMN[:20]
    take_registers({pupil: spell_out(some, "O" * 40) for pupil in (nursery, student, leaver, nine)}, by=people.tess)

    # When the check has run
    check(alder, FRIDAY, monday_morning)

    # Then all four are persistent and severe, but only those of compulsory age crossed the other two lines
    figures = SchoolFigures.objects.get(school=alder)
    assert (figures.pupils, figures.possible, figures.unauthorised) == (4, 160, 160)
    assert (figures.headline_pupils, figures.headline_persistent, figures.headline_severe) == (2, 2, 2)
    assert (figures.ten_in_ten_weeks, figures.twenty_consecutive_days) == (2, 2)
    assert Finding.objects.filter(rule=Rule.SEVERE_ABSENCE).count() == 4


def test_twenty_days_run_on_over_a_planned_closure(alder: School, people: People, monday_morning: dt.datetime) -> None:
    # Given ten days of absence, a week closed by plan, and ten days more
    hold(AUTUMN)
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    take_registers({pupil: spell_out(AUTUMN[:26], "O" * 20 + "#" * 10 + "G" * 20 + "..")}, by=people.tess)

    check(alder, FRIDAY, monday_morning)

    assert Finding.objects.get(rule=Rule.TWENTY_CONSECUTIVE_DAYS).reached_on == AUTUMN[24]


@pytest.mark.parametrize(("week", "is_met"), [(9, True), (10, False)])
def test_ten_sessions_are_counted_over_ten_weeks_and_no_more(
    alder: School, people: People, monday_morning: dt.datetime, week: int, *, is_met: bool
) -> None:
    # Given nine sessions missed in the first week, and a tenth in the tenth or the eleventh
    hold(AUTUMN)
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    last = AUTUMN[5 * week]
    said = {**spell_out(AUTUMN[:5], "." + "U" * 9), (last, Half.AM): "O", (last, Half.PM): "\\"}
    take_registers({pupil: said}, by=people.tess)

    check(alder, FRIDAY, monday_morning)

    assert Finding.objects.filter(rule=Rule.TEN_IN_TEN_WEEKS, reached_on=last).exists() is is_met


def test_weeks_before_the_law_of_august_2024_do_not_count_towards_ten(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given ten sessions missed, six of them before 19 August 2024, and another pupil with all ten after it
    before, after = weekdays(dt.date(2024, 8, 12), 5), weekdays(dt.date(2024, 8, 19), 10)
    hold([*before, *after])
    since = dt.date(2023, 9, 1)
    across = make_pupil(dob=dt.date(2014, 1, 1), from_date=since)
    within = make_pupil(dob=dt.date(2014, 1, 1), from_date=since)
    missed = spell_out([*before[-3:], *after[:2]], "O" * 10)
    take_registers({across: missed, within: spell_out(after[:5], "O" * 10)}, by=people.tess)

    # When the check has run, then only the second crossed the line
    check(alder, after[-1], monday_morning)
    assert [row.pupil for row in Finding.objects.filter(rule=Rule.TEN_IN_TEN_WEEKS)] == [within]


def test_a_line_crossed_last_year_is_not_this_year_s_and_one_more_session_crosses_it_anew(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given ten sessions missed in the last week of July
    july, september = weekdays(dt.date(2026, 7, 13), 5), AUTUMN[:10]
    hold([*july, *september])
    pupil = make_pupil(dob=dt.date(2015, 1, 1), from_date=dt.date(2025, 9, 1))
    take_registers({pupil: spell_out([*july, *september], "O" * 10 + "." * 10 + "U" + "." * 9)}, by=people.tess)

    # When September is checked before and after the eleventh
    check(alder, september[4], monday_morning)
    assert not Finding.objects.filter(rule=Rule.TEN_IN_TEN_WEEKS).exists()
    check(alder, september[9], monday_morning)

    # Then the crossing is of this year, from that day, with July's sessions in its evidence
    ten = Finding.objects.get(rule=Rule.TEN_IN_TEN_WEEKS)
    assert (ten.reached_on, ten.value, ten.evidence["from"]) == (september[5], 11, "2026-07-13")


@pytest.mark.parametrize("fails", [False, True])
def test_the_search_for_cycles_is_off_for_a_night_and_on_again_after_it(
    alder: School, absentee: Pupil, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    seen = []

    def look(*_: object) -> None:
        seen.append(gc.isenabled())
        if fails:
            raise LookupError

    monkeypatch.setattr("escalation.actions.night._check", look)
    run = run_threshold_check(alder, as_of=FRIDAY, at=monday_morning, policy=national())

    assert (seen, gc.isenabled(), bool(run and run.error)) == ([False], True, fails)
