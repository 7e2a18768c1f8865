"""Ending truancy alerts: by the marks of lessons and registers, at the office, and by hand.

Each thing that an alert is for is answered by itself; the alert is over once nothing of it is left.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.actions.detentions import cancel_detention
from absence.actions.tasks import drop_tasks_of
from absence.models import Task, TruancyAlert, TruancyFinding
from absence.queries import truancy as queries
from absence.queries import whereabouts
from absence.queries.tasks import still_to_do
from absence.rules.truancy import Answer, answered_by_lesson, ending_of, left_at_midday, seen_at
from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import time_of_day
from registers.actions.entering import require_not_family
from registers.models import LessonMark, Mark
from registers.queries.on_site import Standing
from registers.rules.calendar import LONDON, Half
from registers.rules.lessons import LessonCode

Kind = TruancyAlert.Kind
SAY_HOW: Final = "Say what is known, in a few words."
ENDED: Final = "This alert is ended: {}."
ANSWERED: Final = "This is answered: {}."
OVER: Final = "The alert is over: {}."
LASTING: Final = (Task.Kind.SET_WORK,)  # what is for the detention, whatever becomes of the search
NEVER_MISSING: Final = "The pupil was not missing after all."
LESSON_CANCELLED: Final = "The lesson was cancelled."
CAME_IN: Final = "Came in at the office."


class Said(NamedTuple):
    """What is said of one thing that a pupil is looked for, in words too, and how late they came, if that is known."""

    answer: Answer
    words: str
    minutes_late: int | None = None


def answer_by_marks(marks: Sequence[LessonMark], *, by: Member, at: dt.datetime) -> None:
    """Answer what pupils are looked for by the marks of one lesson: came late, is seen elsewhere, was never missing."""
    of_pupil = {mark.pupil_id: mark for mark in marks if mark.code != LessonCode.ABSENT}
    found = queries.looked_for(of_pupil, marks[0].register.date)
    said = [(each, _by_lesson(each, of_pupil[each.alert.pupil_id])) for each in found]
    _settle(said, by=by, at=at)


def _by_lesson(finding: TruancyFinding, mark: LessonMark) -> Said | None:
    register, is_same_lesson = mark.register, finding.lesson_id == mark.register_id
    answer = answered_by_lesson(
        mark.code,
        is_own=is_same_lesson and finding.kind == Kind.LESSON,
        is_later=(
            register.starts_at >= finding.lesson.starts_at if finding.lesson else register.ends_at > finding.found_at
        ),
        is_same_news=is_same_lesson and finding.kind == Kind.OVERDUE and mark.code == LessonCode.ELSEWHERE,
    )
    minutes = mark.minutes_late if answer == Answer.LATE else None
    return Said(answer, _seen_in(mark), minutes) if answer else None


def _seen_in(mark: LessonMark) -> str:
    lesson = mark.register.lesson
    minutes = f", {mark.minutes_late} minutes late" if mark.code == LessonCode.LATE else ""
    return f"Period {lesson.period.name}, {lesson.group.name}: {mark.place or 'there'}{minutes}."


@transaction.atomic
def look_again(pupil_ids: Collection[int], *, by: Member, at: dt.datetime) -> None:
    """Answer what the registers or the desk no longer bear out: a reason came, the pupil left with leave or was seen.

    Who left without leave is looked for until somebody sees them.
    """
    on = at.astimezone(LONDON).date()
    found = queries.looked_for(pupil_ids, on)
    pupils = {each.alert.pupil_id for each in found}
    standing = whereabouts.standing_of(pupils, at)
    marks: dict[int, dict[Half, Mark]] = {pk: {} for pk in pupils}
    for mark in whereabouts.marks_of_day(pupils, on) if pupils else ():
        marks[mark.pupil_id][Half(mark.session.half)] = mark
    _settle(
        [(each, _by_register(each, standing.get(each.alert.pupil_id), marks[each.alert.pupil_id])) for each in found],
        by=by, at=at,
    )  # fmt: skip


def _by_register(finding: TruancyFinding, now: Standing | None, marks: Mapping[Half, Mark]) -> Said | None:
    if finding.kind == Kind.AFTERNOON:
        return _by_afternoon(now, marks.get(Half.PM))
    seen = [when for half, mark in marks.items() if (when := _seen_at(half, mark)) and when > finding.found_at]
    if seen and now == Standing.ON_SITE:
        return Said(Answer.FOUND, f"Registered at {time_of_day(max(seen))}.")
    if finding.kind == Kind.NOT_ON_SITE:
        return None
    morning, afternoon = (marks[half].code if half in marks else "" for half in Half)
    gone = now == Standing.NOT_IN and not left_at_midday(morning, afternoon)
    if now and (gone or now == Standing.SIGNED_OUT):
        return Said(Answer.EXPLAINED, OVER.format(now.label.lower()))
    return None


def _seen_at(half: Half, mark: Mark) -> dt.datetime | None:
    return seen_at(half, mark.code, arrived_at=mark.arrived_at, made_at=mark.made_at)


def _by_afternoon(now: Standing | None, mark: Mark | None) -> Said | None:
    if now == Standing.ON_SITE and mark and mark.code in {"L", "U"}:
        return Said(Answer.LATE, "Came in the afternoon.", mark.minutes_late)
    if mark and mark.code not in {"", "N"}:
        answer = Answer.WITHDRAWN if now == Standing.ON_SITE else Answer.EXPLAINED
        return Said(answer, f"The afternoon's mark is now {mark.code}.")
    return Said(Answer.EXPLAINED, OVER.format(now.label.lower())) if now == Standing.SIGNED_OUT else None


@transaction.atomic
def answer_for_cancelled(lesson_id: int, on: dt.date, *, by: Member, at: dt.datetime) -> None:
    """Answer what pupils are looked for because of a lesson of a day that was cancelled: nobody missed it."""
    found = queries.looked_for_in(lesson_id, on)
    _settle([(each, Said(Answer.WITHDRAWN, LESSON_CANCELLED)) for each in found], by=by, at=at)


@transaction.atomic
def end_for_who_came_in(pupil_id: int, *, by: Member, at: dt.datetime) -> None:
    """End the search of today for a pupil who came in at the office."""
    found = queries.looked_for([pupil_id], at.astimezone(LONDON).date())
    _settle([(each, Said(Answer.FOUND, CAME_IN)) for each in found], by=by, at=at)


def _settle(said: Iterable[tuple[TruancyFinding, Said | None]], *, by: Member, at: dt.datetime) -> None:
    """Write the answers; an open alert of which nothing is left is ended by them."""
    for _, each in groupby(said, key=lambda one: one[0].alert_id):
        answered = [(finding, answer) for finding, answer in each if answer]
        for finding, answer in answered:
            _answer(finding, answer, by=by, at=at)
        if not answered:
            continue
        alert = answered[0][0].alert
        if alert.is_open and not queries.unanswered(alert).exists():
            ending = ending_of([answer.answer for _, answer in answered])
            last = next(answer for _, answer in answered if answer.answer == ending)
            ended = TruancyAlert.Ending(ending.value)
            end(alert, ended, outcome=last.words, minutes_late=last.minutes_late, by=by, at=at)


def _answer(finding: TruancyFinding, said: Said, *, by: Member, at: dt.datetime) -> None:
    finding.answered_at, finding.answer, finding.minutes_late = at, said.answer.value, said.minutes_late
    finding.save(update_fields=["answered_at", "answer", "minutes_late"])
    record(Event.TRUANCY_ANSWERED, finding, by=by, at=at, pupil=finding.alert.pupil_id, answer=finding.answer)
    because = ANSWERED.format(finding.get_answer_display().lower())
    _drop(f"{finding.alert}, {finding.origin}, ", because=because, by=by, at=at)


def end(
    alert: TruancyAlert, ending: TruancyAlert.Ending, *, outcome: str, minutes_late: int | None = None, by: Member,
    at: dt.datetime,
) -> TruancyAlert:  # fmt: skip
    """End a locked alert that is open with whatever it was still for, and drop what was still to be done about it."""
    alert.ended_at, alert.ended_by, alert.ended_by_name, alert.ended_by_role = at, by.user, by.name, by.role
    alert.ending, alert.outcome, alert.minutes_late = ending, outcome.strip(), minutes_late
    alert.save(update_fields=["ended_at", "ended_by", "ended_by_name", "ended_by_role", "ending", "outcome",
                              "minutes_late"])  # fmt: skip
    queries.unanswered(alert).update(answered_at=at, answer=ending)
    record(Event.TRUANCY_ENDED, alert, by=by, at=at, pupil=alert.pupil_id, ending=alert.ending)
    because = ENDED.format(alert.get_ending_display().lower())
    drop_tasks_of(str(alert), because=because, by=by, at=at, but=LASTING)
    _drop(f"{alert}, ", because=because, by=by, at=at)
    if ending == TruancyAlert.Ending.WITHDRAWN:
        for detention in alert.detentions.filter(settled_at__isnull=True):
            cancel_detention(detention, because=NEVER_MISSING, by=by, at=at)
    return alert


def _drop(begins: str, *, because: str, by: Member, at: dt.datetime) -> None:
    """Drop what still waits under origins that begin so."""
    waiting = still_to_do().filter(origin__startswith=begins)
    for origin in waiting.order_by("origin").values_list("origin", flat=True).distinct():
        drop_tasks_of(origin, because=because, by=by, at=at, but=LASTING)


@transaction.atomic
def end_by_hand(
    alert: TruancyAlert, *, ending: TruancyAlert.Ending, outcome: str, by: Member, at: dt.datetime
) -> TruancyAlert:
    """End an alert as found, home contacted or explained, with what is known. A second press changes nothing."""
    alert = queries.locked(alert)
    require_not_family(alert.pupil_id, by=by)
    if not alert.is_open:
        return alert
    if not outcome.strip():
        raise ValidationError({"outcome": SAY_HOW})
    return end(alert, ending, outcome=outcome, by=by, at=at)
