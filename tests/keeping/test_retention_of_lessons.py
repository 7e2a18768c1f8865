"""Lesson marks are kept as long as statutory ones, and the seal holds once they have gone."""

import datetime as dt

import pytest
from django_tenants.utils import tenant_context

from registers.models import LessonMark, LessonMarkAmendment
from tests.factories import make_pupil
from tests.keeping.kept import Clock, KeptSchool, at
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)
from tests.registers.sealed import seal, verify

MADE = dt.date(2025, 11, 3)


@pytest.fixture
def kept(it_becomes: Clock) -> KeptSchool:
    return KeptSchool(it_becomes)


def test_after_six_years_a_lesson_s_marks_go_and_the_registers_are_as_sealed(kept: KeptSchool) -> None:
    # Given a lesson's register that is sealed, with a mark amended a week later
    kept.it_becomes(at(MADE))
    with tenant_context(kept.school):
        pupil, other = make_pupil(), make_pupil()
        lesson = make_lesson(make_teaching_group("9A/Ma", pupil, other), make_period())
        register = make_lesson_register(lesson, MADE)
        for each in (pupil, other):
            make_lesson_mark(each, register, "N", by=kept.people.tess).save()
    kept.it_becomes(at(MADE + dt.timedelta(days=7)))
    with tenant_context(kept.school):
        by = kept.people.alma
        LessonMarkAmendment.objects.create(
            mark=LessonMark.objects.get(pupil=other), kind="amendment", amended_code="/", reason="Was with the nurse",
            source="office", amended_by=by.user, amended_by_name=by.name, amended_by_role=by.role,
            made_at=at(MADE + dt.timedelta(days=7)), received_at=at(MADE),
        )  # fmt: skip
        register.finished_by, register.finished_at = by.user, at(MADE)
        register.save(update_fields=["finished_by", "finished_at"])
        seal(kept.school)

    # When the six years of the one are over it goes; the amended one stays as long as its amendment, with its register
    said = kept.disposes_on(dt.date(2031, 11, 3))[1]
    assert "Disposed of: 1 lesson marks with their amendments." in said, said
    said = kept.disposes_on(dt.date(2031, 11, 10))[1]
    assert "1 lesson marks with their amendments, 1 lesson registers" in said, said

    # Then nothing is missed by the seal
    status, said = verify()
    assert status == 0, said
    assert "2 lesson marks, 1 lesson amendment, 1 lesson register, 1 lesson finish" in said.partition("disposed of")[2]
