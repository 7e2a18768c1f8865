"""A school's marks come in from another system's file: whole, or not at all."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, rehearse_import
from registers.models import Mark, MarkAmendment, Pupil, Register, RollPeriod
from tests.factories import make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People
from tests.registers.files import Importer

FRIDAY = dt.date(2026, 11, 20)
MONDAY = dt.date(2026, 11, 23)  # the day it is
OLD_ERA = dt.date(2024, 3, 4)
NEW_ERA = dt.date(2024, 9, 9)
UPN = "A123456789012"


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder with one pupil on roll since 2024, and sessions in both eras of the codes."""
    for date in (OLD_ERA, NEW_ERA, FRIDAY, MONDAY):
        make_session(date, "am")
        make_session(date, "pm")
    make_pupil(upn=UPN, local_id="17", group=make_group("4A"), from_date=dt.date(2024, 1, 8), dob=dt.date(2017, 3, 4))
    return Importer(tmp_path, alder, people.alma)


def codes() -> dict[tuple[dt.date, str], str]:
    rows = Mark.objects.values_list("session__date", "session__half", "code")
    return {(date, half): code for date, half, code in rows}


def test_marks_of_both_eras_stand_as_the_file_has_them(school: Importer, people: People) -> None:
    # When a file has a holiday that was agreed in March 2024, and a late child in September
    job = school.marks(
        f"upn,date,am,pm,pm_minutes_late,pm_comment\n{UPN},2024-03-04,H,\\,,\n{UPN},09/09/2024,/,L,12,Bus broke down\n"
    )
    # Then both stand, in whose name and how they came is said, and the minutes are kept
    assert codes() == {
        (OLD_ERA, "am"): "H", (OLD_ERA, "pm"): "\\", (NEW_ERA, "am"): "/", (NEW_ERA, "pm"): "L",
    }  # fmt: skip
    late = Mark.objects.get(code="L")
    assert (late.minutes_late, late.comment, late.source, late.made_by_name) == (
        12,
        "Bus broke down",
        "import",
        "Alma Reyes",
    )
    assert job.counts_of_effects() == [("new", 4)]


def test_the_registers_of_the_pupils_group_that_day_are_made_and_finished(school: Importer, people: People) -> None:
    # Given a pupil who moved from 4A to 4B in 2025
    pupil = Pupil.objects.get()
    pupil.group_places.update(until_date=dt.date(2025, 9, 1))
    pupil.group_places.create(group=make_group("4B"), from_date=dt.date(2025, 9, 1))
    # When marks of before and after come in
    school.marks(f"upn,date,am,pm\n{UPN},2024-09-09,/,\n{UPN},2026-11-20,/,\n")
    # Then each stands in the register of the group of its day, finished in the importer's name
    found = Register.objects.values_list("session__date", "group__name", "finished_by__name")
    assert set(found) == {(NEW_ERA, "4A", "Alma Reyes"), (FRIDAY, "4B", "Alma Reyes")}


def test_a_register_that_is_still_open_is_left_for_its_teacher(school: Importer) -> None:
    school.marks(f"upn,date,am,pm\n{UPN},2026-11-23,/,\n")
    assert Register.objects.get().finished_at is None


def test_marks_of_a_pupil_in_no_group_are_not_lost(school: Importer) -> None:
    Pupil.objects.get().group_places.all().delete()
    job = school.marks(f"upn,date,am,pm\n{UPN},2026-11-20,/,\\\n")
    assert Register.objects.values_list("group__name", flat=True).distinct().get() == "Not in a group"
    assert job.notes()[0].startswith("Marks of pupils who were in no registration group that day: 2.")


def test_importing_a_file_again_changes_nothing(school: Importer) -> None:
    rows = f"upn,date,am,pm,am_minutes_late,am_comment\n{UPN},2026-11-20,L,\\,5,Rain\n"
    school.marks(rows)
    job = school.marks(rows)
    assert job.counts_of_effects() == [("unchanged", 2)]
    assert (Mark.objects.count(), MarkAmendment.objects.count()) == (2, 0)


def test_a_mark_with_another_code_is_amended_and_says_which_file(school: Importer, people: People) -> None:
    # Given an unexplained absence that the teacher took, of a nature noted down
    pupil = Pupil.objects.get()
    make_mark(pupil, make_session(FRIDAY), "B", by=people.tess, nature="Pony riding", comment="Seen by the office")
    # When a file says that the child was ill
    job = school.marks(f"upn,date,am,pm\n{UPN},2026-11-20,I,\n")
    # Then the mark says so, what it said before stays on record, and the nature of the other code is gone
    amendment = MarkAmendment.objects.get()
    assert (amendment.kind, amendment.reason, amendment.original_code) == ("amendment", "import marks.csv", "B")
    mark = Mark.objects.get()
    assert (mark.code, mark.nature, mark.comment) == ("I", "", "Seen by the office")
    assert job.counts_of_effects() == [("amended", 1)]
    assert AuditEvent.objects.get(kind=Event.MARKS_IMPORTED).detail["amended_pupils"] == [pupil.pk]


def test_an_empty_cell_or_a_missing_row_leaves_a_mark_alone(school: Importer, people: People) -> None:
    make_mark(Pupil.objects.get(), make_session(FRIDAY), "L", by=people.tess, minutes_late=9)
    school.marks(f"upn,date,am,pm,am_minutes_late\n{UPN},2026-11-20,,,\n{UPN},2024-09-09,,,\n")
    school.marks(f"upn,date,am,pm,am_minutes_late\n{UPN},2026-11-20,L,,\n")
    assert Mark.objects.get().minutes_late == 9
    assert not MarkAmendment.objects.exists()


def test_other_minutes_for_the_same_code_are_an_amendment(school: Importer, people: People) -> None:
    make_mark(Pupil.objects.get(), make_session(FRIDAY), "L", by=people.tess, minutes_late=9)
    school.marks(f"upn,date,am,pm,am_minutes_late\n{UPN},2026-11-20,U,,40\n")
    assert list(MarkAmendment.objects.values_list("original_minutes_late", "amended_minutes_late")) == [(9, 40)]


@pytest.mark.parametrize("number", ["17", "017"])
def test_pupils_may_be_named_by_the_schools_own_number(school: Importer, number: str) -> None:
    rows = f"local_id,date,am,pm\n{number},2026-11-20,/,\n"
    if number == "17":
        assert school.marks(rows).counts_of_effects() == [("new", 1)]
    else:
        assert "Unknown local_id" in school.faults(Kind.MARKS, rows)[0].reason


def test_a_file_of_before_the_upn_changed_still_finds_its_pupil(school: Importer) -> None:
    Pupil.objects.update(upn="B123456789012", former_upn=UPN)
    assert school.marks(f"upn,date,am,pm\n{UPN},2026-11-20,/,\n").counts_of_effects() == [("new", 1)]


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("Z999999999999,2026-11-20,/,,", "upn", "Unknown UPN"),
        (",2026-11-20,/,,", "upn", "no number"),
        (f"{UPN},2023-11-20,/,,", "date", "off roll"),
        (f"{UPN},2026-11-19,/,,", "am", "No session"),
        (f"{UPN},2026-11-24,/,,", "am", "in the future"),
        (f"{UPN},2026-11-23,,\\,", "pm", "in the future"),
        (f"{UPN},2024-03-04,Q,,", "am", "Q came into use on 19 August 2024"),
        (f"{UPN},2026-11-20,H,,", "am", "Use C where leave was granted"),
        (f"{UPN},2026-11-20,\\,,", "am", "other half"),
        (f"{UPN},2026-11-20,,/,", "pm", "other half"),
        (f"{UPN},2026-11-20,X,,", "am", "never for a pupil of compulsory school age"),
        (f"{UPN},2026-11-20,Z,,", "am", "not yet on the register"),
        (f"{UPN},2026-11-20,-,,", "am", "not an attendance code"),
        (f"{UPN},31/11/2026,/,,", "date", "no such day"),
        (f"{UPN},20.11.2026,/,,", "date", "Bad date"),
        (f"{UPN},20/11/26,/,,", "date", "Bad date"),
        (f"{UPN},,/,,", "date", "empty"),
        (f"{UPN},2026-11-20,L,,ten", "am_minutes_late", "Bad minutes"),
        (f"{UPN},2026-11-20,I,,10", "am_minutes_late", "L and U only"),
        (f"{UPN},2026-11-20,/,,,extra", "", "6 cells and the heading 5"),
    ],
)  # fmt: skip
def test_a_row_that_may_not_stand_refuses_the_whole_file(school: Importer, row: str, column: str, why: str) -> None:
    # Given a good line and a bad one
    faults = school.faults(Kind.MARKS, f"upn,date,am,pm,am_minutes_late\n{UPN},2024-09-09,/,\\,\n{row}\n")
    # Then the fault names the line and the column, and nothing of the file stands
    assert [(fault.line, fault.column) for fault in faults] == [(3, column)]
    assert why in faults[0].reason
    assert not Mark.objects.exists()
    assert not Register.objects.exists()


def test_a_pupils_day_that_comes_twice_is_refused_and_says_where_it_was(school: Importer) -> None:
    faults = school.faults(Kind.MARKS, f"upn,date,am,pm\n{UPN},2026-11-20,/,\n{UPN},20/11/2026,,\\\n")
    assert [(fault.line, fault.reason) for fault in faults] == [
        (3, "Duplicate row: this pupil's day is already on line 2.")
    ]


def test_marks_that_are_empty_need_no_session_no_roll_and_no_past(school: Importer) -> None:
    # A grid of all pupils and all days, as many systems write it
    job = school.marks(f"upn,date,am,pm\n{UPN},2020-01-06,,\n{UPN},2027-01-04,,\n")
    assert job.counts_of_effects() == []


def test_a_child_is_off_roll_from_the_day_after_the_last_one(school: Importer) -> None:
    RollPeriod.objects.update(until_date=FRIDAY)
    faults = school.faults(Kind.MARKS, f"upn,date,am,pm\n{UPN},2026-11-20,/,\n")
    assert "off roll" in faults[0].reason


def test_the_first_fifty_faults_are_told_and_the_rest_counted(school: Importer) -> None:
    rows = "".join(f"{UPN},2026-11-20,/,{n}\n" for n in range(60))
    faults = school.faults(Kind.MARKS, "upn,date,am,pm\n" + rows)
    assert len(faults) == 50
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_a_rehearsal_says_what_would_happen_and_writes_nothing(school: Importer, people: People) -> None:
    make_mark(Pupil.objects.get(), make_session(FRIDAY), "N", by=people.tess)
    file = school.file(f"upn,date,am,pm\n{UPN},2026-11-20,I,\\\n")
    before = MarkAmendment.objects.count(), Mark.objects.count(), AuditEvent.objects.count()
    job = rehearse_import(
        Kind.MARKS, file, school=school.school, by=people.alma, at=dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    )
    assert job.counts_of_effects() == [("new", 1), ("amended", 1)]
    assert [(row.line, row.words) for row in job.shown] == [(2, "N becomes I"), (2, "New")]
    assert (MarkAmendment.objects.count(), Mark.objects.count(), AuditEvent.objects.count()) == before


def test_the_number_of_statements_does_not_grow_with_the_rows(school: Importer) -> None:
    group = make_group("4A")
    pupils = [make_pupil(group=group) for _ in range(20)]
    make_sessions(dt.date(2026, 11, 2), 10)

    def statements(some: list[Pupil], day: int) -> int:
        rows = "".join(f"{each.upn},2026-11-{day + n:02},/,\\\n" for each in some for n in range(4))
        with CaptureQueriesContext(connection) as captured:
            school.marks("upn,date,am,pm\n" + rows)
        return len(captured)

    assert statements(pupils[:2], 2) == statements(pupils, 9)


def test_what_was_imported_comes_out_again_as_it_was(school: Importer) -> None:
    pupils = [make_pupil(group=make_group("4A")).upn for _ in range(3)]
    dates = sorted({session.date for session in make_sessions(dt.date(2026, 11, 2), 8)})
    am, pm = st.sampled_from(["", "/", "N", "I", "L", "C"]), st.sampled_from(["", "\\", "N", "O", "U"])
    days = st.dictionaries(st.tuples(st.sampled_from(pupils), st.sampled_from(dates)), st.tuples(am, pm))

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(days)
    def holds(marked: dict[tuple[str, dt.date], tuple[str, str]]) -> None:
        before = as_it_stands()
        school.marks("upn,date,am,pm\n" + "".join(f"{u},{d},{a},{p}\n" for (u, d), (a, p) in marked.items()))
        said = {(u, d, h): c for (u, d), both in marked.items() for h, c in zip(("am", "pm"), both, strict=True) if c}
        assert as_it_stands() == {**before, **said}

    def as_it_stands() -> dict[tuple[str, dt.date, str], str]:
        rows = Mark.objects.values_list("pupil__upn", "session__date", "session__half", "code")
        return {(upn, date, half): code for upn, date, half, code in rows}

    holds()


def test_a_comment_with_tabs_and_strokes_is_kept_to_the_letter(school: Importer) -> None:
    school.marks(f'upn,date,am,pm,pm_comment\n{UPN},2026-11-20,,\\,"a\tb \\N\nc"\n')
    assert Mark.objects.get().comment == "a\tb \\N\nc"


def test_an_import_that_meets_another_change_is_undone_and_says_so(
    school: Importer, monkeypatch: pytest.MonkeyPatch, people: People
) -> None:
    # Given that the teacher takes the mark between the comparison and the writing
    make_mark(Pupil.objects.get(), make_session(FRIDAY), "/", by=people.tess)
    monkeypatch.setattr("registers.actions.importing_marks.standing_marks", lambda keys: {})
    # Then nothing is kept and the person is told to try again
    faults = school.faults(Kind.MARKS, f"upn,date,am,pm\n{UPN},2026-11-20,N,\n")
    assert "import it again" in faults[0].reason
