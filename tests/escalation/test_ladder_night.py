"""What follows a night: the furthest stage first, what ends a stage, the turn of the year, and nothing twice."""

import datetime as dt
from collections.abc import Callable

import pytest

from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.published.models import CheckRun
from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Case, CaseTask, Finding, PupilStage
from escalation.rules.ladder import Crossing
from letters.models import Letter
from registers.actions.amending import amend_mark
from registers.models import Mark, Pupil, RollPeriod
from tests.escalation.on_the_ladder import NIGHT, follow_ladder, make_crossing, occasion, the_stage
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil
from tests.people import People

DAYS = weekdays(dt.date(2026, 9, 7), 55)  # to Friday 20 November
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def school(alder: School, people: People) -> School:
    """Return a school that follows the tests' ladder, its calendar held to Friday and known for three weeks more."""
    follow_ladder(alder, by=people.ben)
    hold([*DAYS, *weekdays(TODAY, 15)])
    return alder


def attending(said: str, people: People, **fields: object) -> Pupil:
    pupil = make_pupil(dob=dt.date(2015, 3, 4), **fields)
    make_contact(pupil)
    take_registers({pupil: spell_out(DAYS, said)}, by=people.tess)
    return pupil


def nightly(school: School, at: dt.datetime, as_of: dt.date = NIGHT) -> None:
    """Do a night's check and what follows it, and let the events be handled."""
    run = actions.run_threshold_check(school, as_of=as_of, at=at)
    assert run is not None
    assert run.error == ""
    handle_waiting_events(at=at)
    actions.after_the_night(school, as_of=as_of, at=at)


def test_the_night_brings_a_pupil_to_the_furthest_stage_and_not_to_those_it_makes_pointless(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    pupil = attending("." * 94 + "I" * 16, people)  # 85.5%, absent from 11 November on

    nightly(school, monday_morning)

    assert {row.stage: row.entered_on for row in PupilStage.objects.all()} == {
        "third": TODAY, "days": TODAY, "second": None,
    }  # fmt: skip
    assert Case.objects.get().stage == "Third"
    counts = (PupilStage.objects.count(), Case.objects.count(), CaseTask.objects.count(), Letter.objects.count())
    nightly(school, monday_morning)
    nightly(school, monday_morning)
    assert counts == (
        PupilStage.objects.count(), Case.objects.count(), CaseTask.objects.count(), Letter.objects.count(),
    )  # fmt: skip
    assert the_stage(pupil, "second").case == Case.objects.get()


def test_attendance_above_the_line_ends_a_stage_with_its_postcard(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    pupil = attending("." * 110, people)
    row = PupilStage.objects.create(
        pupil=pupil, pack="national", ladder="attendance", stage="second", label="Second", source="crossing",
        proposed_at=monday_morning, entered_on=DAYS[10], entered_at=monday_morning,
        case=Case.objects.create(pupil=pupil, stage="Second", next_step="x", due_date=TODAY, opened_at=monday_morning),
    )  # fmt: skip

    nightly(school, monday_morning)

    row.refresh_from_db()
    assert row.left_on == TODAY
    assert "Attended 110 of 110" in row.left_because
    assert list(Letter.objects.values_list("template", flat=True)) == ["postcard"]


def test_a_pupil_who_has_left_the_school_leaves_every_stage(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    pupil = attending("." * 90 + "I" * 20, people)
    nightly(school, monday_morning)
    RollPeriod.objects.filter(pupil=pupil).update(until_date=TODAY + dt.timedelta(days=1))

    actions.end_stages_that_are_over(occasion(school, monday_morning + dt.timedelta(days=1)))

    assert set(PupilStage.objects.filter(entered_on__isnull=False).values_list("left_because", flat=True)) == {
        "The pupil is no longer on the roll."
    }


def test_a_stage_that_cannot_be_ended_does_not_hold_up_the_others(
    school: School, people: People, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    pupils = [attending("." * 90 + "I" * 20, people), attending("." * 90 + "I" * 20, people)]
    nightly(school, monday_morning)
    RollPeriod.objects.update(until_date=TODAY + dt.timedelta(days=1))
    Case.objects.filter(pupil=pupils[0]).update(closed_at=None)
    leave = actions.crossings.leave_stage

    def fails_for_the_first(row: PupilStage, **rest: object) -> object:
        if row.pupil_id == pupils[0].pk:
            message = "No."
            raise RuntimeError(message)
        said.append(row.stage)
        return leave(row, **rest)

    monkeypatch.setattr(actions.crossings, "leave_stage", fails_for_the_first)
    actions.end_stages_that_are_over(occasion(school, monday_morning + dt.timedelta(days=1)))

    assert sorted(said) == ["days", "third"]


def test_a_corrected_mark_withdraws_a_stage_within_the_minute(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    pupil = attending("." * 104 + "I" * 6, people)  # the last three days
    nightly(school, monday_morning)
    assert the_stage(pupil, "days").entered_on == TODAY

    mark = Mark.objects.filter(code="I").order_by("-session__date", "-session__half").first()
    amend_mark(mark, code="\\", reason="Was here", by=people.alma, at=monday_morning)
    handle_waiting_events(at=monday_morning)

    row = the_stage(pupil, "days")
    assert "Corrected marks no longer bear it out." in row.withdrawn_because
    assert CaseTask.objects.filter(stage=row, cancelled_at__isnull=False).count() == 1


def test_attendance_that_rises_is_not_taken_for_a_correction(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    pupil = attending("." * 104 + "I" * 6, people)
    nightly(school, monday_morning)
    finding = Finding.objects.get(rule="days")

    assert not actions.is_undone(finding, occasion(school, monday_morning))
    finding.rule = "last"  # one that a person decides about has no line
    assert not actions.is_undone(finding, occasion(school, monday_morning))
    assert the_stage(pupil, "days").withdrawn_at is None


def test_days_counted_anew_are_those_after_the_last_were_acted_upon(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    pupil = attending("." * 98 + "I" * 12, people)  # six days to Friday
    finding = make_crossing(pupil, "days", reached_on=DAYS[-4])
    first = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(school, monday_morning, read_to=DAYS[-3])
    )
    assert first.acted_until_date == DAYS[-3]

    # Given two days since, then nothing; given three since an earlier day, then it begins again
    actions.follow_up_stages(occasion(school, monday_morning))
    assert PupilStage.objects.filter(stage="days").count() == 1
    PupilStage.objects.update(acted_until_date=DAYS[-4])
    actions.follow_up_stages(occasion(school, monday_morning), pupil_ids=[pupil.pk])
    assert PupilStage.objects.filter(stage="days").count() == 2


def test_a_school_without_stages_and_a_night_older_than_the_last_lead_to_nothing(
    alder: School, school: School, people: People, monday_morning: dt.datetime
) -> None:
    attending("." * 90 + "I" * 20, people)
    CheckRun.objects.create(school=school, as_of=NIGHT, started_at=monday_morning, finished_at=monday_morning)
    make_crossing(Pupil.objects.get(), "third", reached_on=DAYS[-4])

    actions.after_the_night(school, as_of=DAYS[-2], at=monday_morning)

    assert not PupilStage.objects.exists()


def test_the_same_event_handled_twice_changes_nothing(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    finding = make_crossing(make_pupil(), "first")
    for _ in range(2):
        record(Event.THRESHOLD_CROSSED, finding, by=people.alma, at=monday_morning, pupil=finding.pupil_id)
        handle_waiting_events(at=monday_morning)

    assert (PupilStage.objects.count(), Case.objects.count(), Letter.objects.count()) == (1, 1, 1)


@pytest.fixture
def september(alder: School, people: People, it_is: Callable[[dt.datetime], None]) -> dt.datetime:
    """Make it the morning after the first day of 2027/28 at a school with a year of registers behind it."""
    follow_ladder(alder, by=people.ben)
    hold([*DAYS, *weekdays(dt.date(2027, 9, 1), 8)])
    moment = dt.datetime(2027, 9, 2, 2, 0, tzinfo=dt.UTC)
    it_is(moment)
    CheckRun.objects.create(school=alder, as_of=dt.date(2027, 9, 1), started_at=moment, finished_at=moment)
    return moment


def test_who_ended_last_year_persistently_absent_begins_this_one_at_the_stage_that_carries_over(
    alder: School, people: People, september: dt.datetime
) -> None:
    absent, held = attending("." * 90 + "I" * 20, people), attending("." * 90 + "I" * 20, people)
    attending("." * 110, people)
    there = attending("." * 90 + "I" * 20, people)  # at the stage already
    PupilStage.objects.create(
        pupil=there, pack="national", ladder="attendance", stage="second", label="Second", source="decision",
        proposed_at=september,
    )  # fmt: skip
    closed = make_pupil()
    PupilStage.objects.create(
        pupil=closed, pack="national", ladder="attendance", stage="third", label="Third", source="crossing",
        proposed_at=september, entered_on=DAYS[0], entered_at=september,
    )  # fmt: skip
    old = make_crossing(absent, "third")
    actions.propose_stage(
        old, crossing=Crossing(old.reached_on),
        occasion=occasion(alder, dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)),
    )  # fmt: skip
    actions.place_hold(
        held, reason="bereavement", words="A death.", from_date=dt.date(2027, 8, 1), until_date=None,
        by=people.member("sadie"), at=september,
    )  # fmt: skip

    for _ in range(2):
        actions.after_the_night(alder, as_of=dt.date(2027, 9, 1), at=september)

    row = PupilStage.objects.get(source="carried over")
    assert (row.pupil, row.stage, row.entered_on) == (absent, "second", dt.date(2027, 9, 2))
    assert the_stage(absent, "third").left_because == "The school year ended."
    assert PupilStage.objects.get(pupil=there).withdrawn_because == ""
    letter = Letter.objects.get()
    assert (letter.template, letter.figures["next_stage"]) == ("end-of-year-letter", "Second")
    assert letter.figures["arithmetic"] == "Missed 20 of 110 possible sessions in 2026/27."


def test_a_year_that_ended_before_going_live_carries_nobody_over(
    alder: School, people: People, september: dt.datetime
) -> None:
    attending("." * 90 + "I" * 20, people)
    School.objects.filter(pk=alder.pk).update(go_live_date=dt.date(2027, 9, 1))
    alder.refresh_from_db()

    actions.after_the_night(alder, as_of=dt.date(2027, 9, 1), at=september)

    assert not PupilStage.objects.exists()
    assert not Letter.objects.exists()
