"""Every record is kept its whole period, goes only on somebody's authority, and the seal holds afterwards."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import schema_context, tenant_context
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.celery import app
from attendance_mat.keeping.actions.disposing import dispose
from attendance_mat.keeping.actions.holding import LIFTED, lift_hold, place_hold
from attendance_mat.keeping.models import Archive, Disposal
from attendance_mat.keeping.queries.disposing import MARK_FAMILY, ORDER, PUPILS
from attendance_mat.keeping.rules.archive import school_year_end
from attendance_mat.keeping.rules.retention import entry_may_go, last_that_may_go
from attendance_mat.trust.models import Enrolment
from letters.models import Letter, SentLetter
from registers.actions.importing_enrolments import keep_enrolments_in_step
from registers.models import (
    Contact,
    DisposedRows,
    Mark,
    MarkAmendment,
    Pupil,
    RecordAccess,
    Register,
    RollPeriod,
)
from tests.factories import amend, make_contact, make_pupil
from tests.keeping.kept import Clock, KeptSchool, at
from tests.keeping.owner import runs
from tests.people import People
from tests.registers.sealed import KEY, seal, verify

MADE = dt.date(2025, 11, 3)


@pytest.fixture
def kept(it_becomes: Clock) -> KeptSchool:
    return KeptSchool(it_becomes)


@pytest.mark.parametrize(
    ("made_on", "on", "years", "may_go"),
    [
        (MADE, dt.date(2031, 11, 2), 6, False),  # the last day of its six years
        (MADE, dt.date(2031, 11, 3), 6, True),
        (MADE, dt.date(2031, 11, 3), 7, False),  # a policy lengthens
        (dt.date(2024, 2, 29), dt.date(2030, 2, 28), 6, False),
        (dt.date(2024, 2, 29), dt.date(2030, 3, 1), 6, True),
        (dt.date(2026, 2, 28), dt.date(2032, 2, 27), 6, False),
        (dt.date(2026, 2, 28), dt.date(2032, 2, 28), 6, True),
        (dt.date(2026, 2, 28), dt.date(2032, 2, 29), 6, True),
        (dt.date(2026, 3, 1), dt.date(2032, 2, 29), 6, False),
    ],
)
def test_an_entry_is_kept_its_years_beginning_with_the_day_it_was_made(
    made_on: dt.date, on: dt.date, years: int, may_go: bool
) -> None:
    assert entry_may_go(made_on, on=on, years=years) == may_go
    assert (made_on <= last_that_may_go(on, years=years)) == may_go


@given(
    st.dates(dt.date(2006, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 9000), st.integers(0, 3000), st.integers(6, 20)
)
def test_no_entry_goes_before_its_years_or_before_its_amendment_s(
    made_on: dt.date, later: int, changed: int, years: int
) -> None:
    on, changed_on = made_on + dt.timedelta(days=later), made_on + dt.timedelta(days=changed)
    may_go = entry_may_go(made_on, changed_on=changed_on, on=on, years=years)
    whole_years = on.year - changed_on.year - ((on.month, on.day) < (changed_on.month, changed_on.day))
    assert may_go == (whole_years >= years)


@pytest.mark.parametrize(
    ("month", "end"),
    [(dt.date(2026, 8, 1), dt.date(2026, 8, 31)), (dt.date(2026, 9, 1), dt.date(2027, 8, 31))],
)
def test_a_school_year_ends_on_31_august(month: dt.date, end: dt.date) -> None:
    assert school_year_end(month) == end


def test_after_a_lawful_disposal_the_registers_are_as_sealed_and_the_younger_stay(kept: KeptSchool) -> None:
    # Given an entry six years old tomorrow, one of a week later, and one amended since
    old, amended = kept.marked_on(MADE), kept.marked_on(MADE)
    younger = kept.marked_on(MADE + dt.timedelta(days=7))
    kept.it_becomes(at(dt.date(2027, 1, 11)))
    with tenant_context(kept.school):
        amend(amended, "I", by=kept.people.alma, at=at(dt.date(2027, 1, 11)))
        seal(kept.school)

    # When disposal is run too early, nothing goes
    status, said = kept.disposes_on(dt.date(2031, 11, 2))
    assert (status, "Disposed of: nothing" in said) == (0, True), said

    # Then on the day it goes, with the record of it; the amended one waits for its amendment's own six years
    status, said = kept.disposes_on(dt.date(2031, 11, 3))
    assert "Disposed of: 1 marks. Held back: nothing." in said
    assert (kept.has(old), kept.has(younger), kept.has(amended)) == (False, True, True)
    assert verify()[0] == 0, verify()[1]
    assert "lawfully disposed of: 1 mark" in verify()[1]
    with tenant_context(kept.school):
        disposal = Disposal.objects.get(removed__marks=1)
        assert (disposal.authority, disposal.run_by_name) == ("Governors' minute 12", "Ben Okafor")
        assert DisposedRows.objects.get().authority == "Governors' minute 12"

    # And at last both the amendment with its mark, and the registers they stood in
    status, said = kept.disposes_on(dt.date(2033, 1, 11))
    assert "2 marks, 1 amendments, 2 registers" in said
    assert verify()[0] == 0, verify()[1]
    with tenant_context(kept.school):
        assert not Mark.objects.exists() | MarkAmendment.objects.exists() | Register.objects.exists()


def test_a_removal_that_nobody_recorded_is_still_found_after_a_disposal(
    kept: KeptSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.registers.sealed import tamper  # noqa: PLC0415

    kept.marked_on(MADE)
    younger = kept.marked_on(MADE + dt.timedelta(days=7))
    kept.disposes_on(dt.date(2031, 11, 3))
    tamper(monkeypatch, f"DELETE FROM registers_mark WHERE id = {younger.pk}")
    assert f"mark {younger.pk}" in verify()[1]


def test_an_imported_entry_counts_from_its_import(kept: KeptSchool) -> None:
    kept.it_becomes(at(dt.date(2026, 11, 23)))
    with tenant_context(kept.school):
        from tests.factories import make_group, make_mark, make_session  # noqa: PLC0415

        day = dt.date(2025, 9, 8)
        pupil = make_pupil(group=make_group())
        mark = make_mark(pupil, make_session(day), "N", by=kept.people.tess, source="import", made_at=at(day))
    kept.disposes_on(dt.date(2032, 11, 22))
    assert kept.has(mark)
    kept.disposes_on(dt.date(2032, 11, 23))
    assert not kept.has(mark)


@pytest.mark.parametrize("whole_school", [False, True])
def test_a_hold_keeps_what_it_covers_until_it_is_lifted(kept: KeptSchool, whole_school: bool) -> None:
    mark, other = kept.marked_on(MADE), kept.marked_on(MADE)
    with tenant_context(kept.school):
        pupil = None if whole_school else mark.pupil
        hold = place_hold(pupil=pupil, reason="Claim 7", by=kept.people.ben, at=at(MADE))

    said = kept.disposes_on(dt.date(2031, 11, 3))[1]
    assert f"Held back: {2 if whole_school else 1} marks" in said, said
    assert (kept.has(mark), kept.has(other)) == (True, whole_school)

    with tenant_context(kept.school):
        lift_hold(hold, because="Settled", by=kept.people.ben, at=at(dt.date(2031, 11, 4)))
        with pytest.raises(ValidationError, match=LIFTED):
            lift_hold(hold, because="Settled", by=kept.people.ben, at=at(dt.date(2031, 11, 4)))
    kept.disposes_on(dt.date(2031, 11, 5))
    assert not kept.has(mark)
    assert verify()[0] == 0, verify()[1]


def test_a_dry_run_says_the_same_and_removes_nothing(kept: KeptSchool) -> None:
    mark = kept.marked_on(MADE)
    said = kept.disposes_on(dt.date(2031, 11, 3), "--dry-run")[1]
    assert "Would be disposed of: 1 marks" in said
    assert kept.has(mark)
    with tenant_context(kept.school):
        assert not Disposal.objects.exists()
        assert not DisposedRows.objects.exists()


def test_a_leaver_s_entries_go_once_nothing_else_is_kept_of_them(kept: KeptSchool) -> None:
    # Given a pupil who left in July 2026, of whom there is a letter of January 2027
    kept.it_becomes(at(dt.date(2026, 7, 20)))
    with tenant_context(kept.school):
        pupil = make_pupil(from_date=dt.date(2024, 9, 2), until_date=dt.date(2026, 7, 21))
        contact = make_contact(pupil)
        stays = make_pupil(from_date=dt.date(2024, 9, 2))
        RecordAccess.objects.create(
            pupil=pupil, what="registers:pupil", by=kept.people.ben.user, by_name="Ben", by_role="headteacher",
            at=at(dt.date(2026, 7, 20)),
        )  # fmt: skip
        keep_enrolments_in_step(kept.school, [pupil.pk, stays.pk])
        sent = at(dt.date(2027, 1, 11))
        letter = Letter.objects.create(
            pupil=pupil, template="attendance-concern", origin="case 1", figures={}, proposed_at=sent, state="sent",
            proposed_by=kept.people.ben.user, sent_at=sent, sent_by=kept.people.ben.user,
        )  # fmt: skip
        SentLetter.objects.create(
            letter=letter, contact=contact, addressee="A", pdf=b"", digest="", sent_at=sent, sent_by_name="Ben",
            sent_by_role="headteacher",
        )  # fmt: skip

    said = kept.disposes_on(dt.date(2032, 7, 21))[1]
    assert "1 looks at records" in said
    with tenant_context(kept.school):
        assert Pupil.objects.filter(pk=pupil.pk).exists()

    said = kept.disposes_on(dt.date(2033, 1, 11))[1]
    assert "1 letters with their copies" in said
    assert "1 pupils' entries in the admission register" in said
    with tenant_context(kept.school):
        assert list(Pupil.objects.all()) == [stays]
        assert not Contact.objects.exists() | SentLetter.objects.exists()
        assert RollPeriod.objects.get().pupil == stays
    with schema_context("public"):
        assert Enrolment.objects.get(school=kept.school).pupil_id == stays.pk


def test_a_back_up_goes_six_years_after_the_end_of_its_school_year(kept: KeptSchool, archives: Path) -> None:
    runs("back_up", "alder-primary", "--month", "2026-10")
    file = next(archives.rglob("*.zip"))

    kept.disposes_on(dt.date(2033, 8, 31))
    assert file.exists()
    said = kept.disposes_on(dt.date(2033, 9, 1))[1]
    assert "1 back-ups" in said
    assert not file.exists()
    with tenant_context(kept.school):
        assert Archive.objects.get().disposed_at


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--authority", " ", "--by", "ben@example.org"), "Say on whose authority"),
        (("--authority", "Minute 1", "--by", "tess@example.org"), "may not keep records"),
        (("--authority", "Minute 1", "--by", "nobody@example.org"), "may not keep records"),
    ],
)
def test_disposal_is_refused_without_authority_or_to_one_who_keeps_no_records(
    kept: KeptSchool, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("dispose", "alder-primary", *words, stdout=StringIO())


def test_no_timer_disposes_of_anything() -> None:
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert not [name for name in tasks if "dispos" in name or "retention" in name]


def test_the_application_itself_cannot_dispose(people: People, monday_morning: dt.datetime) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM registers_mark")
    with pytest.raises(ValidationError, match="authority"):
        dispose(people.alder, authority="", key=KEY.encode(), by=people.ben, at=monday_morning)


# Held for everybody or of nobody in particular, or the keeping itself: they stay as long as the school does.
STAY = {
    "registers.Session", "registers.PlannedDay", "registers.Group", "registers.Assignment", "registers.Room",
    "registers.TimetablePeriod", "registers.TimetabledLesson", "registers.TimetableWeek", "registers.OffTimetableDay",
    "registers.Seal", "registers.SealedRows", "registers.DisposedRows", "admission.NewYear", "keeping.Archive",
    "keeping.Disposal",
}  # fmt: skip


def test_every_record_of_a_pupil_has_its_period() -> None:
    own = {app.rpartition(".")[2] for app in settings.TENANT_APPS}
    kept = {Mark, Register, *MARK_FAMILY}
    for records in (*ORDER, PUPILS):
        kept |= {records.model, *records.family}
    stored = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in own]
    assert {model._meta.label for model in stored if model not in kept} <= STAY
