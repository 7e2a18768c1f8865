"""A lesson or an exam is cancelled: who, when and why is kept, and what was marked by then stays in the record."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from absence.queries.whereabouts import elsewhere_at
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.policy import policy_for
from registers.actions.cancelling import CANCELLED_ALREADY, cancel_lesson, take_back_cancellation
from registers.actions.deciding_lessons import NOT_HELD, LessonEntry
from registers.actions.exams import set_up_exam
from registers.actions.outstanding import registers_out
from registers.actions.taking_lessons import open_lesson_register, save_lesson_marks
from registers.models import (
    Group,
    LessonCancellation,
    LessonMark,
    LessonRegister,
    Mark,
    RegisterReminder,
    TimetabledLesson,
)
from registers.queries.coverable import coverable_on
from registers.queries.exams import exams_of
from registers.queries.lessons import lessons_of
from registers.queries.register_quality import groups_with_registers, kept_registers
from registers.queries.timetable import last_registers
from tests.factories import make_session
from tests.people import People
from tests.registers.a_lesson import AFTER_IT, IN_THE_LESSON, SCHOOL, TODAY, Lesson, lesson
from tests.registers.test_exams import MONDAY, at, maths, year_eleven
from tests.registers.test_save_protocol import row

__all__ = ["lesson"]

Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]
TEN_PAST = IN_THE_LESSON.replace(minute=10)


def page_of(lesson: TimetabledLesson) -> str:
    return f"{SCHOOL}/lessons/{TODAY}/{lesson.pk}/cancel/"


def cancelled(lesson: Lesson, it_is: Moment, browse: Browse) -> None:
    """Have the lesson be under way with its first child absent, and the office cancel it at ten past nine."""
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    it_is(TEN_PAST)
    answer = browse("alma").post(page_of(lesson.lesson), {"reason": "The room is flooded"})
    assert answer.status_code == 302, answer.text


def test_the_office_cancels_a_lesson_and_its_marks_stay_as_they_are(
    lesson: Lesson, it_is: Moment, browse: Browse
) -> None:
    cancelled(lesson, it_is, browse)
    made = LessonCancellation.objects.get()
    assert (made.cancelled_by_name, made.reason) == ("Alma Reyes", "The room is flooded")
    assert made.cancelled_at >= TEN_PAST
    assert AuditEvent.objects.get(kind=Event.LESSON_CANCELLED).detail["marked"] == 1
    # The teacher sees why, what was marked, and nothing more to mark
    html = lesson.client.get(lesson.address).text
    assert "Alma Reyes cancelled this at" in html
    assert "The room is flooded" in html
    assert html.count("Not marked here") == 2
    assert 'value="finish"' not in html
    for button in ("everyone-2", "carry-2", "finish"):
        assert NOT_HELD in lesson.press(button).context["errors"][0][1]
    assert NOT_HELD in lesson.press("save", (1, {"mark": "/"})).context["errors"][0][1]
    assert [code for code, *_ in lesson.said()] == ["N"]
    # What stands is amended, with a reason, as in any register that is over
    assert "say why the mark is amended" in lesson.press("save", (0, {"mark": "/"})).text
    lesson.press("save", (0, {"mark": "/", "reason": "She had been there"}))
    assert LessonMark.objects.get().amendments.get().kind == "amendment"


def test_what_was_marked_before_the_cancelling_and_sent_after_it_is_kept(
    lesson: Lesson, it_is: Moment, browse: Browse
) -> None:
    cancelled(lesson, it_is, browse)
    it_is(AFTER_IT)
    entries = [
        LessonEntry(lesson.pupils[1].pk, "/", 0, IN_THE_LESSON),
        LessonEntry(lesson.pupils[2].pk, "/", 0, AFTER_IT),
    ]
    register = LessonRegister.objects.get()
    tess = lesson.people.tess
    reply = save_lesson_marks(register, entries, key=uuid4(), digest="", by=tess, at=AFTER_IT)
    assert [answer["outcome"] for answer in reply["rows"]] == ["saved", "refused"]
    assert LessonMark.objects.get(pupil=lesson.pupils[1]).source == "offline"


def test_nobody_is_asked_for_the_register_of_a_cancelled_lesson(
    lesson: Lesson, it_is: Moment, browse: Browse, people: People
) -> None:
    cancelled(lesson, it_is, browse)
    it_is(AFTER_IT)
    policy = policy_for(people.alder)
    out = registers_out(TODAY, Group.objects.none(), lessons_of(TODAY), policy=policy, at=AFTER_IT)
    assert out == []
    assert [each for each in coverable_on(TODAY) if each.lesson_id] == []
    kept = kept_registers(groups_with_registers(), first=TODAY, last=TODAY, policy=policy, at=AFTER_IT)
    assert [each.what for each in kept if "period" in each.what] == []
    start = lesson.client.get(f"{SCHOOL}/").text
    assert "Cancelled" in start
    assert "Overdue" not in start
    listed = browse("alma").get(f"{SCHOOL}/lessons/").text
    assert "Cancelled" in listed
    assert "Hold after all" in listed
    # A file of the timetable does not take the lesson from under its cancellation
    assert last_registers([lesson.lesson.pk], since=TODAY) == {lesson.lesson.pk: TODAY}


def test_a_cancelled_lesson_that_nobody_opened_is_not_opened_nor_awaited(
    lesson: Lesson, browse: Browse, people: People
) -> None:
    asked = {"lesson": lesson.lesson, "date": TODAY, "sent_by": people.alma.user, "sent_by_name": "Alma Reyes"}
    RegisterReminder.objects.create(**asked, sent_by_role="office", sent_at=IN_THE_LESSON)
    assert "A register of yours is awaited" in lesson.client.get(f"{SCHOOL}/").text
    cancel_lesson(lesson.lesson, TODAY, reason="Sports day", by=people.alma, at=IN_THE_LESSON)
    with pytest.raises(ValidationError, match="This is cancelled"):
        open_lesson_register(lesson.lesson, TODAY, by=people.tess, at=IN_THE_LESSON)
    draft = lesson.client.get(f"{SCHOOL}/lessons/{TODAY}/{lesson.lesson.pk}/register/draft/")
    assert draft.url == f"{SCHOOL}/lessons/"
    assert "A register of yours is awaited" not in lesson.client.get(f"{SCHOOL}/").text
    # And of another week the lesson is held
    assert lessons_of(TODAY + dt.timedelta(days=7)).get().cancelled_at is None


def test_a_cancelling_is_taken_back_and_the_register_goes_on(lesson: Lesson, it_is: Moment, browse: Browse) -> None:
    cancelled(lesson, it_is, browse)
    office = browse("alma")
    assert "Because" in office.get(page_of(lesson.lesson)).text
    back = f"{page_of(lesson.lesson)}take-back/"
    assert "is held after all." in office.post(back, follow=True).text
    assert "It is not cancelled any more." in office.post(back, follow=True).text
    lesson.press("everyone-2")
    assert lesson.press("finish").status_code == 302
    assert LessonCancellation.objects.get().taken_back_by == lesson.people.alma.user
    assert AuditEvent.objects.filter(kind=Event.LESSON_HELD_AFTER_ALL).count() == 1
    # But one that was held to its end is not cancelled any more
    refused = office.post(page_of(lesson.lesson), {"reason": "Too late"})
    assert refused.status_code == 422
    assert "Its register is finished, so it was held." in refused.text


def test_a_cancelling_gives_its_reason_and_stands_once(lesson: Lesson, browse: Browse, people: People) -> None:
    refused = browse("alma").post(page_of(lesson.lesson), {"reason": "  "})
    assert refused.status_code == 422
    assert "Say why it is not held" in refused.text
    with pytest.raises(ValidationError, match="Say why it is not held"):
        cancel_lesson(lesson.lesson, TODAY, reason=" ", by=people.alma, at=IN_THE_LESSON)
    cancel_lesson(lesson.lesson, TODAY, reason="Flood", by=people.alma, at=IN_THE_LESSON)
    with pytest.raises(ValidationError, match=CANCELLED_ALREADY):
        cancel_lesson(lesson.lesson, TODAY, reason="Flood", by=people.alma, at=IN_THE_LESSON)
    again = {"lesson": lesson.lesson, "date": TODAY, "cancelled_by": people.alma.user, "cancelled_by_name": "A",
             "cancelled_by_role": "office", "cancelled_at": IN_THE_LESSON}  # fmt: skip
    for reason, why in (("Flood", "a_lesson_is_cancelled_once"), (" ", "a_cancellation_gives_its_reason")):
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            LessonCancellation.objects.create(**again, reason=reason)


def test_only_who_sets_the_calendar_cancels_and_only_a_lesson_of_that_day(lesson: Lesson, browse: Browse) -> None:
    assert lesson.client.get(page_of(lesson.lesson)).status_code == 403
    assert lesson.client.post(f"{page_of(lesson.lesson)}take-back/").status_code == 403
    office = browse("alma")
    assert office.get(page_of(lesson.lesson)).status_code == 200
    for day in ("2026-11-24", "2026-13-99"):
        assert office.get(page_of(lesson.lesson).replace(str(TODAY), day)).status_code == 404


def test_a_cancelled_exam_leaves_its_marks_and_gives_no_more_of_them(
    people: People, it_is: Moment, browse: Browse
) -> None:
    # Given an exam in whose hall one of two candidates was marked before it was cancelled
    it_is(at(8, 55))
    make_session(MONDAY)
    here, other = pupils = year_eleven()
    exam = set_up_exam(maths(people), pupils, by=people.alma, at=at(8, 55))
    register = open_lesson_register(exam, MONDAY, by=people.tess, at=at(8, 55))
    it_is(at(8, 56))
    save_lesson_marks(register, [LessonEntry(here.pk, "/", 0, at(8, 56))], key=uuid4(), digest="", by=people.tess,
                      at=at(8, 56))  # fmt: skip
    it_is(at(8, 58))
    office = browse("alma")
    assert "Study leave that gave way to the exam is not put back" in office.get(page_of(exam)).text
    office.post(page_of(exam), {"reason": "The paper was withdrawn"})

    # Then the mark it gave stands, and a mark of the hall changes no statutory one
    assert list(Mark.objects.values_list("pupil", "code", "source")) == [(here.pk, "/", "lesson")]
    changed = LessonEntry(here.pk, "N", 1, at(8, 59), reason="Was not there")
    it_is(at(8, 59))
    save_lesson_marks(register, [changed], key=uuid4(), digest="", by=people.alma, at=at(8, 59))
    assert Mark.objects.get().changes == 0

    # And the other is marked in the register of the registration group, as any child
    statutory = Mark.objects.get().register
    sent = office.post(
        f"{SCHOOL}/api/registers/{statutory.pk}/marks/",
        {"key": str(uuid4()), "rows": [row(other, "/", made_at=at(8, 59).isoformat())]},
        content_type="application/json",
    )  # fmt: skip
    assert sent.json()["rows"][0]["outcome"] == "saved"


def test_a_cancelled_exam_keeps_nobody_from_a_search_from_another_exam_or_from_study_leave(
    people: People, it_is: Moment, browse: Browse
) -> None:
    it_is(at(8, 55))
    make_session(MONDAY)
    pupils = year_eleven()
    numbers = {pupil.pk for pupil in pupils}
    exam = set_up_exam(maths(people, invigilator=None), pupils, by=people.alma, at=at(8, 55))
    assert "<dd>The office</dd>" in browse("alma").get(page_of(exam)).text
    policy = policy_for(people.alder)
    assert elsewhere_at(numbers, at(9, 30), but=0, policy=policy) == numbers
    assert exams_of(pupils[0].pk, MONDAY, MONDAY) == {(MONDAY, "am")}

    cancel_lesson(exam, MONDAY, reason="The paper was withdrawn", by=people.alma, at=at(8, 58))

    assert elsewhere_at(numbers, at(9, 30), but=0, policy=policy) == set()
    assert exams_of(pupils[0].pk, MONDAY, MONDAY) == set()
    assert "Cancelled" in browse("alma").get(f"{SCHOOL}/exams/").text
    set_up_exam(maths(people, room="Gym"), pupils, by=people.alma, at=at(9))
    with pytest.raises(ValidationError, match="2 of its candidates have another exam in that session"):
        take_back_cancellation(exam, MONDAY, by=people.alma, at=at(9))
