"""What lateness leads to: each step once at its number, withdrawn where a late is corrected away."""

import datetime as dt

import pytest

from absence.actions.lateness import review_lateness
from absence.models import LatenessFinding, Task
from absence.rules.lateness import Stretch, steps_due, stretches
from attendance_mat.accounts.member import machine
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.kinds import Every
from attendance_mat.policy.lateness import LateAction, LatenessStep
from letters.actions import send_letter
from letters.models import Letter
from registers.models import Pupil
from registers.rules.calendar import Half
from registers.rules.lateness import Late
from registers.rules.school_calendar import Run
from tests.absence.lateness import (
    AUTUMN,
    FIRST,
    HALF_TERM,
    MONDAY,
    asked_of,
    autumn,
    comes_late,
    correct,
    detentions,
    found,
    moment,
    set_steps,
    step,
)
from tests.escalation.terms import weekdays
from tests.factories import amend, make_contact, make_group, make_pupil
from tests.people import People

WEEK = weekdays(MONDAY, 5)


@pytest.fixture
def pupil(people: People, monday_morning: dt.datetime) -> Pupil:
    autumn(people)
    return make_pupil(group=make_group(), from_date=FIRST, dob=dt.date(2014, 1, 5))


def detention(lates: int | None, minutes: int = 30, **besides: object) -> dict[str, object]:
    return step("detention", lates, **{"per": "week", "minutes": minutes, "words": f"{minutes} minutes", **besides})


def test_the_number_asks_for_each_step_once_and_a_further_late_for_nothing_more(people: People, pupil: Pupil) -> None:
    set_steps(
        people, step("contact", 2), step("meeting", 2), step("support", 3), step("authority", 4, role="headteacher")
    )
    comes_late(pupil, WEEK[0], by=people.alma)
    assert asked_of(pupil) == []
    comes_late(pupil, WEEK[1], by=people.alma)
    assert asked_of(pupil) == ["contact", "meeting"]
    comes_late(pupil, WEEK[2], by=people.alma)
    handle_waiting_events(at=moment(WEEK[2]))
    assert asked_of(pupil) == ["contact", "meeting", "other"]
    comes_late(pupil, WEEK[3], by=people.alma)
    assert Task.objects.get(words__startswith="Step of authority").role == "headteacher"
    assert "late 2 times from Mon 3 Nov 2025" in Task.objects.get(kind="contact").words
    assert AuditEvent.objects.filter(kind=Event.LATENESS_FOUND).count() == 4


def test_a_late_corrected_away_withdraws_what_nobody_has_done_and_a_new_one_asks_again(
    people: People, pupil: Pupil
) -> None:
    set_steps(people, step("contact", 2), detention(2), step("letter", 2, letter="lateness"))
    comes_late(pupil, WEEK[0], by=people.alma)
    second = comes_late(pupil, WEEK[1], by=people.alma)
    correct(second, "/", by=people.alma)
    assert asked_of(pupil) == []
    assert [row[3] for row in detentions(pupil)] == ["cancelled"]
    assert Letter.objects.get().state == "withdrawn"
    assert sorted(found(pupil, withdrawn=True)) == [("contact", 2), ("detention", 2), ("letter", 2)]
    comes_late(pupil, WEEK[2], by=people.alma)
    assert asked_of(pupil) == ["contact"]
    assert [row[3] for row in detentions(pupil)] == ["cancelled", "offered"]


def test_a_late_corrected_away_leaves_a_step_that_its_number_still_bears_out(people: People, pupil: Pupil) -> None:
    set_steps(people, step("contact", 2))
    marks = [comes_late(pupil, day, by=people.alma) for day in WEEK[:3]]
    correct(marks[0], "/", by=people.alma)
    assert asked_of(pupil) == ["contact"]
    assert Task.objects.count() == 1


def test_a_letter_already_sent_is_flagged(people: People, pupil: Pupil) -> None:
    make_contact(pupil)
    set_steps(people, step("letter", 1, letter="lateness"))
    mark = comes_late(pupil, WEEK[0], by=people.alma)
    send_letter(Letter.objects.get(), by=people.ben, at=moment(WEEK[0], "10:00"))
    correct(mark, "/", by=people.alma)
    letter = Letter.objects.get()
    assert (letter.state, letter.flagged_because) == (
        "sent",
        "A late was corrected, and the number is no longer reached.",
    )


def test_lates_are_counted_over_the_span_of_the_step(people: People, pupil: Pupil) -> None:
    before = [day for day in AUTUMN if day < MONDAY]
    set_steps(
        people, step("contact", 2), step("meeting", 2, per="term"), step("support", 2, per="week"),
        step("authority", 3, per="year"),
    )  # fmt: skip
    comes_late(pupil, before[-1], by=people.alma)
    comes_late(pupil, MONDAY, by=people.alma)
    assert asked_of(pupil) == ["meeting"]  # half term parts the two; the term does not
    comes_late(pupil, WEEK[1], by=people.alma)
    assert asked_of(pupil) == ["contact", "meeting", "other", "other"]
    assert HALF_TERM.isdisjoint(AUTUMN)


def test_an_arrival_after_close_counts_only_where_the_policy_counts_it(people: People, pupil: Pupil) -> None:
    set_steps(people, step("contact", 1), step("meeting", 2, codes=["L", "U"]))
    comes_late(pupil, WEEK[0], by=people.alma, code="U", minutes=40)
    assert asked_of(pupil) == []
    comes_late(pupil, WEEK[1], by=people.alma)
    assert asked_of(pupil) == ["contact", "meeting"]


def test_a_step_without_a_number_waits_for_the_school_to_set_one(people: People, pupil: Pupil) -> None:
    set_steps(people, step("contact", None))
    for day in WEEK:
        comes_late(pupil, day, by=people.alma)
    assert found(pupil) == []


def test_each_further_late_brings_its_own_detention_and_the_longest_wins(people: People, pupil: Pupil) -> None:
    set_steps(
        people,
        detention(1, 60, each_further=True, after_school_days=0),
        detention(3, 120, each_further=True, after_school_days=0),
    )
    marks = [comes_late(pupil, day, by=people.alma) for day in WEEK[:4]]
    assert [(minutes, day) for _, minutes, day, _ in detentions(pupil)] == [
        (60, WEEK[0]), (60, WEEK[1]), (120, WEEK[2]), (120, WEEK[3]),
    ]  # fmt: skip
    # The first corrected away: its own goes, and the third late of the week is then the second
    correct(marks[0], "/", by=people.alma)
    standing = [row for row in detentions(pupil) if row[3] != "cancelled"]
    assert [(minutes, day) for _, minutes, day, _ in standing] == [(60, WEEK[1]), (60, WEEK[2]), (120, WEEK[3])]


def test_a_late_before_the_school_went_live_proposes_nothing(people: People, pupil: Pupil) -> None:
    set_steps(people, step("contact", 1))
    type(people.alder).objects.filter(pk=people.alder.pk).update(go_live_date=WEEK[1])
    people.alder.refresh_from_db()
    comes_late(pupil, WEEK[0], by=people.alma)
    assert found(pupil) == []
    comes_late(pupil, WEEK[1], by=people.alma)
    assert found(pupil) == []  # the first late of the half term was the one that reached the number


def test_nothing_is_asked_about_a_pupil_who_has_died_and_what_waited_is_cancelled(people: People, pupil: Pupil) -> None:
    set_steps(people, detention(1))
    comes_late(pupil, WEEK[0], by=people.alma)
    Pupil.objects.filter(pk=pupil.pk).update(died_on=WEEK[0])
    by = machine("Test", at=moment(WEEK[1]))
    assert review_lateness(pupil.pk, on=WEEK[0], by=by, at=moment(WEEK[1])) == []
    AuditEvent.objects.create(
        kind=Event.PUPIL_DIED, at=moment(WEEK[1]), by=people.ben.user, by_name="Ben Okafor", by_role="headteacher",
        subject_type="registers.pupil", subject_id=pupil.pk, detail={"pupil": pupil.pk},
    )  # fmt: skip
    handle_waiting_events(at=moment(WEEK[1]))
    assert [row[3] for row in detentions(pupil)] == ["cancelled"]


def test_a_mark_corrected_to_late_counts_as_one_saved(people: People, pupil: Pupil) -> None:
    set_steps(people, step("contact", 1))
    mark = comes_late(pupil, WEEK[0], by=people.alma, code="U", minutes=40)
    correct(mark, "L", by=people.alma)
    assert asked_of(pupil) == ["contact"]
    assert str(LatenessFinding.objects.get()).startswith("lateness finding ")


def test_a_file_that_amends_a_late_away_withdraws_its_step(people: People, pupil: Pupil) -> None:
    set_steps(people, step("contact", 1))
    mark = comes_late(pupil, WEEK[0], by=people.alma)
    amend(mark, "/", by=people.alma, at=moment(WEEK[1]))
    AuditEvent.objects.create(
        kind=Event.MARKS_IMPORTED, at=moment(WEEK[1]), by=people.alma.user, by_name="Alma Reyes",
        by_role="attendance_officer", subject_type="trust.school", subject_id=people.alder.pk,
        detail={"amended_pupils": [pupil.pk]},
    )  # fmt: skip
    handle_waiting_events(at=moment(WEEK[1]))
    assert found(pupil) == []
    assert asked_of(pupil) == []


def test_a_step_of_mornings_leaves_the_afternoon_s_lates_out() -> None:
    day = {Every.WEEK: Stretch(WEEK[0], WEEK[4])}
    lates = [Late(WEEK[0], Half.AM, "L"), Late(WEEK[0], Half.PM, "L"), Late(WEEK[1], Half.AM, "L")]
    asked = LatenessStep(LateAction.CONTACT, "Ring.", 2, Every.WEEK, ("L",), mornings_only=True)
    (due,) = steps_due(lates, [asked], day)
    assert [late.date for late in due.lates] == WEEK[:2]
    assert steps_due(lates[:2], [asked], day) == []


def test_a_holiday_belongs_to_the_half_term_before_it_and_without_a_calendar_the_year_stands_for_all() -> None:
    parts = [
        Run("Autumn 1", dt.date(2025, 9, 1), dt.date(2025, 10, 24), 80),
        Run("Autumn 2", MONDAY, dt.date(2025, 12, 19), 70),
        Run("Spring 1", dt.date(2026, 1, 5), dt.date(2026, 2, 13), 60),
    ]
    in_half_term = stretches(dt.date(2025, 10, 29), parts)
    assert in_half_term[Every.HALF_TERM] == (dt.date(2025, 9, 1), dt.date(2025, 11, 2))
    assert in_half_term[Every.TERM] == (dt.date(2025, 9, 1), dt.date(2026, 1, 4))
    whole = stretches(dt.date(2025, 10, 29), [])
    assert whole[Every.HALF_TERM] == whole[Every.TERM] == whole[Every.YEAR]
    assert "next week" not in whole[Every.WEEK]


def test_a_step_for_which_no_number_is_set_never_comes() -> None:
    week = {Every.WEEK: Stretch(WEEK[0], WEEK[4])}
    asked = LatenessStep(LateAction.CONTACT, "Ring.", None, Every.WEEK, ("L",))
    assert steps_due([Late(day, Half.AM, "L") for day in WEEK], [asked], week) == []
