"""The night's check of the stages of a school's own policy: its episodes, and what is told of them."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import transaction

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble
from attendance_mat.published.models import CheckRun, SchoolFigures
from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.models import School
from escalation.actions import recheck_pupil, run_threshold_check
from escalation.models import Finding, PupilStage
from registers.models import Mark, Pupil
from tests.escalation.terms import AUTUMN, hold, rows, spell_out, take_registers, weekdays
from tests.factories import amend, make_pupil
from tests.people import People

DAYS = weekdays(dt.date(2026, 8, 10), 75)
FRIDAY = DAYS[-1]
WIGSTON = assemble([Adoption(dt.date(2025, 9, 1), "wigston")])


def check(school: School, as_of: dt.date, at: dt.datetime, policy: Policy = WIGSTON) -> CheckRun:
    """Check a school by a policy with stages, and see that it was done."""
    run = run_threshold_check(school, as_of=as_of, at=at, policy=policy)
    assert run
    assert run.error == ""
    return run


def open_rules() -> dict[str, dt.date]:
    """Return what runs, and since when."""
    return dict(Finding.objects.filter(cleared_on=None).values_list("rule", "reached_on"))


@pytest.fixture
def ill_for_three_days(people: People, alder: School) -> Pupil:
    """Return a pupil who came in for ten weeks, was ill for three days, and came in again."""
    pupil = make_pupil(dob=dt.date(2015, 3, 4), from_date=DAYS[0])
    hold(DAYS)
    take_registers({pupil: spell_out(DAYS, "." * 100 + "I" * 6 + "." * 44)}, by=people.tess)
    return pupil


def test_a_stage_reached_is_an_episode_with_its_label_clause_and_sum_as_of_that_day(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    # When the night of the third day of illness is checked
    run = check(alder, DAYS[52], monday_morning)

    # Then the tutor's stage, stages one and two and the welfare check are reached, each from the day it was
    assert open_rules() == {"tutor": DAYS[51], **dict.fromkeys(["stage_one", "stage_two", "welfare_check"], DAYS[52])}
    tutor = Finding.objects.get(rule="tutor")
    assert tutor.label == "Tutor conversation"
    assert "appendix 3" in tutor.evidence["clause"]
    assert tutor.evidence["arithmetic"] == (
        "Attended 100 of 104 possible sessions from 10 August 2026 to 20 October 2026 (96.15%); "
        "below 98% is 101 or fewer."
    )
    assert (tutor.value, tutor.threshold, tutor.evidence["possible"]) == (100, 98, 104)
    assert [code for _, _, code in tutor.evidence["sessions"]] == ["I"] * 4
    assert (run.findings, run.episodes_opened) == (4, 4)


def test_stages_reached_and_ended_are_told_to_the_other_rooms(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    # Given a school that was live before, when nights are checked to the day after the illness and to the last Friday
    alder.go_live_date = DAYS[0]
    for day in (DAYS[52], DAYS[53], FRIDAY):
        check(alder, day, monday_morning)

    # Then a night on which the pupil came to several stages told of it once, and of each one's end
    told = AuditEvent.objects.filter(kind=Event.THRESHOLD_CROSSED).values_list("detail__pupil", flat=True)
    assert list(told) == [ill_for_three_days.pk]
    ended = AuditEvent.objects.filter(kind=Event.THRESHOLD_CLEARED).values_list("detail__rule", flat=True)
    assert sorted(ended) == ["stage_one", "stage_two", "welfare_check"]
    assert open_rules() == {"tutor": DAYS[51]}


def test_a_stage_ends_on_the_first_day_at_whose_end_it_no_longer_holds(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    check(alder, DAYS[52], monday_morning)
    check(alder, FRIDAY, monday_morning)

    # Then 114 of 120 sessions ended stage one, 116 of 122 stage two, and three weeks the welfare check
    ended = dict(Finding.objects.exclude(cleared_on=None).values_list("rule", "cleared_on"))
    three_weeks_later = DAYS[50] + dt.timedelta(days=21)
    assert ended == {"stage_one": DAYS[59], "stage_two": DAYS[60], "welfare_check": three_weeks_later}


def test_the_same_night_twice_and_an_older_one_change_nothing(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    check(alder, DAYS[53], monday_morning)
    before, events = rows(), AuditEvent.objects.count()

    again = check(alder, DAYS[53], monday_morning)
    older = check(alder, DAYS[51], monday_morning)

    assert (rows(), AuditEvent.objects.count()) == (before, events)
    assert (again.episodes_opened, again.episodes_cleared, again.findings, older.findings) == (0, 0, 4, 1)


def test_a_night_missed_gives_the_same_rows(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    with transaction.atomic():
        for day in DAYS:
            check(alder, day, monday_morning)
        every_night = rows()
        transaction.set_rollback(True)  # what the application itself cannot remove

    for day in [DAYS[3], DAYS[54], FRIDAY]:
        check(alder, day, monday_morning)

    assert rows() == every_night


def test_an_amendment_between_two_nights_ends_the_stages_it_undoes(
    alder: School, ill_for_three_days: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    # Given a stage reached, and the school following that policy
    check(alder, DAYS[53], monday_morning)
    pupil = ill_for_three_days

    # When two of the three days turn out to have been a visit
    for mark in Mark.objects.filter(pupil=pupil, session__date__in=DAYS[50:52]):
        amend(mark, "V", by=people.alma, at=monday_morning)
    gone = recheck_pupil(pupil, policy=WIGSTON, as_of=DAYS[53], by=people.alma, at=monday_morning)

    # Then what rested on them is undone at once
    assert {row.rule for row in gone} == {"tutor", "stage_one", "stage_two", "welfare_check"}
    assert {row.cleared_on for row in gone} == {DAYS[53]}
    assert not open_rules()


def test_stages_of_a_policy_given_up_end_without_a_word_and_those_of_the_new_one_begin(
    alder: School, ill_for_three_days: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    # Given a school that leaves Wigston's policy for Advance's from the last Friday
    check(alder, DAYS[53], monday_morning)
    changed = assemble([Adoption(dt.date(2025, 9, 1), "wigston"), Adoption(FRIDAY, "advance")])
    events = AuditEvent.objects.filter(kind=Event.THRESHOLD_CLEARED)

    # When a mark is amended that day, then stages that policy has given up wait for the night
    gone = recheck_pupil(ill_for_three_days, policy=changed, as_of=FRIDAY, by=people.alma, at=monday_morning)
    assert not gone

    # When its night is checked, then they end and nobody is told
    check(alder, FRIDAY, monday_morning, changed)
    assert not Finding.objects.filter(cleared_on=None, rule__in=["tutor", "stage_one", "stage_two", "welfare_check"])
    assert not events.exists()


def test_a_share_counts_from_the_day_on_which_enough_sessions_were_possible(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    # Given a policy that asks for a hundred and ten sessions to be possible before a percentage counts
    few = Override(dt.date(2026, 9, 1), "percentage_stages", {"minimum_possible_sessions": 110}, "Set in the test.")
    policy = assemble([Adoption(dt.date(2025, 9, 1), "wigston")], [few])

    check(alder, DAYS[53], monday_morning, policy)
    assert set(open_rules()) == {"welfare_check"}
    check(alder, FRIDAY, monday_morning, policy)

    # Then the tutor's stage is reached when they were, and not before
    assert open_rules() == {"tutor": DAYS[54]}


def test_a_stage_that_asks_when_another_was_entered_is_decided_by_the_rule(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given two pupils persistently absent, one of whom entered stage three nearly four weeks ago
    hold(AUTUMN)
    entered, not_entered = (make_pupil(dob=dt.date(2015, 3, 4)) for _ in range(2))
    take_registers({pupil: spell_out(AUTUMN, "I." * 55) for pupil in (entered, not_entered)}, by=people.tess)
    PupilStage.objects.create(pupil=entered, stage="stage_three", source="crossing", entered_on=AUTUMN[20],
                              proposed_at=monday_morning, entered_at=monday_morning)  # fmt: skip
    is_due = AUTUMN[20] + dt.timedelta(weeks=4)

    # When the nights before and of the day on which four weeks are over are checked
    check(alder, is_due - dt.timedelta(days=3), monday_morning)
    assert not Finding.objects.filter(rule="stage_four")
    check(alder, is_due, monday_morning)
    check(alder, FRIDAY, monday_morning)

    # Then stage four is the first pupil's from that day, and nobody else's
    assert list(Finding.objects.filter(rule="stage_four").values_list("pupil", "reached_on")) == [(entered.pk, is_due)]


def test_who_has_left_is_at_no_stage(alder: School, people: People, monday_morning: dt.datetime) -> None:
    hold(AUTUMN)
    leaver = make_pupil(dob=dt.date(2015, 3, 4), until_date=AUTUMN[40])
    take_registers({leaver: spell_out(AUTUMN[:40], "." * 60 + "O" * 20)}, by=people.tess)

    check(alder, AUTUMN[39], monday_morning)
    assert "stage_one" in open_rules()
    check(alder, AUTUMN[40], monday_morning)

    assert Finding.objects.get(rule="stage_one").cleared_on == AUTUMN[40]


def test_published_figures_are_of_the_national_rules_alone(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    run = check(alder, DAYS[53], monday_morning)

    figures = SchoolFigures.objects.get(school=alder)
    assert (figures.run, figures.headline_persistent, figures.ten_in_ten_weeks) == (run, 0, 0)


def test_a_night_before_the_year_s_first_school_day_looks_at_no_stage(
    alder: School, ill_for_three_days: Pupil, monday_morning: dt.datetime
) -> None:
    run = check(alder, DAYS[0] - dt.timedelta(days=1), monday_morning)

    assert run.findings == 0


def test_findings_are_shown_under_the_keys_of_their_stages(
    alder: School,
    ill_for_three_days: Pupil,
    people: People,
    capsys: pytest.CaptureFixture[str],
    monday_morning: dt.datetime,
) -> None:
    # Given a school that follows Wigston's policy
    adopt_policy(alder, pack="wigston", from_date=DAYS[0], by=people.member("tara"), at=monday_morning)

    call_command("show_findings", "alder-primary", "--as-of", str(DAYS[53]))

    # Then the stages reached are there with their label, clause and the figures of the day
    shown = {row["rule"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(shown) == {"tutor", "stage_one", "stage_two", "welfare_check"}
    assert (shown["tutor"]["label"], shown["tutor"]["threshold"]) == ("Tutor conversation", 98)
    assert (shown["tutor"]["value"], shown["tutor"]["possible"]) == (102, 108)
