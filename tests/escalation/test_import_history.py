"""history.csv: what was done before the school came here."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from escalation.models import Case, CaseTask, PastStep, PupilStage
from escalation.rules.history import oldest_kept
from letters.models import Letter
from registers.models import Contact, Pupil
from tests.escalation.histories import SINCE, History, row
from tests.escalation.ladders import set_stages, stage
from tests.escalation.terms import AUTUMN, hold, weekdays
from tests.factories import make_pupil
from tests.people import People


def test_every_kind_of_step_is_kept_with_its_parent_and_outcome(history: History, ivy: Pupil, people: People) -> None:
    # When a stage, a letter, a notice to improve and a penalty are imported
    job = history.take(
        row(),
        row(kind="letter", name="attendance-concern", date="2026-10-05"),
        row(kind="notice_to_improve", name="", date="2025-03-03", parent="rosa  MARSH"),
        row(upn="", local_id="77", kind="Penalty", name="", date="19/05/2025", parent="Rosa Marsh", outcome="paid"),
    )

    # Then each is kept as the file says it, with the contact that its parent is
    kept = [(step.kind, step.name, step.on_date, step.parent_name, step.outcome) for step in PastStep.objects.all()]
    assert kept == [
        ("notice_to_improve", "", dt.date(2025, 3, 3), "rosa  MARSH", ""),
        ("penalty", "", dt.date(2025, 5, 19), "Rosa Marsh", "paid"),
        ("letter", "attendance-concern", dt.date(2026, 10, 5), "", ""),
        ("stage", "stage_two", dt.date(2026, 11, 16), "", ""),
    ]
    rosa = Contact.objects.get(pupil=ivy)
    assert set(PastStep.objects.exclude(parent_name="").values_list("contact", flat=True)) == {rosa.pk}
    assert job.counts_of_effects() == [("new", 4)]
    event = AuditEvent.objects.get(kind=Event.HISTORY_IMPORTED)
    assert (event.by_name, event.detail["counts"]) == ("Alma Reyes", {"new": 4})


def test_a_stage_in_the_history_is_the_pupil_s_stage_until_its_review(history: History, ivy: Pupil) -> None:
    history.take(row())

    at_stage = PupilStage.objects.get()
    assert (at_stage.source, at_stage.ladder, at_stage.label) == ("history", "attendance", "Stage two")
    assert (at_stage.pack, at_stage.entered_on) == ("national", dt.date(2026, 11, 16))
    assert (at_stage.acted_until_date, at_stage.review_on) == (dt.date(2026, 11, 16), dt.date(2026, 11, 30))
    assert (at_stage.left_on, at_stage.tasks.count()) == (None, 0)


def test_a_stage_that_still_runs_stands_in_a_case_so_that_somebody_looks_at_it_again(
    history: History, ivy: Pupil, monday_morning: dt.datetime
) -> None:
    # Given a pupil at both stages, one whose stage ended with last year, and one whose case is open
    last_year, known = (make_pupil(upn=f"{letter}123456789012", from_date=SINCE) for letter in "BC")
    theirs = Case.objects.create(
        pupil=known, stage="Here", next_step="Ring.", due_date=dt.date(2026, 11, 25), opened_at=monday_morning
    )

    # When the history is imported
    history.take(
        row(), row(name="stage_one", date="2026-10-05"), row(upn="B123456789012", date="2026-06-01"),
        row(upn="C123456789012", name="stage_one", date="2026-10-05"),
    )  # fmt: skip

    # Then the first pupil has a case at the further stage, due at its review, and nothing is proposed or set as a task
    case = Case.objects.get(pupil=ivy)
    assert (case.stage, case.next_step, case.due_date) == ("Stage two", "Review “Stage two”.", dt.date(2026, 11, 30))
    assert (case.opened_because, case.owner) == (None, None)
    assert {at_stage.case for at_stage in ivy.stages.all()} == {case}
    assert "“Stage two” was reached on Mon 16 Nov 2026, as the imported history says." in [
        note.words for note in case.notes.all()
    ]
    assert (CaseTask.objects.count(), Letter.objects.count()) == (0, 0)
    # And the second has none, and the third keeps the one there is
    assert not Case.objects.filter(pupil=last_year).exists()
    assert Case.objects.get(pupil=known) == theirs == known.stages.get().case
    assert AuditEvent.objects.filter(kind=Event.CASE_OPENED).count() == 1


def test_the_case_of_a_history_has_its_page_and_stands_on_the_list(
    history: History, ivy: Pupil, browse: Callable[[str], Client]
) -> None:
    history.take(row())
    client, case = browse("alma"), Case.objects.get()

    assert client.get(f"/s/alder-primary/cases/{case.pk}/").status_code == 200
    assert "Stage two" in client.get("/s/alder-primary/cases/").content.decode()
    assert client.get(f"/s/alder-primary/pupils/{ivy.pk}/why/", {"stage": "stage_two"}).status_code == 200


def test_a_stage_whose_review_has_passed_is_looked_at_within_five_school_days(history: History, ivy: Pupil) -> None:
    history.take(row(date="2026-09-14"))

    assert Case.objects.get().due_date == dt.date(2026, 11, 30)


def test_only_the_last_time_at_a_stage_in_this_year_still_runs(history: History, ivy: Pupil) -> None:
    # Given a stage reached last year and twice this year
    history.take(row(date="2026-03-02"), row(date="2026-10-05"), row(date="2026-11-02"))

    # Then last year's ended with the year and the first of this year with the second
    times = list(PupilStage.objects.order_by("entered_on").values_list("entered_on", "left_on", "left_because"))
    again = "The stage was reached again, as the imported history says."
    assert times == [
        (dt.date(2026, 3, 2), dt.date(2026, 8, 1), "The school year ended."),
        (dt.date(2026, 10, 5), dt.date(2026, 11, 2), again),
        (dt.date(2026, 11, 2), None, ""),
    ]

    # When a later file has one after them, and one in between
    history.take(row(date="2026-11-20"), row(date="2026-10-19"))

    # Then the one that ran is over, and the newest runs
    times = list(PupilStage.objects.order_by("entered_on").values_list("entered_on", "left_on", "left_because"))
    assert times[2:] == [
        (dt.date(2026, 10, 19), dt.date(2026, 11, 2), again),
        (dt.date(2026, 11, 2), dt.date(2026, 11, 20), again),
        (dt.date(2026, 11, 20), None, ""),
    ]


def test_the_same_file_a_second_time_changes_nothing(history: History, ivy: Pupil) -> None:
    rows = [row(), row(kind="penalty", name="", parent="Rosa Marsh", outcome="paid")]
    history.take(*rows)

    again = history.take(row(), row(kind="penalty", name="", parent="ROSA MARSH"))

    assert again.counts_of_effects() == [("unchanged", 2)]
    assert (PastStep.objects.count(), PupilStage.objects.count()) == (2, 1)


def test_rows_of_more_than_three_years_ago_are_named_and_left_out(history: History, ivy: Pupil) -> None:
    # Given two rows too old, one of an unknown pupil, and one of three years ago to the day
    job = history.take(row(date="2023-11-22"), row(date="2022-01-10", upn="B123456789012"), row(date="2023-11-23"))

    assert job.notes() == ["Older than three years, before Thu 23 Nov 2023, and left out: lines 2, 3."]
    assert [step.on_date for step in PastStep.objects.all()] == [dt.date(2023, 11, 23)]


def test_of_many_rows_that_are_too_old_the_first_are_named(history: History, ivy: Pupil) -> None:
    job = history.take(*(row(date="2023-01-09") for _ in range(23)))

    assert job.notes()[0].endswith("18, 19, 20, 21 and 3 more.")
    assert AuditEvent.objects.get(kind=Event.HISTORY_IMPORTED).detail["too_old"] == 23


def test_a_history_before_a_crossing_here_is_over_when_the_pupil_came_to_the_stage_here(
    history: History, ivy: Pupil, monday_morning: dt.datetime
) -> None:
    here = PupilStage.objects.create(
        pupil=ivy, pack="national", ladder="attendance", stage="stage_two", source="crossing",
        entered_on=dt.date(2026, 11, 18), proposed_at=monday_morning, entered_at=monday_morning,
    )  # fmt: skip

    history.take(row())

    assert PupilStage.objects.get(source="history").left_on == dt.date(2026, 11, 18)
    here.refresh_from_db()
    assert here.left_on is None


def test_a_stage_of_which_both_parents_were_told_is_one_time_at_it(history: History, ivy: Pupil) -> None:
    history.take(row(), row(parent="Rosa Marsh"))

    assert (PastStep.objects.count(), PupilStage.objects.count()) == (2, 1)


def test_a_stage_reviewed_after_school_days_counts_those_of_the_calendar(
    history: History, ivy: Pupil, alder: School, people: People
) -> None:
    # Given a stage reviewed after three school days, in a week whose Wednesday is off
    set_stages(
        alder, stage("stage_two", review={"after": 3, "unit": "school_days"}), by=people.alma,
        from_date=dt.date(2026, 9, 1),
    )  # fmt: skip
    hold([dt.date(2026, 11, 17), dt.date(2026, 11, 19), dt.date(2026, 11, 20)])

    # When it was reached on the Monday, and by another pupil at the end of the calendar
    make_pupil(upn="C123456789012", from_date=SINCE)
    history.take(row(), row(upn="C123456789012", date="2026-11-20"))

    # Then it is reviewed on the Friday, and for the other after three weekdays
    assert list(PupilStage.objects.order_by("review_on").values_list("review_on", flat=True)) == [
        dt.date(2026, 11, 20), dt.date(2026, 11, 25),
    ]  # fmt: skip


def test_a_stage_reviewed_after_a_term_waits_for_the_next_one_of_the_calendar(
    history: History, ivy: Pupil, alder: School, people: People
) -> None:
    review = {"after": 1, "unit": "terms"}
    set_stages(alder, stage("stage_two", review=review), by=people.alma, from_date=dt.date(2026, 9, 1))
    hold([*AUTUMN, *weekdays(dt.date(2026, 11, 23), 20), *weekdays(dt.date(2027, 1, 4), 30)])

    history.take(row())

    assert PupilStage.objects.get().review_on == dt.date(2027, 1, 4)


def test_last_year_s_list_of_persistent_absentees_comes_with_a_stage_that_carries_over(
    history: History, ivy: Pupil, alder: School, people: People
) -> None:
    set_stages(alder, stage("stage_two", carries_over=True), by=people.alma, from_date=dt.date(2026, 9, 1))

    history.take(row(name="end-of-year", date="2026-09-01"))

    assert PastStep.objects.get().name == "end-of-year"
    assert not PupilStage.objects.exists()


def test_a_school_that_goes_live_later_imports_the_stages_of_the_policy_of_that_day(
    history: History, ivy: Pupil, alder: School, people: People
) -> None:
    set_stages(alder, stage("warning"), by=people.alma, from_date=dt.date(2027, 1, 4))
    alder.go_live_date = dt.date(2027, 1, 4)

    history.take(row(name="warning"))

    assert PupilStage.objects.get().stage == "warning"


def test_a_rehearsal_shows_what_would_be_kept_and_keeps_nothing(history: History, ivy: Pupil) -> None:
    job = history.take(row(), rehearsal=True)

    assert [(shown.line, shown.words) for shown in job.shown] == [(2, "New")]
    assert not PastStep.objects.exists()


def test_a_file_of_any_length_costs_the_same(
    history: History, ivy: Pupil, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    history.take(row())  # the school's policy is read once

    for pupils in (2, 18):
        new = [make_pupil(from_date=SINCE) for _ in range(pupils)]
        with django_assert_num_queries(20):
            history.take(*(row(upn=pupil.upn) for pupil in new))


def test_the_command_says_what_came_in_and_in_whose_name(
    history: History, ivy: Pupil, people: People, tmp_path: Path
) -> None:
    path, err = tmp_path / "past.csv", StringIO()
    path.write_text("UPN,Kind,Name,Date,Tutor\nA123456789012,stage,stage_two,16/11/2026,X\n", encoding="utf-8")

    call_command("import_history", "alder-primary", str(path), "--by", people.alma.user.email, stderr=err)

    assert "ignored: Tutor." in err.getvalue()
    assert "History of Alder Primary School: 1 new." in err.getvalue()
    assert PastStep.objects.get().imported_by == people.alma.user


def test_the_command_tells_the_first_fifty_faults_and_ends_with_1(history: History, ivy: Pupil, tmp_path: Path) -> None:
    path, err = tmp_path / "past.csv", StringIO()
    path.write_text("upn,kind,name,date\n" + "A123456789012,penalty,,2026-11-16\n" * 60, encoding="utf-8")

    with pytest.raises(CommandError, match="nothing of it was kept") as refused:
        call_command("import_history", "alder-primary", str(path), stderr=err)

    lines = err.getvalue().splitlines()
    assert refused.value.returncode == 1
    assert lines[0].startswith(f"{path}, line 2, column parent: The parent is empty.")
    assert lines[50] == "These are the first 50 of 60 faults."


@pytest.mark.parametrize(
    ("on", "oldest"),
    [(dt.date(2026, 11, 23), dt.date(2023, 11, 23)), (dt.date(2028, 2, 29), dt.date(2025, 2, 28))],
)
def test_three_years_reach_back_to_the_same_day(on: dt.date, oldest: dt.date) -> None:
    assert oldest_kept(on) == oldest
