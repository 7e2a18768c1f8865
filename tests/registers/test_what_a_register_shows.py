"""What stands beside a child on a register, to whom, and what paper and the projector leave out (decision 6)."""

import datetime as dt

import pytest

from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import GRANTS, Role
from registers.actions.expecting import expect_absence
from registers.models import Characteristic, LessonMark, LessonRegister, Mark, Register
from registers.rules.day import tally_words
from registers.rules.flags import FLAGS, flags_of
from registers.rules.lessons import tally_words as lesson_tally
from tests.factories import make_group, make_mark, make_pupil
from tests.people import SINCE, People
from tests.registers.a_lesson import SCHOOL, Lesson, lesson
from tests.registers.lessons import DETAIL
from tests.registers.test_classroom_sees import page, register

__all__ = ["lesson", "register"]
TODAY = dt.date(2026, 11, 23)
SECRET = sorted(set(Characteristic.Kind.values) - set(FLAGS))


def test_only_learning_and_medical_needs_are_flags() -> None:
    assert set(FLAGS) == {"medical", "ehc_plan", "sen"}
    assert [flag.letters for flag in flags_of({"sen", "ehc_plan", "medical", "child_protection"})] == ["Med", "EHC"]
    assert [flag.letters for flag in flags_of({"sen"})] == ["SEN"]
    assert flags_of(set()) == []


@pytest.mark.parametrize("kind", SECRET)
@pytest.mark.parametrize("who", ["tess", "sadie", "ben"])
def test_care_protection_court_and_means_never_stand_on_a_register(
    browse, register: Register, kind: str, who: str
) -> None:
    pupil = make_pupil(group=make_group())
    bare = page(browse, who, register).count('class="flag"')
    Characteristic.objects.create(pupil=pupil, kind=kind, from_date=SINCE)
    html = page(browse, who, register)
    assert html.count('class="flag"') == bare == 0
    assert Characteristic.Kind(kind).label not in html


def test_a_need_is_flagged_for_who_teaches_the_child_explained_and_never_projected(browse, register: Register) -> None:
    pupil = make_pupil(group=make_group())
    Characteristic.objects.create(pupil=pupil, kind="medical", from_date=SINCE)
    Characteristic.objects.create(pupil=pupil, kind="sen", value="K", from_date=SINCE, until_date=TODAY)  # is over
    html = page(browse, "tess", register)
    assert '<span class="flag">Med</span> medical condition' in html
    assert "SEN" not in html
    assert 'class="flag"' not in page(browse, "tess", register, "?projector")
    # The permission goes with the classroom and the office; a cover person of one day has it not
    may = {role for role in Role if Permission.SEE_NEEDS in GRANTS[role]}
    assert may == {role for role in Role if Permission.TAKE_REGISTER in GRANTS[role]} - {Role.COVER}


def test_a_lesson_has_the_same_flags_and_its_last_five_lessons(lesson: Lesson) -> None:
    lesson.open()
    register, address = lesson.register, lesson.address
    Characteristic.objects.create(pupil=lesson.pupils[0], kind="ehc_plan", from_date=SINCE)
    for days, code in enumerate(["N", "/", "L", "ES", "/", "/"], start=1):
        at = register.starts_at - dt.timedelta(days=7 * days)
        taken = LessonRegister.objects.create(
            lesson=lesson.lesson, date=at.date(), starts_at=at, ends_at=at + dt.timedelta(hours=1), opened_at=at,
            taken_at=at, taken_by=lesson.people.tess.user,
        )  # fmt: skip
        LessonMark.objects.create(
            pupil=lesson.pupils[0], register=taken, code=code, made_by=lesson.people.tess.user, made_by_name="Tess",
            made_by_role="teacher", made_at=at, received_at=at, source="teacher", **DETAIL.get(code, {}),
        )  # fmt: skip
    html = lesson.client.get(address).content.decode()
    assert '<span class="flag">EHC</span>' in html
    assert html.count("<abbr") == 5
    assert html.index('title="Late">L<') < html.index('title="Absent">N<')  # earliest first
    projected = lesson.client.get(f"{address}?projector").content.decode()
    assert projected.count("<abbr") + projected.count('class="flag"') == 0


@pytest.mark.parametrize("code", ["Y5", "E", "M"])
def test_paper_says_no_more_than_a_classroom_may_know_whoever_prints(
    browse, register: Register, people: People, monday_morning: dt.datetime, code: str
) -> None:
    away, marked = make_pupil(group=make_group()), make_pupil(group=make_group())
    leave = {"from_date": TODAY, "until_date": TODAY + dt.timedelta(days=1), "halves": "am", "origin": "office"}
    expect_absence(away, **leave, code=code, nature="At court", by=people.ben, at=monday_morning)
    make_mark(marked, register.session, code, by=people.alma, register=register)
    # The office's page has the reason, in cells that paper leaves out, and "Not expected" for paper alone
    html = page(browse, "alma", register)
    for pupil in (away, marked):
        cell = html[html.index(f'id="pupil-{pupil.pk}"') :]
        cell = cell[cell.index('<td class="row-mark') : cell.index("</td>", cell.index('<td class="row-mark'))]
        assert cell.startswith('<td class="row-mark off-paper">')
        assert '<span class="print-only">Not expected</span>' in cell
    # And the teacher's has nothing that paper would have to leave out
    assert "Not expected" in page(browse, "tess", register)
    assert f">{code}<" not in page(browse, "tess", register)


def test_a_finished_register_says_who_when_and_how_many(browse, register: Register, people: People) -> None:
    for code in ("/", "/", "N", "I"):
        make_mark(make_pupil(group=make_group()), register.session, code, by=people.alma, register=register)
    browse("tess").post(f"{SCHOOL}/registers/{register.pk}/", {"do": "finish"})
    assert "by Tess Lindqvist: 2 present, 1 absent, 1 not expected" in page(browse, "tess", register)


def test_counts_in_words_leave_out_what_there_is_none_of() -> None:
    assert tally_words(["/", "L", "U", "N", "I", "Y5", "B", ""], on=TODAY) == (
        "1 present, 2 late, 1 absent, 3 not expected, 1 without a mark"
    )
    assert tally_words([], on=TODAY) == ""
    assert lesson_tally(["/", "N", "L", "ES", ""]) == (
        "1 present, 1 absent, 1 late, 1 elsewhere on site, 1 not expected"
    )


def test_a_mark_is_taken_back_without_a_script_and_only_what_was_seen(
    browse, register: Register, people: People
) -> None:
    pupil = make_pupil(group=make_group())
    make_mark(pupil, register.session, "N", by=people.tess, register=register)
    address, client = f"{SCHOOL}/registers/{register.pk}/", browse("tess")
    # A page that is stale is told, and clears nothing
    stale = client.post(address, {"do": f"clear-{pupil.pk}", f"seen-{pupil.pk}": "0|||", f"mark-{pupil.pk}": "N"})
    assert stale.status_code == 422
    assert "chose “No mark” at" in stale.content.decode()
    client.post(address, {"do": f"clear-{pupil.pk}", f"seen-{pupil.pk}": "1|N||", f"mark-{pupil.pk}": "/"})
    assert (Mark.objects.get().code, Mark.objects.get().changes) == ("", 1)
    # A pupil who is not there is no fault of the page's
    assert client.post(address, {"do": "clear-999999"}).status_code == 422


def test_a_lessons_mark_is_taken_back_the_same_way(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    lesson.press(f"clear-{lesson.pupils[0].pk}", (0, {"mark": "N"}))
    assert lesson.said() == [("", None, "")]
