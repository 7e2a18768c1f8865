"""A back-up comes back whole into an empty school, and nowhere else; one that was altered does not."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.accounts.models import User
from attendance_mat.keeping.models import Archive
from attendance_mat.keeping.queries.archiving import archived_models, columns_of
from attendance_mat.keeping.rules.archive import signature
from attendance_mat.published.models import SealCopy
from attendance_mat.trust.models import Enrolment, School
from registers.models import Mark, MarkAmendment, Pupil
from tests.conftest import MONDAY_MORNING
from tests.factories import amend, make_contact, make_mark, make_session
from tests.keeping.owner import owner_runs, runs
from tests.people import People
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)
from tests.registers.sealed import MONDAY, SealedSchool, verify


def school(slug: str) -> School:
    with schema_context("public"):
        return School.objects.get(slug=slug)


def rows_of(slug: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every archived table."""
    found = {}
    with tenant_context(school(slug)), connection.cursor() as cursor:
        for model in archived_models():
            columns = ", ".join(f'"{each}"' for each in columns_of(model))
            cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY 1")
            found[model._meta.db_table] = cursor.fetchall()
    return found


@pytest.fixture
def backed_up(cloned_database: None, archives: Path) -> Path:
    """Back up Alder, which has sealed marks, amendments, a contact and a lesson's mark; return the archive."""
    with tenant_context(school("alder-primary")):
        sealed = SealedSchool(school("alder-primary"))
        make_contact(sealed.pupils[0], address='1 "Quoted" Road,\nÉxampleton', email="")
        lesson = make_lesson(make_teaching_group("9A/Ma", sealed.pupils[0]), make_period())
        make_lesson_mark(sealed.pupils[0], make_lesson_register(lesson, MONDAY), "ES", by=sealed.people.tess).save()
    status, said = runs("back_up", "alder-primary", "--month", "2026-11")
    assert status == 0, said
    with tenant_context(school("alder-primary")):
        return archives / Archive.objects.get().place


def test_every_row_comes_back_as_it_was_and_the_seals_hold(backed_up: Path) -> None:
    before = rows_of("alder-primary")
    assert len(before["registers_mark"]) == 6
    assert len(before["registers_markamendment"]) == 2
    assert len(before["registers_seal"]) == 3
    assert len(before["registers_lessonmark"]) == 1

    status, said = owner_runs("restore_archive", "birch-high", str(backed_up))

    assert (status, "6 marks, 2 amendments, 3 seals" in said) == (0, True), said
    after = rows_of("birch-high")
    for table, rows in before.items():
        assert after[table] == rows, table
    assert verify("birch-high")[0] == 0, verify("birch-high")[1]
    with schema_context("public"):
        assert SealCopy.objects.filter(school__slug="birch-high").count() == 3
        assert Enrolment.objects.filter(school__slug="birch-high").count() == len(before["registers_rollperiod"])


def test_what_is_entered_after_a_restoration_is_numbered_on_and_stamped(backed_up: Path) -> None:
    owner_runs("restore_archive", "birch-high", str(backed_up))

    birch = school("birch-high")
    with tenant_context(birch):
        cast = People(alder=birch, birch=birch)
        cast._users = {user.email.partition("@")[0]: user for user in User.objects.filter(is_machine=False)}
        last = Mark.objects.latest("pk").pk
        mark = make_mark(Pupil.objects.first(), make_session(MONDAY), "N", by=cast.member("cass"))
        assert mark.pk > last
        amend(mark, "I", by=cast.member("cass"), at=MONDAY_MORNING)
        mark.refresh_from_db()
        assert (mark.code, mark.changes) == ("I", 1)
        assert MarkAmendment.objects.get(mark=mark).number == 1
    assert verify("birch-high")[0] == 0


def test_a_school_that_has_a_mark_is_refused_and_keeps_it(backed_up: Path) -> None:
    before = rows_of("alder-primary")

    status, said = owner_runs("restore_archive", "alder-primary", str(backed_up))

    assert status == 1
    assert "Alder Primary School is not empty" in said
    assert rows_of("alder-primary") == before


def altered(path: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """Return the archive with one of its files changed, or left out."""
    other = path.with_name("altered.zip")
    with ZipFile(path) as old, ZipFile(other, "w", ZIP_DEFLATED) as new:
        for each in old.namelist():
            content = change(old.read(each)) if each == name else old.read(each)
            if content is not None:
                new.writestr(each, content)
    return other


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("tables/registers_mark.csv", lambda data: data.replace(b",N,", b",/,", 1), "mark.csv was altered"),
        ("tables/registers_mark.csv", lambda data: None, "tables/registers_mark.csv is missing"),
        ("registers.pdf", lambda data: data + b"x", "registers.pdf was altered"),
        ("manifest.json", lambda data: data.replace(b"2026-11", b"2026-10"), "manifest.json is not what was signed"),
        ("manifest.json", lambda data: b"[]", "manifest.json cannot be read"),
        ("manifest.json", lambda data: None, "manifest.json is missing"),
        ("manifest.sig", lambda data: b"\xff" * 64, "manifest.json is not what was signed"),
    ],
)
def test_an_altered_archive_is_refused_and_the_file_is_named(
    backed_up: Path, name: str, change: Callable[[bytes], bytes | None], words: str
) -> None:
    status, said = owner_runs("restore_archive", "birch-high", str(altered(backed_up, name, change)))

    assert status == 1
    assert words in said
    assert not any(rows_of("birch-high").values())


def signed_anew(path: Path, name: str, change: Callable[[bytes], bytes], *, called: str = "") -> Path:
    """Return the archive with one of its files changed, or under another name, signed as its keeper could."""
    other, key = path.with_name("signed.zip"), settings.REGISTER_SEAL_KEY.encode()
    with ZipFile(path) as old:
        files = {each: old.read(each) for each in old.namelist()}
    content = change(files[name] if called else files.pop(name))
    files[called or name] = content
    said = json.loads(files["manifest.json"])
    said["files"][called or name] = {**said["files"][name], "sha256": hashlib.sha256(content).hexdigest()}
    files["manifest.json"] = json.dumps(said).encode()
    files["manifest.sig"] = signature(files["manifest.json"], key=key).encode()
    with ZipFile(other, "w", ZIP_DEFLATED) as new:
        for each, content in files.items():
            new.writestr(each, content)
    return other


def without_last_column(data: bytes) -> bytes:
    """Return a table's rows without their last column, a number."""
    return b"".join(line.rsplit(b",", 1)[0] + b"\n" for line in data.splitlines())


def test_what_was_signed_and_is_not_as_it_was_sealed_or_is_of_another_trust_is_refused(backed_up: Path) -> None:
    marks, address = "tables/registers_mark.csv", User.objects.get(name="Tess Lindqvist").email.encode()
    for name, change, called, words in (
        (marks, lambda data: data, "tables/registers_nothing.csv", "registers_nothing.csv is of a table that is not"),
        (marks, lambda data: data.replace(b"code", b"kode", 1), "", "has columns that are not here: kode"),
        (marks, lambda data: data.replace(b",N,", b",I,", 1), "", "What the archive holds is not as it was sealed"),
        ("people.csv", lambda data: data.replace(address, b"another@kestrel.invalid"), "", "have another number here"),
    ):
        status, said = owner_runs(
            "restore_archive", "birch-high", str(signed_anew(backed_up, name, change, called=called))
        )
        assert (status, words in said) == (1, True), said
        assert not any(rows_of("birch-high").values())


def test_a_column_that_a_later_release_added_takes_its_usual_value(backed_up: Path) -> None:
    before = rows_of("alder-primary")["registers_lessonmark"]
    older = signed_anew(backed_up, "tables/registers_lessonmark.csv", without_last_column)
    status, said = owner_runs("restore_archive", "birch-high", str(older))
    assert status == 0, said
    assert rows_of("birch-high")["registers_lessonmark"] == before  # nobody had changed it: 0, as is usual


def test_what_is_no_archive_or_is_under_another_key_is_refused(
    backed_up: Path, tmp_path: Path, settings: object
) -> None:
    stray = tmp_path / "stray.zip"
    stray.write_bytes(b"PK no zip")
    assert "damaged or is no archive" in owner_runs("restore_archive", "birch-high", str(stray))[1]
    assert "There is no file" in owner_runs("restore_archive", "birch-high", str(tmp_path / "none.zip"))[1]
    settings.REGISTER_SEAL_KEY = "another key, that is long enough for it"
    assert "another key" in owner_runs("restore_archive", "birch-high", str(backed_up))[1]


def test_a_stored_archive_that_was_replaced_by_another_is_found(backed_up: Path) -> None:
    name = f"alder-primary/{backed_up.name}"
    status, said = runs("verify_archive", "alder-primary", name)
    assert (status, "is as it was made" in said) == (0, True), said

    runs("back_up", "alder-primary", "--month", "2026-10")
    later = next(path for path in backed_up.parent.iterdir() if path.name.startswith("2026-10"))
    shutil.copy(later, backed_up)
    status, said = runs("verify_archive", "alder-primary", name)
    assert (status, "is another file than was made" in said) == (1, True), said

    backed_up.write_bytes(b"PK no zip")
    assert "damaged or is no archive" in runs("verify_archive", "alder-primary", name)[1]

    backed_up.unlink()
    assert "is not in the storage" in runs("verify_archive", "alder-primary", name)[1]


def test_the_archive_is_readable_by_its_keeper_alone(backed_up: Path, archives: Path) -> None:
    assert backed_up.stat().st_mode & 0o777 == 0o600
    assert archives.stat().st_mode & 0o777 == 0o700
    assert backed_up.parent.stat().st_mode & 0o777 == 0o700
