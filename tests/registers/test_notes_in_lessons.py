"""A lesson's mark takes a note as a statutory one does, and is held to the same moments."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest

from registers.models import LessonMark, LessonMarkAmendment
from tests.factories import make_pupil
from tests.registers.a_lesson import AFTER_IT, IN_THE_LESSON, LOG_IN, SCHOOL, Browse, Lesson, lesson
from tests.registers.lessons import make_lesson_mark

__all__ = ["lesson"]

Moment = Callable[[dt.datetime], None]


def sent(lesson: Lesson, code: str, base: int, **fields: str) -> dict[str, str]:
    """Send one row for the first pupil as the page's script does; return its answer."""
    row = {"pupil": lesson.pupils[0].pk, "code": code, "base": base, "made_at": IN_THE_LESSON.isoformat(), **fields}
    answer = lesson.client.post(
        f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/",
        json.dumps({"key": str(uuid4()), "rows": [row]}), content_type="application/json",
    )  # fmt: skip
    return answer.json()["rows"][0]


def test_a_note_is_kept_with_a_lesson_s_mark_until_it_is_changed_or_taken_away(lesson: Lesson) -> None:
    lesson.open()
    assert sent(lesson, "N", 0, comment="Seen at the gate")["comment"] == "Seen at the gate"
    assert sent(lesson, "/", 1)["comment"] == "Seen at the gate"
    assert sent(lesson, "/", 2, comment="In the hall")["comment"] == "In the hall"
    assert sent(lesson, "/", 3, comment="In the hall")["outcome"] == "same"
    clash = sent(lesson, "N", 1)
    assert (clash["outcome"], clash["comment"]) == ("clash", "In the hall")
    assert sent(lesson, "/", 3, comment="")["comment"] == LessonMark.objects.get().comment == ""
    said = LessonMarkAmendment.objects.values_list("original_comment", "amended_comment")
    assert list(said) == [("Seen at the gate", "Seen at the gate"), ("Seen at the gate", "In the hall"),
                          ("In the hall", "")]  # fmt: skip


def test_a_note_is_written_and_taken_away_without_a_script(lesson: Lesson) -> None:
    first, second = (pupil.pk for pupil in lesson.pupils[:2])
    lesson.open()
    lesson.press("save", (0, {"mark": "ES", "place": "Nurse | office", "until": "09:30", "note": "Felt | sick"}))
    html = lesson.client.get(lesson.address).text
    assert 'value="1|ES|,09:30,Nurse%20%7C%20office|Felt | sick"' in html
    assert html.count("Felt | sick") == 3  # in the row, in its field, and as seen
    # A page that showed it and sends it back changes nothing; a note without a mark is asked for its mark, not lost
    seen = {f"seen-{first}": "1|ES|,09:30,Nurse%20%7C%20office|Felt | sick", f"mark-{first}": "ES",
            f"place-{first}": "Nurse | office", f"until-{first}": "09:30"}  # fmt: skip
    both = {f"note-{first}": "Felt | sick", f"note-{second}": "Rang in"}
    html = lesson.client.post(lesson.address, {"do": "save", **seen, **both}).text
    assert "Choose a mark: the note is kept with it." in html
    assert 'value="Rang in"' in html
    assert LessonMark.objects.get().changes == 0
    lesson.client.post(lesson.address, {"do": "save", **seen, f"note-{first}": ""})
    mark = LessonMark.objects.get()
    assert (mark.comment, mark.place, mark.changes) == ("", "Nurse | office", 1)


def test_a_cleared_mark_s_note_does_not_come_back_with_the_next(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N", "note": "Seen at the gate"}))
    lesson.press(f"clear-{lesson.pupils[0].pk}", (0, {}))
    lesson.press("save", (0, {"mark": "/"}))
    assert (LessonMark.objects.get().code, LessonMark.objects.get().comment) == ("/", "")
    assert LessonMarkAmendment.objects.first().original_comment == "Seen at the gate"


def test_once_the_lesson_is_over_a_note_is_an_amendment_with_a_reason(lesson: Lesson, it_is: Moment) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    it_is(AFTER_IT)
    assert 'for="note-' in lesson.client.get(lesson.address).text
    refused = lesson.press("save", (0, {"mark": "N", "note": "Was with me"}))
    assert "say why the mark is amended" in refused.text
    assert 'value="Was with me"' in refused.text
    lesson.press("save", (0, {"mark": "N", "note": "Was with me", "reason": "I remember now"}))
    change = LessonMarkAmendment.objects.get()
    assert (change.kind, change.original_comment, change.amended_comment) == ("amendment", "", "Was with me")


@pytest.mark.parametrize(
    ("made_at", "outcome"),
    [
        (IN_THE_LESSON.replace(hour=8, minute=29), "refused"),  # before the register could be taken
        (IN_THE_LESSON.replace(minute=0), "refused"),  # before what it would change was there to be seen
        (IN_THE_LESSON.replace(minute=20), "saved"),
    ],
)
def test_made_offline_is_no_way_round_a_reason(
    lesson: Lesson, it_is: Moment, made_at: dt.datetime, outcome: str
) -> None:
    lesson.open()
    it_is(IN_THE_LESSON.replace(minute=10))
    lesson.press("save", (0, {"mark": "N"}))
    it_is(AFTER_IT)
    row = {"pupil": lesson.pupils[0].pk, "code": "/", "base": 1, "made_at": made_at.isoformat()}
    answer = lesson.client.post(
        f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/",
        json.dumps({"key": str(uuid4()), "rows": [row]}), content_type="application/json",
    ).json()["rows"][0]  # fmt: skip
    assert (answer["outcome"], LessonMark.objects.get().code) == (outcome, "/" if outcome == "saved" else "N")


def test_a_first_mark_dated_before_the_lesson_could_be_taken_is_not_called_made_offline(
    lesson: Lesson, it_is: Moment
) -> None:
    lesson.open()
    it_is(AFTER_IT)
    assert sent(lesson, "N", 0, made_at=IN_THE_LESSON.replace(hour=7).isoformat())["outcome"] == "saved"
    assert LessonMark.objects.get().source == "teacher"


def test_the_record_of_a_lesson_has_each_mark_s_note_and_every_change_with_its_reason(
    lesson: Lesson, browse: Browse, it_is: Moment
) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "late", "minutes": "8", "note": "Missed the bus"}), (1, {"mark": "N"}))
    lesson.press("save", (1, {"mark": "ES", "place": "Music"}))
    it_is(AFTER_IT)
    lesson.press("save", (0, {"mark": "/", "note": "", "reason": "The bus was in time"}))
    page = f"{lesson.address}record/"
    html = browse("alma").get(page).text
    assert f'href="{page}"' in browse("alma").get(lesson.address).text
    for words in ("Late, 8 minutes", "Missed the bus", "The bus was in time", "Elsewhere on site: Music",
                  "Tess Lindqvist", "Corrected while the register was open", "Not finished."):  # fmt: skip
        assert words in html, words
    assert browse("alma").get(page.replace(str(lesson.register.pk), "999")).status_code == 404


def test_the_record_costs_the_same_for_two_marks_as_for_twenty(
    lesson: Lesson, browse: Browse, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    lesson.open()
    client, page = browse("alma"), f"{lesson.address}record/"
    for more in (0, 20):
        for _ in range(more):
            make_lesson_mark(make_pupil(), lesson.register, "N", by=lesson.people.tess).save()
        lesson.press("save", (0, {"mark": "/" if more else "N"}))
        with django_assert_max_num_queries(LOG_IN + 4):
            assert client.get(page).status_code == 200
