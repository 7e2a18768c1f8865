"""No name goes because a file says so: the ground is asked for of whoever left in the other system (R21)."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from absence.models import Task
from attendance_mat.accounts.roles import Role
from attendance_mat.admission.actions.leaving import drop_leaving, propose_leaving
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import Enrolment, School
from registers.actions.importing import Kind, rehearse_import
from registers.models import GroupMember, Pupil, PupilYear, RollPeriod
from tests.factories import make_group, make_mark, make_session
from tests.people import People
from tests.registers.files import Importer, pupil

GO_LIVE = dt.date(2026, 9, 1)
ADMITTED = dt.date(2024, 9, 2)
LAST_DAY = dt.date(2026, 11, 20)
IMPORTED = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
TOLD = "Left in the other system on Friday 20 November 2026: record the ground."
PAGE = "/s/alder-primary/imports/"
SENT = (
    "upn,surname,forename,dob,sex,year,reg_group,admitted,left\n"
    "A123456789012,Marsh,Ivy,2017-03-04,F,4,4A,2024-09-02,2026-11-20\n"
)


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, live since September, with Ivy Marsh on its roll."""
    alder.go_live_date = GO_LIVE
    importer = Importer(tmp_path, alder, people.alma)
    importer.pupils(pupil())
    return importer


def ends() -> set[dt.date | None]:
    """Return where a pupil's time on roll, year, group and enrolment end."""
    return {row.until_date for model in (RollPeriod, PupilYear, GroupMember, Enrolment) for row in model.objects.all()}


def asked() -> list[Task]:
    handle_waiting_events(at=IMPORTED)
    return list(Task.objects.filter(dropped_at__isnull=True))


@pytest.mark.parametrize(
    ("left", "stays"), [("2026-08-31", False), ("2026-09-01", True), ("2026-11-20", True), ("2026-12-18", True)]
)
def test_a_name_stays_on_the_roll_if_the_last_day_is_on_or_after_go_live(
    school: Importer, left: str, stays: bool
) -> None:
    school.pupils(pupil(left=left))

    last = dt.date.fromisoformat(left)
    assert ends() == ({None} if stays else {last + dt.timedelta(days=1)})
    assert len(asked()) == stays


def test_the_preview_lists_every_such_pupil_and_says_what_to_do(school: Importer) -> None:
    rows = [pupil(upn=f"B{number:012}", left="2026-11-20") for number in range(8)]
    school.pupils(*[{**row, "left": ""} for row in rows])

    job = rehearse_import(Kind.PUPILS, school.file(rows), school=school.school, by=school.by, at=IMPORTED)

    assert [row.words for row in job.shown] == [f"No change. {TOLD}"] * 8
    assert job.counts_of_effects() == [("unchanged", 8)]
    assert job.notes() == [
        "Left in the other system and still on the roll here: 8. A name comes off only on a ground: "
        "propose the removal from the pupil's page."
    ]
    assert not asked()


def test_what_else_the_row_says_is_taken(school: Importer) -> None:
    file = school.file([pupil(surname="Lee", left="2026-11-20")])
    job = rehearse_import(Kind.PUPILS, file, school=school.school, by=school.by, at=IMPORTED)
    assert [row.words for row in job.shown] == [f"Changes: surname. {TOLD}"]

    school.pupils(pupil(surname="Lee", left="2026-11-20"))

    assert (Pupil.objects.get().surname, ends()) == ("Lee", {None})


def test_the_officer_is_asked_once_for_the_ground_however_often_the_file_comes(school: Importer) -> None:
    school.pupils(pupil(left="2026-11-20"))
    school.pupils(pupil(left="2026-11-20"), at=LATER)

    [task] = asked()
    assert (task.pupil, task.role, task.kind) == (Pupil.objects.get(), Role.ATTENDANCE_OFFICER, Task.Kind.OTHER)
    assert "Friday 20 November 2026" in task.words
    assert "Ivy" not in task.words
    told = AuditEvent.objects.filter(kind=Event.PUPILS_IMPORTED).order_by("pk").last().detail
    period = RollPeriod.objects.get()
    assert told["left_elsewhere"] == [{"pupil": task.pupil_id, "roll_period": period.pk, "left": "2026-11-20"}]
    assert told["counts"] == {"unchanged": 1, "left elsewhere": 1}


def test_marks_after_the_day_do_not_refuse_the_file(school: Importer, people: People) -> None:
    make_mark(Pupil.objects.get(), make_session(LAST_DAY), "N", by=people.tess, group=make_group("4A"))

    school.pupils(pupil(left="2026-11-19"))

    assert ends() == {None}


def test_a_proposed_removal_takes_the_task_off_the_list_and_none_is_asked_for_beside_it(
    school: Importer, people: People
) -> None:
    school.pupils(pupil(left="2026-11-20"))
    assert len(asked()) == 1
    leaving = propose_leaving(Pupil.objects.get(), ground="a", by=people.alma, at=IMPORTED)
    assert asked() == []

    school.pupils(pupil(left="2026-11-27"))
    assert asked() == []

    # And once the removal is dropped, another last day asks again
    drop_leaving(leaving, because="She stays.", by=people.alma, at=IMPORTED)
    school.pupils(pupil(left="2026-12-18"))
    assert len(asked()) == 1


def test_nothing_is_asked_of_a_pupil_who_has_died(school: Importer) -> None:
    Pupil.objects.update(died_on=LAST_DAY)

    school.pupils(pupil(left="2026-11-20"))

    assert asked() == []


def test_whoever_the_file_brings_already_gone_is_history(school: Importer) -> None:
    school.pupils(pupil(upn="B123456789012", left="2026-11-20"))

    gone = RollPeriod.objects.get(pupil__upn="B123456789012")
    assert (gone.from_date, gone.until_date) == (ADMITTED, LAST_DAY + dt.timedelta(days=1))
    assert asked() == []


@pytest.mark.parametrize("left", ["2026-11-27", "2026-08-28"])
def test_a_roll_that_ended_here_is_not_moved_by_a_file(school: Importer, left: str) -> None:
    RollPeriod.objects.update(until_date=LAST_DAY + dt.timedelta(days=1))

    file = school.file([pupil(left=left)])
    job = rehearse_import(Kind.PUPILS, file, school=school.school, by=school.by, at=IMPORTED)
    school.pupils(pupil(left=left))

    assert RollPeriod.objects.get().until_date == LAST_DAY + dt.timedelta(days=1)
    assert "the roll here has Friday 20 November 2026, and stands." in job.shown[0].words
    assert job.notes() == ["Last days on roll that the file has otherwise than the roll here, which stands: 1."]
    assert asked() == []


def test_the_office_sees_it_in_the_preview_and_may_import_nothing_else(
    school: Importer, browse: Callable[[str], Client], settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    School.objects.filter(pk=school.school.pk).update(go_live_date=GO_LIVE)
    sent = SimpleUploadedFile("pupils.csv", SENT.encode())

    preview = browse("alma").post(f"{PAGE}preview/", {"kind": "pupils", "file": sent}).content.decode()

    assert TOLD in preview
    assert "Import pupils.csv" in preview
