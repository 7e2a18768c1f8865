"""Stages: proposed by a crossing, agreed to by those asked, entered with their steps."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Case, CaseTask, Finding, PupilStage
from escalation.rules.ladder import Crossing
from letters.gateways.paper import TEMPLATES
from letters.models import Letter
from registers.models import FamilyTie, Pupil
from tests.escalation.on_the_ladder import CROSSED, NIGHT, follow_ladder, make_crossing, occasion, the_stage, to_do
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


def propose(finding: Finding, school: School, at: dt.datetime, **fields: object) -> PupilStage | None:
    crossing = Crossing(finding.reached_on, **fields)
    return actions.propose_stage(finding, crossing=crossing, occasion=occasion(school, at))


def test_a_crossing_enters_its_stage_with_its_steps_and_its_letter(
    alder: School, pupil: Pupil, monday_morning: dt.datetime
) -> None:
    row = propose(make_crossing(pupil), alder, monday_morning)

    case = Case.objects.get()
    letter = Letter.objects.get()
    assert (row.entered_on, row.review_on, row.acted_until_date) == (TODAY, dt.date(2026, 11, 30), NIGHT)
    assert (row.case, row.pack, row.ladder, row.source) == (case, "national", "attendance", "crossing")
    assert (case.stage, case.next_step, case.due_date) == ("First", "Send the first letter.", dt.date(2026, 11, 26))
    assert to_do(case) == ["Send the first letter.", "Meet the pupil."]
    assert (letter.template, letter.origin) == ("concern-letter-1", f"task {CaseTask.objects.get(letter=letter).pk}")
    assert (letter.figures["value"], letter.figures["label"]) == (9, "First")
    assert list(AuditEvent.objects.filter(kind__startswith="stage").order_by("pk").values_list("kind", flat=True)) == [
        Event.STAGE_PROPOSED, Event.STAGE_ENTERED,
    ]  # fmt: skip
    assert [note.words for note in case.notes.all()] == [
        "Proposed: “First”. Attended 101 of 110 sessions.",
        "Entered “First”. It is looked at again on Mon 30 Nov 2026.",
    ]


def test_the_same_crossing_again_changes_nothing(alder: School, pupil: Pupil, monday_morning: dt.datetime) -> None:
    finding = make_crossing(pupil)
    propose(finding, alder, monday_morning)

    assert propose(finding, alder, monday_morning) is None
    assert (PupilStage.objects.count(), Case.objects.count(), Letter.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("fields", [{"rule": "gone"}, {"cleared_on": TODAY}, {"reached_on": dt.date(2026, 8, 31)}])
def test_what_the_policy_does_not_know_or_no_longer_holds_or_came_before_going_live_proposes_nothing(
    alder: School, pupil: Pupil, monday_morning: dt.datetime, fields: dict[str, object]
) -> None:
    assert propose(make_crossing(pupil, **fields), alder, monday_morning) is None
    assert (PupilStage.objects.count(), Case.objects.count()) == (0, 0)


def test_a_stage_joins_the_open_case_and_the_furthest_stage_is_the_case_s(
    alder: School, pupil: Pupil, monday_morning: dt.datetime
) -> None:
    propose(make_crossing(pupil, "third"), alder, monday_morning)
    propose(make_crossing(pupil, "days"), alder, monday_morning)

    case = Case.objects.get()
    assert case.stage == "Third"
    assert PupilStage.objects.filter(case=case).count() == 2


def test_days_missed_anew_begin_a_stage_of_counted_days_again(
    alder: School, pupil: Pupil, monday_morning: dt.datetime
) -> None:
    finding = make_crossing(pupil, "days")
    first = propose(finding, alder, monday_morning)

    assert propose(finding, alder, monday_morning, is_new=False) is None
    second = propose(finding, alder, monday_morning, is_new=True)

    first.refresh_from_db()
    assert (first.left_on, first.left_because) == (TODAY, "The line was crossed anew, and the stage begins again.")
    assert second.pk != first.pk
    assert CaseTask.objects.filter(cancelled_at__isnull=False).count() == 1


def test_a_letter_that_is_not_there_leaves_the_step_and_says_so(
    alder: School, pupil: Pupil, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(TEMPLATES, "concern-letter-1")

    propose(make_crossing(pupil), alder, monday_morning)

    words = CaseTask.objects.get(does="letter").words
    assert words.startswith("Send the first letter. No letter was drafted. There is no letter named concern-letter-1.")
    assert not Letter.objects.exists()


@pytest.fixture
def waiting(alder: School, pupil: Pupil, monday_morning: dt.datetime) -> PupilStage:
    """Return a stage that the head of year and the attendance officer have both to agree to."""
    row = propose(make_crossing(pupil, "second"), alder, monday_morning)
    assert row is not None
    assert row.entered_on is None
    return row


def test_a_stage_waits_until_both_who_are_asked_agree(
    waiting: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    case = Case.objects.get()
    assert case.next_step == "Agree to “Second”, or decline it."
    officer, hana = occasion(alder, monday_morning, people.alma), occasion(alder, monday_morning, people.member("hana"))

    actions.approve_stage(waiting, occasion=officer, because="Rung twice.")
    waiting.refresh_from_db()
    assert waiting.entered_on is None
    with pytest.raises(ValidationError, match="agreed already"):
        actions.approve_stage(waiting, occasion=officer, because="Rung twice.")

    actions.approve_stage(waiting, occasion=hana, because="Rung twice.")
    waiting.refresh_from_db()
    assert waiting.entered_on == TODAY
    assert to_do(case) == ["Send the first letter."]  # the message is of the weekly review
    with pytest.raises(ValidationError, match="does not wait"):
        actions.approve_stage(waiting, occasion=hana)
    assert AuditEvent.objects.filter(kind=Event.STAGE_APPROVED).count() == 2


def test_a_person_agrees_once_even_in_two_roles(
    waiting: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    hana = people.member("hana")
    also = type(hana)(user=hana.user, role=people.alma.role, school=alder)
    actions.approve_stage(waiting, occasion=occasion(alder, monday_morning, hana), because="Rung twice.")

    with pytest.raises(ValidationError, match="agreed already"):
        actions.approve_stage(waiting, occasion=occasion(alder, monday_morning, also), because="Rung twice.")


def test_only_the_roles_asked_decide_and_nobody_about_their_own_family(
    waiting: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    for decide in (actions.approve_stage, actions.decline_stage):
        with pytest.raises(ValidationError, match="not asked"):
            decide(waiting, because="Yes.", occasion=occasion(alder, monday_morning, people.ben))
    FamilyTie.objects.create(user=people.alma.user, pupil=waiting.pupil)
    with pytest.raises(ValidationError, match="family"):
        actions.approve_stage(waiting, occasion=occasion(alder, monday_morning, people.alma))


def test_without_a_warning_recorded_agreeing_takes_a_reason(
    waiting: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    with pytest.raises(ValidationError, match="No warning to the parents is recorded"):
        actions.approve_stage(waiting, occasion=occasion(alder, monday_morning, people.alma))

    Letter.objects.create(
        pupil=waiting.pupil, template="concern-letter-1", origin="by hand", figures={}, proposed_at=monday_morning,
        proposed_by=people.alma.user, state="sent", sent_at=monday_morning, sent_by=people.alma.user,
    )  # fmt: skip
    actions.approve_stage(waiting, occasion=occasion(alder, monday_morning, people.alma))


def test_a_stage_declined_is_not_proposed_again_by_the_same_crossing_before_its_review(
    waiting: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    actions.decline_stage(waiting, because="Known to us.", occasion=occasion(alder, monday_morning, people.alma))

    case = Case.objects.get()
    assert case.next_step == "Decide what comes next, or close the case."
    assert case.notes.last().words == "“Second” was declined. Known to us."
    assert propose(waiting.finding, alder, monday_morning) is None
    later = monday_morning + dt.timedelta(days=7)
    assert propose(waiting.finding, alder, later) is not None


def test_a_stage_whose_policy_has_gone_cannot_be_decided(
    waiting: PupilStage, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    orphan = PupilStage.objects.create(
        pupil=waiting.pupil, pack="national", ladder="x", stage="gone", label="Gone", source="crossing",
        proposed_at=monday_morning,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="no such stage now"):
        actions.approve_stage(orphan, occasion=occasion(alder, monday_morning, people.alma))


def put(pupil: Pupil, key: str, school: School, people: People, at: dt.datetime, **fields: object) -> PupilStage:
    reason = {"reason": "Agreed with the family.", **fields}
    return actions.put_at_stage(pupil, stage_key=key, occasion=occasion(school, at, people.alma), **reason)


def test_a_person_puts_a_pupil_at_a_stage_that_no_figure_leads_to(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    # Given no support and no warning on record, it warns
    with pytest.raises(ValidationError) as refused:
        put(pupil, "last", alder, people, monday_morning)
    assert [message.split(".")[0] for message in refused.value.messages] == [
        "No support is recorded", "No warning to the parents is recorded",
    ]  # fmt: skip

    # When the person says why, it goes on
    row = put(pupil, "last", alder, people, monday_morning, because="A holiday in term.")

    assert (row.entered_on, row.source, row.finding, row.case.opened_because) == (TODAY, "decision", None, None)
    assert row.case.notes.first().words == "Proposed: “Last”. Agreed with the family. A holiday in term."
    assert CaseTask.objects.get(case=row.case).options == ["Panel", "Contract"]
    with pytest.raises(ValidationError, match="already"):
        put(pupil, "last", alder, people, monday_morning, because="Again.")


def test_support_and_a_warning_on_record_need_no_reason(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = propose(make_crossing(pupil), alder, monday_morning)
    clinic = CaseTask.objects.get(stage=row, does="clinic")
    actions.do_step(clinic, outcome="Met.", occasion=occasion(alder, monday_morning, people.alma))

    assert put(pupil, "last", alder, people, monday_morning).entered_on == TODAY


def test_who_puts_a_pupil_there_agrees_in_their_own_role(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = put(pupil, "both", alder, people, monday_morning)
    assert (row.entered_on, [each.role for each in row.approvals.all()]) == (None, ["attendance_officer"])

    actions.approve_stage(row, occasion=occasion(alder, monday_morning, people.member("hana")))
    assert the_stage(pupil, "both").entered_on == TODAY


@pytest.mark.parametrize(("key", "why"), [("gone", "no such stage"), ("first", "Figures bring")])
def test_nobody_is_put_at_a_stage_that_is_not_there_or_that_figures_decide(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime, key: str, why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        put(pupil, key, alder, people, monday_morning)


def test_a_finding_crossed_before_its_night_answers_for_the_night_s_sessions_too(
    alder: School, pupil: Pupil, monday_morning: dt.datetime
) -> None:
    finding = make_crossing(pupil, "days", reached_on=TODAY)

    assert propose(finding, alder, monday_morning).acted_until_date == TODAY
    assert CROSSED < TODAY
