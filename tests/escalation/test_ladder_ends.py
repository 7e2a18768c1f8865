"""What ends a time at a stage, and what people do with its steps."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from escalation import actions
from escalation.actions.doing_steps import LEAVE, REVIEW, STAY
from escalation.models import Case, CaseTask, PupilStage
from escalation.rules.ladder import Crossing
from letters.actions import send_letter, withdraw_letter
from letters.models import Letter
from registers.models import FamilyTie, Pupil
from tests.escalation.on_the_ladder import follow_ladder, make_crossing, occasion, to_do
from tests.factories import make_contact, make_pupil, make_sessions
from tests.people import People

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def pupil(alder: School, people: People) -> Pupil:
    """Return a pupil of a school that follows the tests' ladder."""
    follow_ladder(alder, by=people.ben)
    make_sessions(dt.date(2026, 11, 16), 15)
    pupil = make_pupil(surname="Wren")
    make_contact(pupil)
    return pupil


def enter(pupil: Pupil, rule: str, school: School, people: People, at: dt.datetime) -> PupilStage:
    """Have a pupil enter a stage, agreed to by those asked."""
    finding = make_crossing(pupil, rule)
    row = actions.propose_stage(finding, crossing=Crossing(finding.reached_on), occasion=occasion(school, at))
    assert row is not None
    for name in ("alma", "hana") if row.entered_on is None else ():
        row = actions.approve_stage(row, occasion=occasion(school, at, people.member(name)), because="Rung.")
    return row


@pytest.fixture
def row(alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime) -> PupilStage:
    return enter(pupil, "second", alder, people, monday_morning)


def test_leaving_a_stage_ends_its_steps_and_asks_for_what_the_policy_asks_then(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    actions.leave_stage(row, because="Back above the line.", occasion=occasion(alder, monday_morning, people.alma))

    row.refresh_from_db()
    case = Case.objects.get()
    assert (row.left_on, row.left_because) == (TODAY, "Back above the line.")
    assert to_do(case) == ["Send a postcard."]
    assert case.next_step == "Send a postcard."
    assert dict(Letter.objects.values_list("template", "state")) == {
        "concern-letter-1": "withdrawn", "postcard": "proposed",
    }  # fmt: skip
    assert AuditEvent.objects.filter(kind=Event.STAGE_LEFT).count() == 1
    with pytest.raises(ValidationError, match="any more"):
        actions.leave_stage(row, because="Again.", occasion=occasion(alder, monday_morning, people.alma))


def test_a_stage_the_policy_has_given_up_can_still_be_left_even_where_no_case_is_open(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    gone = PupilStage.objects.create(
        pupil=row.pupil, pack="national", ladder="x", stage="gone", label="Gone", source="crossing",
        proposed_at=monday_morning, entered_on=TODAY, entered_at=monday_morning,
    )  # fmt: skip
    officer = occasion(alder, monday_morning, people.alma)

    actions.leave_stage(gone, because="Not in the policy now.", occasion=officer)
    Case.objects.update(closed_at=monday_morning)
    actions.leave_stage(row, because="Done.", occasion=officer)

    assert not PupilStage.objects.filter(left_on__isnull=True).exists()


def test_a_crossing_undone_before_anything_was_sent_withdraws_its_stage(
    row: PupilStage, alder: School, monday_morning: dt.datetime
) -> None:
    actions.withdraw_stages(row.finding, undone=True, occasion=occasion(alder, monday_morning))

    row.refresh_from_db()
    case = Case.objects.get()
    assert row.withdrawn_because == "“Second”, crossed on Wed 18 Nov 2026. Corrected marks no longer bear it out."
    assert Letter.objects.get().state == "withdrawn"
    assert (to_do(case), case.closed_at) == ([], None)
    assert case.notes.last().words == row.withdrawn_because
    # Nor does what was undone stand against a later crossing
    row.finding.cleared_on = TODAY
    row.finding.save(update_fields=["cleared_on"])
    later = make_crossing(row.pupil, "second", reached_on=TODAY)
    again = actions.propose_stage(later, crossing=Crossing(TODAY), occasion=occasion(alder, monday_morning))
    assert again is not None


def test_once_a_letter_has_been_sent_it_is_flagged_and_a_person_decides(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    send_letter(Letter.objects.get(), by=people.alma, at=monday_morning)

    actions.withdraw_stages(row.finding, undone=True, occasion=occasion(alder, monday_morning))

    row.refresh_from_db()
    assert (row.withdrawn_at, Letter.objects.get().flagged_at) == (None, monday_morning)


def test_attendance_that_rose_takes_back_what_waits_but_not_what_was_entered(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    other = make_pupil()
    finding = make_crossing(other, "second")
    waits = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(alder, monday_morning)
    )
    Case.objects.filter(pupil=other).update(closed_at=monday_morning)

    for each in (row.finding, finding):
        actions.withdraw_stages(each, undone=False, occasion=occasion(alder, monday_morning))

    row.refresh_from_db()
    waits.refresh_from_db()
    assert row.withdrawn_at is None
    assert waits.withdrawn_because.endswith("The line is no longer crossed.")
    assert not waits.case.notes.filter(words=waits.withdrawn_because).exists()  # that case is closed


def test_closing_a_case_ends_its_stages_and_what_waits_is_not_asked_again(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    third = make_crossing(row.pupil, "third")
    actions.propose_stage(third, crossing=Crossing(third.reached_on), occasion=occasion(alder, monday_morning))
    both = actions.put_at_stage(
        row.pupil, stage_key="both", reason="Asked.", occasion=occasion(alder, monday_morning, people.alma)
    )

    actions.close_case(row.case, because="Moved away.", by=people.alma, at=monday_morning)

    both.refresh_from_db()
    assert (both.withdrawn_because, both.acted_until_date) == ("Moved away.", TODAY)
    assert set(PupilStage.objects.exclude(pk=both.pk).values_list("left_because", flat=True)) == {"Moved away."}
    assert to_do(row.case) == []


def test_a_step_is_done_with_what_came_of_it(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    officer = occasion(alder, monday_morning, people.alma)
    task = actions.add_step(
        row.case, does="call", words="Ring the aunt.", role="office", due_date=TODAY, occasion=officer
    )
    assert Case.objects.get().next_step == "Ring the aunt."

    actions.do_step(task, outcome="She will help.", occasion=officer)

    task.refresh_from_db()
    assert (task.done_at, task.done_by_name, task.outcome) == (monday_morning, "Alma Reyes", "She will help.")
    assert Case.objects.get().next_step == "Send the first letter."
    assert row.case.notes.last().words == "Done: Ring the aunt. She will help."
    assert AuditEvent.objects.filter(kind=Event.CASE_TASK_DONE).count() == 1
    with pytest.raises(ValidationError, match="done or cancelled already"):
        actions.do_step(task, outcome="Again.", occasion=officer)
    with pytest.raises(ValidationError, match="done or cancelled already"):
        actions.cancel_step(task, because="Again.", occasion=officer)


def test_a_step_is_cancelled_with_the_reason(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    task = CaseTask.objects.get()
    actions.cancel_step(task, because="Said in person.", occasion=occasion(alder, monday_morning, people.alma))

    task.refresh_from_db()
    assert (task.cancelled_at, task.cancelled_because) == (monday_morning, "Said in person.")
    assert row.case.notes.last().words == "Not to be done: Send the first letter. Said in person."


def test_a_decision_is_one_of_its_options(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    head = occasion(alder, monday_morning, people.ben)
    row = actions.put_at_stage(pupil, stage_key="last", reason="Asked.", because="Urgent.", occasion=head)
    task = CaseTask.objects.get(case=row.case)

    with pytest.raises(ValidationError, match="Choose one"):
        actions.do_step(task, outcome="Why.", chosen="Prison", occasion=head)
    actions.do_step(task, outcome="The family agreed.", chosen="Panel", occasion=head)

    task.refresh_from_db()
    assert (task.chosen, task.outcome) == ("Panel", "The family agreed.")
    other = actions.add_step(row.case, does="call", words="Ring.", role="office", due_date=TODAY, occasion=head)
    with pytest.raises(ValidationError, match="nothing to choose"):
        actions.do_step(other, outcome="Rung.", chosen="Panel", occasion=head)


def test_nobody_works_the_steps_of_their_own_family_or_of_a_closed_case(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    task = CaseTask.objects.get()
    FamilyTie.objects.create(user=people.ben.user, pupil=row.pupil)
    with pytest.raises(ValidationError, match="family"):
        actions.do_step(task, outcome="Done.", occasion=occasion(alder, monday_morning, people.ben))
    with pytest.raises(ValidationError, match="family"):
        actions.leave_stage(row, because="Fine.", occasion=occasion(alder, monday_morning, people.ben))

    actions.close_case(row.case, because="Done.", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="closed"):
        actions.do_step(task, outcome="Late.", occasion=occasion(alder, monday_morning, people.alma))


def test_the_step_of_a_letter_ends_with_the_letter(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    send_letter(Letter.objects.get(), by=people.alma, at=monday_morning)
    handle_waiting_events(at=monday_morning)

    task = CaseTask.objects.get()
    assert (task.done_by, task.outcome) == (people.alma.user, "The letter was sent.")

    postcard = actions.leave_stage(row, because="Better.", occasion=occasion(alder, monday_morning, people.alma))
    withdraw_letter(Letter.objects.get(template="postcard"), because="No post.", by=people.alma, at=monday_morning)
    handle_waiting_events(at=monday_morning)
    task = CaseTask.objects.get(stage=postcard, words="Send a postcard.")
    assert task.cancelled_because == "No post."


def make_review(row: PupilStage, at: dt.datetime) -> CaseTask:
    return CaseTask.objects.create(
        case=row.case, stage=row, does="decision", words="Review.", role="attendance_officer", due_date=TODAY,
        options=list(REVIEW), made_at=at,
    )  # fmt: skip


def test_a_review_that_says_stay_sets_the_next_one(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    later = monday_morning + dt.timedelta(days=7)
    task = make_review(row, later)

    actions.do_step(task, outcome="Still low.", chosen=STAY, occasion=occasion(alder, later, people.alma))

    row.refresh_from_db()
    assert (row.reviewed_at, row.review_on, row.left_on) == (later, dt.date(2026, 12, 7), None)


def test_a_review_that_says_leave_ends_the_stage_and_one_that_comes_late_changes_nothing(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    officer = occasion(alder, monday_morning, people.alma)
    actions.do_step(make_review(row, monday_morning), outcome="No longer a concern.", chosen=LEAVE, occasion=officer)

    row.refresh_from_db()
    assert (row.reviewed_at, row.left_on, row.left_because) == (monday_morning, TODAY, "No longer a concern.")
    late = make_review(row, monday_morning)
    actions.do_step(late, outcome="Stay.", chosen=STAY, occasion=officer)
    row.refresh_from_db()
    assert row.left_because == "No longer a concern."


def test_a_review_of_a_stage_the_policy_has_given_up_sets_no_other(
    row: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    PupilStage.objects.create(
        pupil=row.pupil, case=row.case, pack="national", ladder="x", stage="gone", label="Gone", source="crossing",
        proposed_at=monday_morning, entered_on=TODAY, entered_at=monday_morning, review_on=TODAY,
    )  # fmt: skip
    gone = PupilStage.objects.get(stage="gone")

    actions.do_step(
        make_review(gone, monday_morning), outcome="Stay.", chosen=STAY,
        occasion=occasion(alder, monday_morning, people.alma),
    )  # fmt: skip
    gone.refresh_from_db()
    assert gone.review_on is None
