"""Cases: what a crossing leads to, what undoes it, and what people do with them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.audit.record import record
from attendance_mat.policy.adopted import national
from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Case, CaseNote, Finding
from escalation.queries import cases as queries
from escalation.rules.findings import Rule
from letters.models import Letter
from registers.actions.amending import amend_mark
from registers.models import FamilyTie, Mark, Pupil
from registers.queries.sessions import nth_school_day_after
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import amend, make_contact, make_pupil
from tests.people import People

DAYS = weekdays(dt.date(2026, 9, 7), 55)
FRIDAY = DAYS[-1]
COMING = weekdays(dt.date(2026, 11, 23), 10)


@pytest.fixture
def truant(people: People, alder: School) -> Pupil:
    """Return a pupil with ten unauthorised sessions, the tenth on the last Friday, at a school live since September."""
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    make_contact(pupil)
    hold([*DAYS, *COMING])
    take_registers({pupil: spell_out(DAYS, "." * 100 + "O" * 10)}, by=people.tess)
    go_live(alder, DAYS[0])
    return pupil


def go_live(school: School, on: dt.date) -> None:
    School.objects.filter(pk=school.pk).update(go_live_date=on)
    school.go_live_date = on


def check(school: School, at: dt.datetime, as_of: dt.date = FRIDAY) -> None:
    """Run the night's check, and what follows it."""
    run = actions.run_threshold_check(school, as_of=as_of, at=at)
    assert run is not None
    assert run.error == ""
    handle_waiting_events(at=at)


@pytest.fixture
def case(alder: School, truant: Pupil, monday_morning: dt.datetime) -> Case:
    check(alder, monday_morning)
    return Case.objects.get()


def test_while_a_hold_lasts_a_crossing_opens_its_case_without_a_letter(
    alder: School, truant: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    actions.place_hold(
        truant, reason="bereavement", words="A death.", from_date=FRIDAY, until_date=None,
        by=people.member("sadie"), at=monday_morning,
    )  # fmt: skip

    check(alder, monday_morning)

    assert Case.objects.get().notes.last().words == "No letter was drafted: a hold lasts for this pupil."
    assert not Letter.objects.exists()


def test_a_crossing_opens_one_case_and_proposes_one_letter_with_the_figures_as_they_stood(
    case: Case, truant: Pupil, alder: School, monday_morning: dt.datetime
) -> None:
    # Then the case has its first step and its day by policy, five school days on
    assert (case.pupil, case.opened_because.rule, case.owner) == (truant, Rule.TEN_IN_TEN_WEEKS, None)
    assert (case.next_step, case.due_date) == ("Consider whether a penalty notice may be issued.", COMING[5])
    letter = Letter.objects.get()
    assert (letter.template, letter.origin, letter.state) == ("attendance-concern", f"case {case.pk}", "proposed")
    assert (letter.figures["value"], letter.figures["sessions"][0]) == (10, ["2026-11-16", "am", "O"])

    # When the night, its message and its sweep come again, then nothing is added
    check(alder, monday_morning)
    assert (Case.objects.count(), Letter.objects.count(), CaseNote.objects.count()) == (1, 1, 1)


def test_persistent_absence_alone_opens_no_case(alder: School, people: People, monday_morning: dt.datetime) -> None:
    go_live(alder, DAYS[0])
    hold(DAYS)
    take_registers({make_pupil(dob=dt.date(2015, 3, 4)): spell_out(DAYS, "I" * 60 + "." * 50)}, by=people.tess)

    check(alder, monday_morning)

    assert set(Finding.objects.values_list("rule", flat=True)) == {Rule.PERSISTENT_ABSENCE, Rule.SEVERE_ABSENCE}
    assert not Case.objects.exists()


def test_a_line_crossed_before_the_school_went_live_proposes_nothing(
    alder: School, truant: Pupil, monday_morning: dt.datetime
) -> None:
    go_live(alder, FRIDAY + dt.timedelta(days=1))

    check(alder, monday_morning)

    assert Finding.objects.filter(rule=Rule.TEN_IN_TEN_WEEKS).exists()
    assert (Case.objects.count(), Letter.objects.count()) == (0, 0)
    assert not waiting(alder)


def test_a_second_line_crossed_joins_the_open_case(alder: School, people: People, monday_morning: dt.datetime) -> None:
    # Given a pupil away for six weeks, who crosses ten sessions in the first and twenty days in the fourth
    go_live(alder, DAYS[0])
    hold(DAYS)
    take_registers({make_pupil(dob=dt.date(2015, 3, 4)): spell_out(DAYS[:30], "O" * 60)}, by=people.tess)

    check(alder, monday_morning, DAYS[4])
    check(alder, monday_morning, DAYS[19])

    notes = list(CaseNote.objects.values_list("words", flat=True))
    assert Case.objects.count() == 1
    assert [words.split(".")[0] for words in notes] == ["Opened", "Another line was crossed on Fri 2 Oct 2026"]


def test_an_amended_mark_that_undoes_the_crossing_withdraws_the_letter_without_waiting_for_the_night(
    case: Case, people: People, monday_morning: dt.datetime
) -> None:
    # When one of the ten is found to be illness, and the minute's sweep comes
    amend_first_absence(people, monday_morning)
    handle_waiting_events(at=monday_morning)

    # Then the letter is withdrawn, the finding has an end, and the case says why
    case.refresh_from_db()
    letter = Letter.objects.get()
    assert letter.state == Letter.State.WITHDRAWN
    assert "no longer bear it out" in letter.withdrawn_because
    assert case.opened_because.cleared_on == FRIDAY
    assert case.closed_at is None
    assert case.notes.last().words == letter.withdrawn_because


def test_a_letter_already_sent_is_flagged_when_its_crossing_is_undone(
    case: Case, people: People, monday_morning: dt.datetime
) -> None:
    Letter.objects.update(state="sent", sent_at=monday_morning, sent_by=people.alma.user)

    amend_first_absence(people, monday_morning)
    handle_waiting_events(at=monday_morning)

    letter = Letter.objects.get()
    assert (letter.state, letter.flagged_at) == ("sent", monday_morning)


def test_an_amendment_that_leaves_the_line_crossed_changes_nothing(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    go_live(alder, DAYS[0])
    hold(DAYS)
    take_registers({make_pupil(dob=dt.date(2015, 3, 4)): spell_out(DAYS, "." * 98 + "O" * 12)}, by=people.tess)
    check(alder, monday_morning)

    amend_first_absence(people, monday_morning)
    handle_waiting_events(at=monday_morning)

    assert Letter.objects.get().state == Letter.State.PROPOSED
    assert not AuditEvent.objects.filter(kind=Event.THRESHOLD_CLEARED).exists()


def test_an_import_that_changes_the_marks_withdraws_the_letter_within_the_minute_too(
    case: Case, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given one of the ten changed by a file, which writes one event for all of its marks
    mark = Mark.objects.filter(code="O").order_by("session__date", "session__half").first()
    amend(mark, "I", by=people.alma, reason="import marks.csv", at=monday_morning)
    record(Event.MARKS_IMPORTED, alder, by=people.alma, at=monday_morning, amended_pupils=[mark.pupil_id])
    # When the minute's sweep comes
    handle_waiting_events(at=monday_morning)
    # Then the letter is withdrawn
    assert Letter.objects.get().state == Letter.State.WITHDRAWN


def amend_first_absence(people: People, at: dt.datetime) -> None:
    mark = Mark.objects.filter(code="O").order_by("session__date", "session__half").first()
    amend_mark(mark, code="I", reason="Doctor's note seen", by=people.alma, at=at)


def test_people_give_a_case_an_owner_move_it_on_write_notes_and_close_it(
    case: Case, people: People, monday_morning: dt.datetime
) -> None:
    by = {"by": people.alma, "at": monday_morning}
    actions.assign_owner(case, owner=people.ben.user, **by)
    actions.move_case_on(case, stage="Family met", next_step="Ring on Friday.", due_date=COMING[4], **by)
    actions.add_note(case, words="Met the family.", **by)
    actions.close_case(case, because="Back every day since.", **by)

    case.refresh_from_db()
    assert (case.owner, case.stage, case.due_date, case.closed_at) == (
        people.ben.user, "Family met", COMING[4], monday_morning,
    )  # fmt: skip
    assert [note.words for note in case.notes.all()][1:] == [
        "Given to Ben Okafor.",
        "Family met. Next, by Fri 27 Nov 2026: Ring on Friday.",
        "Met the family.",
        "Closed. Back every day since.",
    ]
    with pytest.raises(ValidationError, match="closed"):
        actions.add_note(case, words="Too late.", **by)


def test_nobody_works_the_case_of_their_own_family(case: Case, people: People, monday_morning: dt.datetime) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=case.pupil)

    with pytest.raises(ValidationError, match="family"):
        actions.add_note(case, words="All is well.", by=people.alma, at=monday_morning)


def waiting(school: School) -> list[Finding]:
    return list(
        queries.crossed_and_nobody_has_acted(Pupil.objects.all(), school=school, policy=national(), on=COMING[0])
    )


def test_a_crossing_waits_until_a_person_acts(
    case: Case, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    assert waiting(alder) == [case.opened_because]

    actions.add_note(case, words="Rang; no answer.", by=people.alma, at=monday_morning)

    assert waiting(alder) == []


def test_a_step_falls_due_on_a_school_day_and_past_the_calendar_s_end_on_a_weekday(
    alder: School, truant: Pupil
) -> None:
    assert nth_school_day_after(FRIDAY, 3) == COMING[2]
    assert nth_school_day_after(COMING[-1], 3) == dt.date(2026, 12, 9)
