"""The seal covers the lessons' registers: what is falsified there is found and named, and older seals still hold."""

import datetime as dt
import hmac
from collections.abc import Iterator

import pytest
from django_tenants.utils import schema_context, tenant_context

from attendance_mat import clock
from attendance_mat.trust.models import School
from registers.actions import sealing
from registers.models import LessonMark, LessonMarkAmendment, LessonRegister, Seal, SealedRows
from registers.rules import seal as rules
from registers.rules.seal import Heading, Kind, seal_digest
from tests.factories import make_mark, make_pupil, make_session
from tests.live import cloned_database
from tests.people import People
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)
from tests.registers.sealed import KEY, seal, tamper, verify

__all__ = ["cloned_database"]

MONDAY = dt.date(2026, 11, 23)

# What each does, and what the report says of it.
TAMPERING = {
    "a mark altered": (
        "UPDATE registers_lessonmark SET code = 'N' WHERE id = {marks[1]}",
        "lesson mark {marks[1]} (lessons of 2026-11-23, pupil {pupils[1]}) was altered after seal 1",
    ),
    "a note altered": (
        "UPDATE registers_lessonmark SET comment = 'Another' WHERE id = {marks[2]}",
        "lesson mark {marks[2]} (lessons of 2026-11-23, pupil {pupils[2]}) was altered after seal 1",
    ),
    "an amended mark altered": (
        "UPDATE registers_lessonmark SET code = 'N' WHERE id = {marks[0]}",
        "lesson mark {marks[0]} (lessons of 2026-11-23, pupil {pupils[0]}) is not what its amendments make it",
    ),
    "an amendment altered": (
        "UPDATE registers_lessonmarkamendment SET reason = 'Another' WHERE id = {amendment}",
        "lesson amendment {amendment} (lessons of 2026-11-23, of lesson mark {marks[0]}) was altered after seal 2",
    ),
    "a mark removed": (
        "DELETE FROM registers_lessonmark WHERE id = {marks[3]}",
        "lesson mark {marks[3]} (lessons of 2026-11-23) was removed after seal 1",
    ),
    "a mark added behind the seal": (
        'INSERT INTO registers_lessonmark SELECT (jsonb_populate_record(m, \'{{"id": 9000, "pupil_id": 9000}}\')).*'
        " FROM registers_lessonmark m WHERE id = {marks[1]}",
        "lesson mark 9000 (lessons of 2026-11-23, pupil 9000) was inserted behind the seal",
    ),
    "an amendment of nothing": (
        'INSERT INTO registers_lessonmarkamendment SELECT (jsonb_populate_record(a, \'{{"id": 9000, "mark_id":'
        " 8000}}')).* FROM registers_lessonmarkamendment a WHERE id = {amendment}",
        "lesson amendment 9000 (lessons whose register is gone, of lesson mark 8000) was inserted behind the seal; is"
        " of lesson mark 8000, which is not there",
    ),
    "a lesson made longer": (
        "UPDATE registers_lessonregister SET ends_at = ends_at + interval '1 hour' WHERE id = {register}",
        "lesson register {register} (lessons of 2026-11-23, lesson",
    ),
    "a register finished by another": (
        "UPDATE registers_lessonregister SET finished_by_id = finished_by_id + 1 WHERE id = {register}",
        "lesson register {register}, its finish, (lessons of 2026-11-23, lesson",
    ),
}


def taken(people: People, *, number: int = 4) -> LessonRegister:
    """Take Monday's first lesson, in which all were absent, and finish its register."""
    pupils = [make_pupil(surname="Secretname") for _ in range(number)]
    register = make_lesson_register(make_lesson(make_teaching_group("9A/Ma", *pupils), make_period()), MONDAY)
    for pupil, code in zip(pupils, ("N", "/", "ES", "L"), strict=False):
        make_lesson_mark(pupil, register, code, by=people.tess, comment="At the nurse").save()
    register.finished_by, register.finished_at = people.tess.user, clock.now()
    register.save(update_fields=["finished_by", "finished_at"])
    return register


def amended(register: LessonRegister, people: People) -> LessonMarkAmendment:
    """Say of the first pupil, once the register is finished, that they were there."""
    by, mark = people.alma, register.marks.order_by("pk")[0]
    return LessonMarkAmendment.objects.create(
        mark=mark, kind="amendment", amended_code="/", amended_comment="At the nurse", reason="Found with the nurse",
        source="office", amended_by=by.user, amended_by_name=by.name, amended_by_role=by.role, made_at=clock.now(),
        received_at=clock.now(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _key(settings: object) -> None:
    settings.REGISTER_SEAL_KEY = KEY


@pytest.fixture
def school(cloned_database: None) -> Iterator[School]:
    """Be in Alder Primary School, in a database that somebody may tamper with."""
    with schema_context("public"):
        school = School.objects.get(slug="alder-primary")
    with tenant_context(school):
        yield school


def test_a_lesson_s_register_is_sealed_and_what_is_lawfully_changed_passes(people: People) -> None:
    register = taken(people)
    seal(people.alder)
    amended(register, people)
    assert "1 lesson amendment" in verify()[1].partition("received since")[2]
    seal(people.alder)
    status, said = verify()
    assert status == 0, said
    assert "0 finishes, 4 lesson marks, 1 lesson amendment, 1 lesson register, 1 lesson finish; received" in said
    assert set(SealedRows.objects.values_list("session_id", "date")) == {(rules.day_number(MONDAY), MONDAY)}


def test_all_that_is_falsified_in_lessons_is_found_and_named(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    people = People(alder=school, birch=school)
    register = taken(people)
    seal(school)
    rows: dict[str, object] = {"amendment": amended(register, people).pk, "register": register.pk}
    seal(school)
    assert verify()[0] == 0, verify()[1]
    stored = LessonMark.objects.order_by("pk")
    rows |= {"marks": list(stored.values_list("pk", flat=True)), "pupils": list(stored.values_list("pupil", flat=True))}
    told = []
    for sql, says in TAMPERING.values():
        tamper(monkeypatch, sql.format(**rows))
        told.append(says.format(**rows))

    status, said = verify()

    assert status == 1
    assert [says for says in told if says not in said] == [], said
    assert "Secretname" not in said
    # And the next seal does not cover it up
    seal(school)
    assert [says for says in told if says not in verify()[1]] == []


def test_a_school_sealed_before_lessons_were_still_verifies_and_its_next_seal_covers_them(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given seals of the form that knew of no lessons, with lesson marks as old as they
    make_mark(make_pupil(), make_session(MONDAY), "N", by=people.tess)
    register = taken(people)
    bounds = sealing._bounds
    with monkeypatch.context() as then:
        then.setattr(rules, "FORM", 1)
        then.setattr(sealing, "_bounds", lambda: bounds()._replace(last_lesson_mark=0, last_lesson_amendment=0))
        seal(people.alder)
        before = seal(people.alder)
    assert (before.seal.form, Kind.LESSON_MARK in before.rows) == (1, False)

    # When the school verifies under this release, then all is as sealed and the lessons wait
    status, said = verify()
    assert status == 0, said
    assert "4 lesson marks" in said.partition("received since")[2]

    # And from the next seal on they are covered, whenever they were made
    assert seal(people.alder).rows[Kind.LESSON_MARK] == 4
    amended(register, people)
    assert seal(people.alder).rows == {Kind.LESSON_AMENDMENT: 1}
    assert verify()[0] == 0, verify()[1]
    assert list(Seal.objects.values_list("form", flat=True)) == [1, 1, 2, 2]


def test_a_seal_s_digest_of_the_first_form_is_what_it_always_was() -> None:
    moment = dt.datetime(2026, 11, 23, 2, 30, tzinfo=dt.UTC)
    first = Heading(7, "before", moment, 17, 3, 1, last_lesson_mark=9, last_lesson_amendment=9)
    was = hmac.new(b"key", b"7|before|2026-11-23 02:30:00+00:00|17|3|1|content", "sha256").hexdigest()
    assert seal_digest(b"key", first, [b"content"]) == was
    second = first._replace(form=2)
    assert seal_digest(b"key", second, []) != seal_digest(b"key", second._replace(last_lesson_mark=8), [])
