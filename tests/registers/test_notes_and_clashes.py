"""Notes beside marks, and what each of two people on one register is told of the other (decision 7)."""

import datetime as dt

import pytest

from registers.models import Mark, MarkAmendment, Pupil, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil
from tests.registers.a_lesson import Lesson, lesson
from tests.registers.test_save_protocol import pupil, register, row, send
from tests.registers.test_taking_page import Form

__all__ = ["lesson", "pupil", "register", "send"]


@pytest.fixture
def form(browse, register: Register) -> Form:
    """Return the page of a register of two children."""
    make_pupil(group=make_group())
    return Form(browse("tess"), register)


@pytest.fixture
def pupils(form: Form) -> list[Pupil]:
    return list(Pupil.objects.order_by("pk"))


def clash(response) -> dict[str, str]:
    answer = response.json()["rows"][0]
    assert answer["outcome"] == "clash"
    return answer


def test_a_clash_tells_both_values_both_names_and_both_times(send, pupil: Pupil, it_is) -> None:
    it_is(dt.datetime(2026, 11, 23, 8, 52, 4, tzinfo=LONDON))
    send(row(pupil, "N"), by="alma")
    it_is(dt.datetime(2026, 11, 23, 8, 53, 30, tzinfo=LONDON))
    answer = clash(send(row(pupil, "/", made_at="2026-11-23T08:53:10Z")))
    assert "Alma Reyes entered “Reason not yet established” at 08:5" in answer["why"]
    assert "and it stands. Tess Lindqvist chose “Present, morning” at 08:53:10: not saved." in answer["why"]


def test_who_worked_meanwhile_is_the_office_a_colleague_or_oneself_on_another_page(send, pupil: Pupil) -> None:
    send(row(pupil, "N"), by="alma")
    assert clash(send(row(pupil, "/")))["whose"] == "the office"
    send(row(pupil, "/", base=1))
    assert clash(send(row(pupil, "N", base=1)))["whose"] == "you on another page"
    assert clash(send(row(pupil, "I", base=1), by="alma"))["whose"] == "Tess Lindqvist"


def test_a_lessons_clash_tells_the_same(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    answer = lesson.press("save", (0, {"mark": "/", "seen": "0|||"}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Tess Lindqvist entered “Absent” at 09:0" in html
    assert "Tess Lindqvist chose “Present” at 09:0" in html


def test_a_note_is_kept_with_its_mark_until_it_is_changed_or_taken_away(send, pupil: Pupil) -> None:
    def note_after(code: str, base: int, **fields: str) -> str:
        answer = send(row(pupil, code, base=base, **fields)).json()["rows"][0]
        assert answer["outcome"] in {"saved", "same"}
        assert answer["comment"] == Mark.objects.get().comment
        return answer["comment"]

    assert note_after("N", 0, comment="Seen at the gate") == "Seen at the gate"
    assert note_after("/", 1) == "Seen at the gate"
    assert note_after("/", 2, comment="In the hall") == "In the hall"
    assert note_after("/", 3, comment="") == ""


def test_a_cleared_mark_takes_its_note_along_and_the_next_one_begins_without(send, pupil: Pupil) -> None:
    send(row(pupil, "N", comment="Seen at the gate"))
    cleared = send(row(pupil, "", base=1)).json()["rows"][0]
    assert (cleared["outcome"], cleared["comment"]) == ("saved", "")
    after = send(row(pupil, "/", base=2)).json()["rows"][0]
    assert (after["outcome"], after["comment"], Mark.objects.get().comment) == ("saved", "", "")
    # What it said is on record
    assert MarkAmendment.objects.get(number=1).original_comment == "Seen at the gate"


def test_a_note_is_written_and_taken_away_without_a_script(form: Form, pupils: list[Pupil]) -> None:
    first, second = (pupil.pk for pupil in pupils[:2])
    form.press("save", **{f"mark_{first}": "/", f"note_{first}": "Left at the gate | by dad"})
    assert Mark.objects.get().comment == "Left at the gate | by dad"
    # A page that showed it and sends it back changes nothing; a note without a mark is asked for its mark, not lost
    html = form.press("save", **{f"note_{first}": "Left at the gate | by dad", f"note_{second}": "Rang in"})
    assert "Choose a mark: the note is kept with it." in html
    assert Mark.objects.get().changes == 0
    form.press("save", **{f"note_{first}": ""})
    assert (Mark.objects.get().comment, Mark.objects.get().changes) == ("", 1)


def test_a_note_beside_a_late_mark_moves_no_minute(form: Form, pupils: list[Pupil], it_is) -> None:
    it_is(dt.datetime(2026, 11, 23, 9, 0, 40, tzinfo=LONDON))
    first = pupils[0].pk
    form.press("save", **{f"mark_{first}": "late", f"time_{first}": "08:59"})
    before = Mark.objects.get()
    form.press("save", **{f"note_{first}": "Dentist"})
    after = Mark.objects.get()
    assert (after.comment, after.code, after.arrived_at) == ("Dentist", "L", before.arrived_at)


def test_the_note_of_a_mark_that_a_classroom_may_not_see_is_not_told_either(send, pupil: Pupil) -> None:
    send(row(pupil, "I", comment="Rang in: a temperature"), by="alma")
    refused = send(row(pupil, "/", base=1)).json()["rows"][0]
    assert (refused["outcome"], refused["comment"]) == ("refused", "")
    assert clash(send(row(pupil, "/"), by="alma"))["comment"] == "Rang in: a temperature"
