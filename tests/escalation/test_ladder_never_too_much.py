"""What a ladder must not do: write during a hold or to who has gone, fire on a decision, take policy for correction."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.accounts.member import Member
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.adopted import Adoption, assemble, national
from attendance_mat.policy.ladder import Ladders
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation import actions
from escalation.actions.doing_steps import LEAVE, REVIEW
from escalation.models import Case, CaseTask, Finding, PupilStage
from escalation.queries.cases import crossed_and_nobody_has_acted
from escalation.rules.ladder import Crossing
from escalation.rules.triggers import judge
from escalation.rules.windows import Calendar
from letters.models import Letter
from registers.actions.amending import amend_mark
from registers.models import Mark, Pupil, RollPeriod
from registers.rules.calendar import Half, SessionMark
from tests.escalation.entering import A_DAY, DAYS, NO_REASON, TODAY, drafted, enter, place_hold
from tests.escalation.ladders import set_stages, stage
from tests.escalation.on_the_ladder import (
    BELOW_90,
    CLINIC,
    LETTER,
    NIGHT,
    START,
    make_crossing,
    occasion,
)
from tests.escalation.registers import days_of, pupil_of
from tests.escalation.terms import hold as hold_school
from tests.escalation.terms import spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil, make_sessions
from tests.people import People


def test_a_stage_left_during_a_hold_sends_no_postcard(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = enter(pupil, "second", alder, people, monday_morning)
    place_hold(pupil, people, monday_morning)

    actions.leave_stage(row, because="Back above the line.", occasion=occasion(alder, monday_morning))

    assert drafted() == [("concern-letter-1", "withdrawn")]


@pytest.mark.parametrize(("died", "because"), [(True, "The pupil has died."), (False, "no longer on the roll")])
def test_who_has_died_or_left_leaves_every_stage_without_a_word_home(
    died: bool, because: str, alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = enter(pupil, "second", alder, people, monday_morning)
    if died:
        Pupil.objects.filter(pk=pupil.pk).update(died_on=TODAY)
    else:
        RollPeriod.objects.filter(pupil=pupil).update(until_date=TODAY + A_DAY)

    actions.end_stages_that_are_over(occasion(alder, monday_morning + A_DAY))

    row.refresh_from_db()
    assert because in row.left_because
    assert drafted() == [("concern-letter-1", "withdrawn")]


def test_nobody_agrees_or_decides_about_a_pupil_who_has_left(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    finding = make_crossing(pupil, "second")
    row = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(alder, monday_morning)
    )
    assert row is not None
    RollPeriod.objects.filter(pupil=pupil).update(until_date=TODAY)
    officer = occasion(alder, monday_morning, people.alma)

    with pytest.raises(ValidationError, match="not on the roll"):
        actions.approve_stage(row, occasion=officer, because="Rung.")
    with pytest.raises(ValidationError, match="not on the roll"):
        actions.put_at_stage(pupil, stage_key="both", reason="Asked.", occasion=officer)


def test_a_hold_that_begins_at_once_withdraws_what_nobody_has_sent(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    enter(pupil, "first", alder, people, monday_morning)
    enter(other := make_pupil(), "first", alder, people, monday_morning)

    place_hold(pupil, people, monday_morning)
    place_hold(other, people, monday_morning, from_date=TODAY + A_DAY)
    handle_waiting_events(at=monday_morning)

    assert dict(Letter.objects.values_list("pupil", "state")) == {pupil.pk: "withdrawn", other.pk: "proposed"}
    step = CaseTask.objects.get(case__pupil=pupil, does="letter")
    assert step.cancelled_because == "A hold was placed for the pupil."


def test_a_stage_that_a_review_ended_does_not_fire_the_next_night(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = enter(pupil, "first", alder, people, monday_morning)
    assert row.review_on is not None
    at = monday_morning + (row.review_on - TODAY)
    review = CaseTask.objects.create(
        case=row.case, stage=row, does="decision", words="Review.", role="attendance_officer",
        due_date=row.review_on, options=list(REVIEW), made_at=at,
    )  # fmt: skip

    actions.do_step(review, chosen=LEAVE, outcome="No concern.", occasion=occasion(alder, at, people.alma))
    actions.follow_up_stages(occasion(alder, at + A_DAY))

    assert (PupilStage.objects.count(), Letter.objects.count()) == (1, 1)


def test_a_stage_that_asks_for_nothing_opens_no_case_and_waits_for_nobody(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    shown, asks = stage("shown", label="Shown"), stage("asks", when=BELOW_90, actions=[CLINIC])
    follow(alder, asks, shown, by=people.ben)
    make_sessions(dt.date(2026, 11, 16), 15)
    pupil = make_pupil()

    row = enter(pupil, "shown", alder, people, monday_morning)

    assert (row.entered_on, row.case, Case.objects.count()) == (TODAY, None, 0)
    waiting = crossed_and_nobody_has_acted(Pupil.objects.all(), school=alder, policy=policy_for(alder), on=TODAY)
    assert not waiting.exists()
    # Nor does it give its name to a case that another stage opens
    enter(pupil, "asks", alder, people, monday_morning)
    assert Case.objects.get().stage == "Asks"
    assert waiting.get().rule == "asks"


def follow(school: School, *stages: dict[str, object], by: Member, from_date: dt.date = START) -> None:
    """Have a school that went live in September follow stages from a day."""
    set_stages(school, *stages, by=by, from_date=from_date)
    School.objects.filter(pk=school.pk).update(go_live_date=START)
    school.refresh_from_db()


def test_a_child_who_is_looked_for_is_looked_for_until_seen_whatever_a_register_leaves_blank() -> None:
    day_six = assemble([Adoption(START, "john_taylor")]).terms(Ladders, on=TODAY).stage("day_six")
    said = days_of("20. 7I", first=DAYS[0])
    (day, _), *_ = days_of("27- .", first=DAYS[0])

    def is_over(*marks: tuple[Half, str]) -> bool:
        away = pupil_of(said)
        known = (*away.marks, *(SessionMark(day, half, code) for half, code in marks))
        held = Calendar([*away.sessions, (day, Half.AM), (day, Half.PM)])
        return judge(day_six.leaves, replace(away, marks=known, sessions=held), policy=national(), as_of=day).met

    assert not is_over()
    assert not is_over((Half.AM, "I"))
    assert is_over((Half.AM, "/"))


def absent(said: str, people: People) -> Pupil:
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    make_contact(pupil)
    hold_school([*DAYS, *weekdays(TODAY, 15)])
    take_registers({pupil: spell_out(DAYS, said)}, by=people.tess)
    return pupil


def nightly(school: School, at: dt.datetime) -> None:
    run = actions.run_threshold_check(school, as_of=NIGHT, at=at)
    assert run is not None
    assert run.error == ""
    handle_waiting_events(at=at)
    actions.after_the_night(school, as_of=NIGHT, at=at)


@pytest.mark.parametrize(("code", "withdrawn"), [("O", False), ("I", True)])
def test_a_reason_that_never_came_is_no_correction(
    code: str, withdrawn: bool, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    follow(alder, stage("day_three", when=NO_REASON, actions=[LETTER]), by=people.ben)
    absent("." * 104 + "N" * 6, people)
    nightly(alder, monday_morning)
    assert drafted() == [("concern-letter-1", "proposed")]

    for mark in Mark.objects.filter(code="N"):
        amend_mark(mark, code=code, reason="Five days are over", by=people.alma, at=monday_morning)
    handle_waiting_events(at=monday_morning)

    assert Finding.objects.get(rule="day_three").cleared_on is not None
    assert (PupilStage.objects.get().withdrawn_at is not None) is withdrawn
    assert drafted() == [("concern-letter-1", "withdrawn" if withdrawn else "proposed")]


def test_a_line_that_the_policy_has_moved_is_no_correction(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    follow(alder, stage("first", actions=[LETTER]), by=people.ben)
    absent("." * 100 + "I" * 10, people)  # 90.9%
    nightly(alder, monday_morning)
    assert drafted() == [("concern-letter-1", "proposed")]

    tomorrow = monday_morning + A_DAY
    follow(alder, stage("first", when=BELOW_90, actions=[LETTER]), by=people.ben, from_date=tomorrow.date())
    finding = Finding.objects.get(rule="first")

    assert not actions.is_undone(finding, occasion(alder, tomorrow))


def test_a_crossing_taken_up_again_before_its_end_was_handled_is_left_alone(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = enter(pupil, "days", alder, people, monday_morning)
    record(Event.THRESHOLD_CLEARED, row.finding, by=people.ben, at=monday_morning,
           pupil=pupil.pk, rule="days", reached_on=row.finding.reached_on.isoformat())  # fmt: skip

    handle_waiting_events(at=monday_morning)

    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_a_person_who_decides_on_a_stage_that_asks_for_nothing_finds_the_reason_in_a_case(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    follow(alder, stage("a2", when=None), by=people.ben)
    make_sessions(dt.date(2026, 11, 16), 15)

    officer = occasion(alder, monday_morning, people.alma)
    row = actions.put_at_stage(make_pupil(), stage_key="a2", reason="Our chart says so.", occasion=officer)

    assert row.case is not None
    assert "Our chart says so." in row.case.notes.get(words__startswith="Proposed").words
