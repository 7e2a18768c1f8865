"""Taking a lesson's register, by the save protocol, and the statutory register that stays as it is."""

import datetime as dt
import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from attendance_mat.audit.models import AuditEvent, Event
from registers.models import (
    ExpectedMark,
    FamilyTie,
    LessonMark,
    Mark,
)
from registers.queries.measures import school_measures
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.registers.a_lesson import AFTER_IT, IN_THE_LESSON, SCHOOL, TODAY, Browse, Lesson, lesson
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

__all__ = ["lesson"]


def test_the_start_page_lists_the_teachers_lessons_of_today_and_opens_one_in_one_press(lesson: Lesson) -> None:
    make_lesson(make_teaching_group("9B/Ma"), make_period(3), teacher=lesson.people.tess.user)
    make_lesson(make_teaching_group("9C/Ma"), make_period())  # of nobody
    html = lesson.client.get(f"{SCHOOL}/").content.decode()
    assert "Take 9A/Ma" in html
    assert "Later today" in html
    assert "9C/Ma" not in html
    answer = lesson.open()
    assert answer.url == f"{SCHOOL}/lesson-registers/{lesson.register.pk}/"
    assert AuditEvent.objects.filter(kind=Event.LESSON_REGISTER_OPENED).count() == 1
    assert lesson.open().url == answer.url
    assert "In progress" in lesson.client.get(f"{SCHOOL}/").content.decode()


def test_a_register_is_taken_and_finished_and_the_statutory_marks_stay(lesson: Lesson) -> None:
    lesson.open()
    # When one is absent, one eight minutes late, and everyone else there
    lesson.press("save", (0, {"mark": "N"}), (1, {"mark": "late", "minutes": "8"}))
    lesson.press("everyone-1")
    done = lesson.client.post(lesson.address, {"do": "finish"}, follow=True)
    # Then the lesson says so, its register is finished, and the mark of the morning is what it was
    assert "The lesson&#x27;s register is finished." in done.content.decode()
    assert lesson.said() == [("N", None, ""), ("L", 8, ""), ("/", None, "")]
    assert (lesson.register.finished_by, lesson.register.taken_by) == (lesson.people.tess.user,) * 2
    assert list(Mark.objects.values_list("code", "changes")) == [("/", 0)] * 3
    event = AuditEvent.objects.get(kind=Event.LESSON_REGISTER_FINISHED)
    assert event.detail["codes"] == {"N": 1, "L": 1, "/": 1}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"mark": "late"}, "Say how many minutes late."),
        ({"mark": "late", "minutes": "eight"}, "Enter whole minutes, such as 8."),
        ({"mark": "late", "minutes": "0"}, "The minutes late are more than none and no more than the lesson has."),
        ({"mark": "late", "minutes": "61"}, "The minutes late are more than none and no more than the lesson has."),
        ({"mark": "ES"}, "Say where the child is."),
        ({"mark": "ES", "place": "  "}, "Say where the child is."),
        ({"mark": "ES", "place": "Nurse", "until": "soon"}, "Enter when the child is expected back, such as 10:30."),
        ({"mark": "ES", "place": "Nurse", "until": "08:00"},
         "The child is expected back before the lesson began: enter a later time."),
        ({"mark": "I"}, "Choose present, absent, late or elsewhere on site."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_the_child_and_nothing_is_lost(
    lesson: Lesson, cells: dict[str, str], words: str
) -> None:
    lesson.open()
    answer = lesson.press("finish", (0, cells), (1, {"mark": "N"}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count(words) == 2  # at the head, and in the row
    assert f'value="{cells.get("minutes", "")}"' in html
    assert lesson.said() == [("N", None, "")]


def test_elsewhere_on_site_says_where_and_until_when(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "ES", "place": "Music", "until": "09:30"}))
    mark = LessonMark.objects.get()
    assert (mark.code, mark.place, mark.until_at) == ("ES", "Music", IN_THE_LESSON + dt.timedelta(minutes=30))
    assert "Back at 09:30" in lesson.client.get(lesson.address).content.decode()


def test_the_page_shows_what_registration_said_and_leaves_out_who_was_absent_then(lesson: Lesson) -> None:
    late = make_pupil(forename="Dee", dob=dt.date(2013, 3, 4), year=9, group=make_group("9A"))
    make_mark(late, make_session(TODAY), "N", by=lesson.people.alma, group=make_group("9A"),
              made_at=IN_THE_LESSON - dt.timedelta(minutes=20))  # fmt: skip
    make_teaching_group("9A/Ma", late)
    lesson.open()
    html = lesson.client.get(lesson.address).content.decode()
    assert html.count('<td class="row-registered">Present') == 3
    assert "Not there at registration: mark by hand." in html
    assert 'value="everyone-3"' in html
    lesson.press("everyone-3")
    assert not LessonMark.objects.filter(pupil=late).exists()
    assert "1 child has no mark yet." in lesson.client.post(lesson.address, {"do": "finish"}).content.decode()


def test_who_is_not_expected_is_shown_without_the_reason_and_is_not_absent(lesson: Lesson) -> None:
    people = lesson.people
    ExpectedMark.objects.create(
        pupil=lesson.pupils[0], from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), code="E", origin="office",
        granted_by=people.alma.user, granted_by_name="Alma", granted_by_role="attendance_officer",
        granted_at=IN_THE_LESSON,
    )  # fmt: skip
    Mark.objects.all()  # the registration's marks stay beside it
    lesson.open()
    html = lesson.client.get(lesson.address).content.decode()
    assert "Not expected" in html
    assert "uspen" not in html
    answer = lesson.press("save", (0, {"mark": "N"}))
    assert "This child is not expected: leave the mark empty" in answer.content.decode()
    # but one who came is marked all the same, and the register is finished without the others
    lesson.press("everyone-2")
    assert lesson.client.post(lesson.address, {"do": "finish"}).status_code == 302
    assert LessonMark.objects.count() == 2


def test_once_finished_a_change_needs_a_reason_and_keeps_what_was_said(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    lesson.press("everyone-2")
    lesson.press("finish")
    answer = lesson.press("save", (0, {"mark": "/"}))
    assert "say why the mark is amended" in answer.content.decode()
    lesson.press("save", (0, {"mark": "/", "reason": "I had not seen her"}))
    change = LessonMark.objects.get(code="/", changes=1).amendments.get()
    assert (change.kind, change.original_code, change.reason) == ("amendment", "N", "I had not seen her")
    assert AuditEvent.objects.filter(kind=Event.LESSON_MARK_AMENDED).count() == 1


def test_an_arrival_during_the_lesson_is_late_without_a_reason_though_the_register_is_finished(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    lesson.press("everyone-2")
    lesson.press("finish")
    lesson.press("save", (0, {"mark": "late", "minutes": "15"}))
    assert lesson.said()[0] == ("L", 15, "")
    assert LessonMark.objects.get(code="L").amendments.get().reason == "Came to the lesson late."


def test_two_at_one_register_do_not_overwrite_each_other(lesson: Lesson, browse: Browse) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}), client=browse("alma"))
    answer = lesson.press("save", (0, {"mark": "/", "seen": "0|||"}))
    assert answer.status_code == 422
    assert "Alma Reyes entered “Absent” at" in answer.content.decode()
    assert lesson.said() == [("N", None, "")]


def test_a_clash_on_a_lesson_s_register_tells_the_script_and_the_page_both_values_names_and_times(
    lesson: Lesson, browse: Browse, it_is: Callable[[dt.datetime], None]
) -> None:
    lesson.open()
    it_is(IN_THE_LESSON + dt.timedelta(minutes=1, seconds=4))
    lesson.press("save", (0, {"mark": "N"}), client=browse("alma"))
    it_is(IN_THE_LESSON + dt.timedelta(minutes=3))
    chosen = {"code": "L", "base": 0, "minutes_late": 2}
    made = (IN_THE_LESSON + dt.timedelta(minutes=2, seconds=10)).isoformat()
    rows = [{"pupil": lesson.pupils[0].pk, "made_at": made, **chosen}]
    address = f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/"
    sent = json.dumps({"key": str(uuid4()), "rows": rows})
    (answer,) = lesson.client.post(address, sent, content_type="application/json").json()["rows"]
    assert (answer["outcome"], answer["code"], answer["words"], answer["base"]) == ("clash", "N", "Absent", 1)
    assert (answer["by"], answer["whose"]) == ("Alma Reyes", "the office")
    assert answer["at"].startswith("2026-11-23T09:01:0")
    assert answer["why"].startswith("Alma Reyes entered “Absent” at 09:01:0")
    assert "and it stands. Tess Lindqvist chose “Late” at 09:02:10: not saved." in answer["why"]
    # And the page without a script shows the same words in the child's row
    page = lesson.press("save", (0, {"mark": "/", "seen": "0||||"}))
    row = re.search(rf'<tr id="pupil-{lesson.pupils[0].pk}".*?</tr>', page.text, re.DOTALL)
    assert 'class="row-clash"' in row[0]
    assert "Alma Reyes entered “Absent” at 09:01:0" in row[0]
    assert "Tess Lindqvist chose “Present” at 09:03:0" in row[0]
    assert lesson.said() == [("N", None, "")]


def test_the_script_s_saves_get_one_answer_each_and_no_other_register_shares_it(lesson: Lesson) -> None:
    lesson.open()
    pupil = lesson.pupils[0].pk
    body = json.dumps({"key": str(uuid4()), "rows": [
        {"pupil": pupil, "code": "L", "base": 0, "made_at": IN_THE_LESSON.isoformat(), "minutes_late": 8}
    ]})  # fmt: skip
    address = f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/"

    def send(text: str = body) -> object:
        return lesson.client.post(address, text, content_type="application/json")

    first = send().json()
    assert (first["marked"], first["left"], first["rows"][0]["outcome"]) == (1, 2, "saved")
    assert send().json() == first
    assert send(body.replace('"minutes_late": 8', '"minutes_late": 9')).status_code == 409
    assert send(body.replace('"L"', '"LLL"')).status_code == 400
    stranger = body.replace(f'"pupil": {pupil}', f'"pupil": {make_pupil().pk}').replace("-", "0", 1)
    assert send(json.dumps(json.loads(stranger) | {"key": str(uuid4())})).status_code == 422
    assert LessonMark.objects.count() == 1
    other = lesson.client.post(address.replace(str(lesson.register.pk), "999"), body, content_type="application/json")
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"made_at": "2026-11-23T11:00:00+00:00"}, "was made in the future"),
        ({"made_at": "2026-11-20T09:00:00+00:00"}, "was made before the day of its lesson"),
        ({}, "A pupil is in this save twice."),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_whole(lesson: Lesson, change: dict[str, str], words: str) -> None:
    lesson.open()
    row = {"pupil": lesson.pupils[0].pk, "code": "N", "base": 0, "made_at": IN_THE_LESSON.isoformat(), **change}
    rows = [row] if change else [row, row]
    answer = lesson.client.post(
        f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/",
        json.dumps({"key": str(uuid4()), "rows": rows}), content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 422
    assert words in " ".join(answer.json()["detail"])
    assert not LessonMark.objects.exists()


def test_marks_made_in_the_lesson_and_sent_after_it_say_so(lesson: Lesson, it_is) -> None:
    lesson.open()
    it_is(AFTER_IT)
    lesson.client.post(
        f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/",
        json.dumps({"key": str(uuid4()), "rows": [
            {"pupil": lesson.pupils[0].pk, "code": "N", "base": 0, "made_at": IN_THE_LESSON.isoformat()}
        ]}),
        content_type="application/json",
    )  # fmt: skip
    mark = LessonMark.objects.get()
    assert (mark.source, mark.made_at) == ("offline", IN_THE_LESSON)


def test_nobody_marks_their_own_family(lesson: Lesson) -> None:
    FamilyTie.objects.create(user=lesson.people.tess.user, pupil=lesson.pupils[0])
    lesson.open()
    assert "Family: someone else marks this" in lesson.client.get(lesson.address).content.decode()
    assert "You are family of this child" in lesson.press("save", (0, {"mark": "N"})).content.decode()
    lesson.press("everyone-2")
    assert LessonMark.objects.count() == 2


def test_more_blanks_than_were_shown_are_not_filled(lesson: Lesson) -> None:
    lesson.open()
    assert "3 children have no mark now, not 2." in lesson.press("everyone-2").content.decode()
    assert not LessonMark.objects.exists()


def test_everyone_else_is_undone_in_one_press_and_what_was_marked_by_hand_stays(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    lesson.press("everyone-2")
    # When one of the two is changed by hand, and the act is undone
    lesson.press("save", (1, {"mark": "late", "minutes": "5"}))
    html = lesson.client.post(lesson.address, {"do": "undo"}, follow=True).content.decode()
    # Then only the other has no mark again, by a correction that stays on record; and it cannot be undone twice
    assert "Undone: 1 mark cleared." in html
    assert lesson.said() == [("N", None, ""), ("L", 5, ""), ("", None, "")]
    assert LessonMark.objects.get(code="").amendments.get().original_code == "/"
    assert AuditEvent.objects.filter(kind=Event.LESSON_EVERYONE_ELSE_UNDONE).count() == 1
    assert "There is nothing to undo." in lesson.press("undo").content.decode()


def test_nothing_is_undone_once_the_lesson_is_over(lesson: Lesson, it_is) -> None:
    lesson.open()
    lesson.press("everyone-3")
    it_is(AFTER_IT)
    assert "The lesson is over: a mark can only be amended." in lesson.press("undo").content.decode()
    assert [code for code, *_ in lesson.said()] == ["/"] * 3


def test_lesson_marks_are_in_no_figure_of_the_statutory_registers(lesson: Lesson) -> None:
    before = school_measures(from_date=TODAY, to_date=TODAY)
    assert (before.possible, before.present) == (3, 3)
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}), (1, {"mark": "late", "minutes": "8"}))
    lesson.press("everyone-1")
    lesson.press("finish")
    assert school_measures(from_date=TODAY, to_date=TODAY) == before


def test_a_page_that_another_person_opened_does_nothing_in_this_one_s_name(lesson: Lesson, browse: Browse) -> None:
    lesson.open()
    whose = lesson.people.tess.user_id
    assert f'name="person" value="{whose}"' in lesson.client.get(lesson.address).text
    for button in ("everyone-3", "finish"):
        reply = browse("olly").post(lesson.address, {"do": button, "person": whose})
        assert reply.status_code == 409
        assert "Nothing was saved." in reply.text
    assert not LessonMark.objects.exists()
    assert lesson.register.finished_at is None
