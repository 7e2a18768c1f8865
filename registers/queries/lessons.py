"""What is read to take lesson registers: the day's lessons, the children of one, and what registration said of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import (
    ExpectedMark,
    FamilyTie,
    Group,
    GroupMember,
    LessonMark,
    LessonMarkAmendment,
    LessonRegister,
    Mark,
    OffTimetableDay,
    Pupil,
    RollPeriod,
    Session,
    TimetabledLesson,
    TimetableWeek,
)
from registers.queries.cancelling import cancelled_at, said_of, with_cancellation
from registers.queries.chasing import lesson_with_what_is_known
from registers.queries.cover import covered_by, covers_lesson
from registers.queries.movements import door_before
from registers.queries.scope import groups_in_scope
from registers.queries.taking import SAID_FIRST, SAID_SINCE, SESSIONS_SHOWN, LastChange, undecided_on
from registers.rules.calendar import LONDON
from registers.rules.lessons import LessonState, state_of
from registers.rules.movements import SignedOut


@dataclass(frozen=True)
class StoredLessonMark:
    """A pupil's mark at one lesson as it stands; a cleared one has an empty code."""

    id: int
    code: str
    changes: int
    minutes_late: int | None
    place: str
    until_at: dt.datetime | None
    comment: str
    said_at: dt.datetime  # when what it says was received


STORED: Final = tuple(StoredLessonMark.__dataclass_fields__)


@dataclass(frozen=True)
class LessonRow:
    """One child of a lesson, with the lesson's mark, what is expected of the child, and the half day's registration."""

    pupil_id: int
    list_name: str
    dob: dt.date
    mark: StoredLessonMark | None
    expected_code: str  # of an expected absence or activity; empty where none is expected
    registered_code: str  # of the registration group's register, which alone is the statutory mark
    is_own_family: bool
    signed_out: SignedOut | None = None
    reported: bool = False  # a parent reported this half day's absence, and nobody has decided it

    @property
    def code(self) -> str:
        return self.mark.code if self.mark else ""

    @property
    def base(self) -> int:
        """Return what someone who sees this row sends as its base: 0 for no mark, else 1 + its amendments."""
        return 1 + self.mark.changes if self.mark else 0

    @property
    def is_away(self) -> bool:
        """Say whether the child is not expected, or signed out, and nobody has marked them all the same."""
        return not self.code and (bool(self.expected_code) or self.signed_out is not None)


class PastLesson(NamedTuple):
    """An earlier lesson of a group, as a register lists it."""

    starts_at: dt.datetime
    pk: int
    period: str


@dataclass(frozen=True)
class DueLesson:
    """A lesson of one day: when, whose, and how far its register is."""

    lesson: TimetabledLesson
    starts_at: dt.datetime
    ends_at: dt.datetime
    register: LessonRegister | None
    marked: int
    state: LessonState

    @property
    def covered_by(self) -> str:
        """Return who takes it in its teacher's place that day; "" where nobody does."""
        return getattr(self.lesson, "covered_by", None) or ""

    @property
    def cancelled_at(self) -> dt.datetime | None:
        """Return when it was cancelled; None where it is held."""
        return cancelled_at(self.lesson)


def is_on_timetable(on: dt.date) -> bool:
    """Say whether a day has timetabled lessons: the school meets, and it is not a day off the timetable. One query."""
    off = OffTimetableDay.objects.filter(date=on)
    return Session.objects.filter(date=on).exclude(Exists(off)).exists()


def off_timetable(on: dt.date) -> str:
    """Return why a day has no timetabled lessons, as the school said it; "" where it has. One query."""
    return OffTimetableDay.objects.filter(date=on).values_list("reason", flat=True).first() or ""


def lessons_of(on: dt.date) -> QuerySet[TimetabledLesson]:
    """Return the lessons that the timetable has on a day, off the timetable, cancelled or not, each with who covers it
    and when and why it was cancelled. Asks with its own query alone."""
    named = TimetableWeek.objects.filter(begins_on=on - dt.timedelta(days=on.weekday()), week=OuterRef("period__week"))
    in_week = Q(period__week="") | Exists(named)
    lessons = TimetabledLesson.objects.filter(in_force_on(on), in_week, period__weekday=on.weekday())
    lessons = lessons.annotate(
        covered_by=covered_by(date=Value(on), lesson=OuterRef("pk")),
        cancelled_at=said_of("cancelled_at", lesson="pk", date=Value(on)),
        cancelled_because=said_of("reason", lesson="pk", date=Value(on)),
    )
    return lessons.select_related("period", "group", "room", "teacher").order_by("period__starts", "group__name", "pk")


def lessons_in_reach(by: Member, scope: Scope, on: dt.date) -> QuerySet[TimetabledLesson]:
    """Return the day's lessons that a member may take: their own, their teaching groups' and those they cover, or all.

    A head of year has the year's too.
    """
    lessons = lessons_of(on)
    if scope >= Scope.SCHOOL:
        return lessons
    groups = groups_in_scope(by, scope, on)
    if scope == Scope.OWN:
        groups = groups.filter(kind=Group.Kind.TEACHING)  # a tutor takes the tutor group's register, not its lessons
    return lessons.filter(Q(teacher=by.user_id) | Q(group__in=groups) | Q(covers_lesson(by, on)))


def due_lessons(lessons: QuerySet[TimetabledLesson], on: dt.date, *, now: dt.datetime) -> list[DueLesson]:
    """Return lessons with how far their registers of a day are; off the timetable, exams alone. Three queries."""
    listed = list(lessons if is_on_timetable(on) else lessons.exclude(supplies=""))
    marked = Count("marks", filter=~Q(marks__code=""))
    taken = LessonRegister.objects.filter(date=on, lesson__in=[lesson.pk for lesson in listed]).annotate(marked=marked)
    registers = {register.lesson_id: register for register in taken.select_related("taken_by", "finished_by")}
    return [_due(lesson, registers.get(lesson.pk), on, now) for lesson in listed]


def _due(lesson: TimetabledLesson, register: Any, on: dt.date, now: dt.datetime) -> DueLesson:
    starts_at, ends_at = times_on(lesson, on)
    if register:
        starts_at, ends_at = register.starts_at, register.ends_at
    state = state_of(
        starts_at=starts_at,
        ends_at=ends_at,
        at=now,
        is_taken=register is not None,
        is_finished=register is not None and register.finished_at is not None,
        is_cancelled=cancelled_at(lesson) is not None,
    )
    return DueLesson(lesson, starts_at, ends_at, register, register.marked if register else 0, state)


def times_on(lesson: TimetabledLesson, on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return when a lesson begins and ends on a day. No query."""
    starts, ends = lesson.period.starts, lesson.period.ends
    return dt.datetime.combine(on, starts, tzinfo=LONDON), dt.datetime.combine(on, ends, tzinfo=LONDON)


def lesson_register_in_reach(pk: int, *, by: Member, scope: Scope) -> LessonRegister | None:
    """Return a lesson's register that the member may take or amend, as reach was on its own day, or None.

    Two queries.
    """
    kept = ("lesson__period", "lesson__group", "lesson__room", "lesson__teacher", "finished_by")
    registers = lesson_with_what_is_known(LessonRegister.objects.select_related(*kept).filter(pk=pk))
    register = with_cancellation(registers).first()
    if register is None:
        return None
    return register if lessons_in_reach(by, scope, register.date).filter(pk=register.lesson_id).exists() else None


def lesson_rows(register: LessonRegister, half: str, *, by: Member) -> list[LessonRow]:
    """Return the children of a lesson's group who are on roll that day, by name. One query.

    `half` is the session the lesson falls in, whose registration and expected absences stand beside it.
    """
    on = register.date
    places = GroupMember.objects.filter(in_force_on(on), group=register.lesson.group_id, pupil=OuterRef("pk"))
    on_roll = RollPeriod.objects.filter(in_force_on(on), pupil=OuterRef("pk"))
    expected_now = Q(
        expected_marks__ended_at__isnull=True,
        expected_marks__from_date__lte=on,
        expected_marks__until_date__gt=on,
        expected_marks__halves__in=(half, ExpectedMark.Halves.BOTH),
    )
    door = door_before(on, register.ends_at)
    changed = LessonMarkAmendment.objects.filter(mark__register=register.pk, mark__pupil=OuterRef("pk"))
    changed = changed.order_by("-number")
    pupils = Pupil.objects.filter(Exists(places), Exists(on_roll)).filter(Q(died_on__isnull=True) | Q(died_on__gt=on))
    rows = pupils.annotate(
        **{f"door_{field}": Subquery(door.values(field)[:1]) for field in ("kind", "at", "due_back_at")},
        now=FilteredRelation("lesson_marks", condition=Q(lesson_marks__register=register.pk)),
        due=FilteredRelation("expected_marks", condition=expected_now),
        family=Exists(FamilyTie.objects.filter(user=by.user_id, pupil=OuterRef("pk"))),
        due_code=F("due__code"),
        said_code=registered_code(on, half),
        report=Exists(undecided_on(on, half).filter(pupil=OuterRef("pk"))),
        **{f"mark_{field}": F(f"now__{field}") for field in STORED if field != "said_at"},
        mark_said_at=Coalesce(Subquery(changed.values("received_at")[:1]), F("now__received_at")),
    )
    return sorted(
        (_row(vars(pupil), pupil) for pupil in rows), key=lambda row: (row.list_name.casefold(), row.pupil_id)
    )


def registered_code(on: dt.date, half: str, *, pupil: str = "pk") -> Subquery:
    """Return the code of a pupil's own session's mark, as an expression."""
    marks = Mark.objects.filter(pupil=OuterRef(pupil), session__date=on, session__half=half)
    return Subquery(marks.values("code")[:1])


def _row(values: dict[str, Any], pupil: Pupil) -> LessonRow:
    mark = {field: values[f"mark_{field}"] for field in STORED}
    return LessonRow(
        pupil_id=pupil.pk,
        list_name=pupil.list_name,
        dob=pupil.dob,
        mark=StoredLessonMark(**mark) if mark["id"] else None,
        expected_code=values["due_code"] or "",
        registered_code=values["said_code"] or "",
        signed_out=SignedOut(values["door_at"], values["door_due_back_at"]) if values["door_kind"] == "out" else None,
        is_own_family=values["family"],
        reported=values["report"],
    )


def past_lessons(register: LessonRegister) -> tuple[list[PastLesson], dict[tuple[int, int], str]]:
    """Return the last lessons of a group that were taken before one, earliest first, and codes by pupil and register.

    One query.
    """
    earlier = LessonRegister.objects.filter(lesson__group=register.lesson.group_id, starts_at__lt=register.starts_at)
    taken = earlier.filter(taken_at__isnull=False).order_by("-starts_at", "-pk").values("pk")[:SESSIONS_SHOWN]
    marks = LessonMark.objects.filter(register__in=taken)
    found = marks.values_list("pupil", "code", "register__starts_at", "register", "register__lesson__period__name")
    rows = [(pupil, code, PastLesson(at, pk, period)) for pupil, code, at, pk, period in found]
    return sorted({lesson for _, _, lesson in rows}), {(pupil, lesson.pk): code for pupil, code, lesson in rows}


def last_lesson_changes(mark_ids: Collection[int]) -> dict[int, LastChange]:
    """Return who said last what each of these lesson marks says. Two queries."""
    marks = LessonMark.objects.filter(pk__in=mark_ids)
    found = {pk: LastChange(*said) for pk, *said in marks.values_list("pk", *SAID_FIRST)}
    changes = LessonMarkAmendment.objects.filter(mark__in=mark_ids).order_by("number")
    return found | {pk: LastChange(*said) for pk, *said in changes.values_list("mark", *SAID_SINCE)}


def last_filling(register: LessonRegister) -> AuditEvent | None:
    """Return the act of marking everyone else present in a lesson that may still be undone. One query."""
    kinds = [Event.LESSON_EVERYONE_ELSE_PRESENT, Event.LESSON_EVERYONE_ELSE_UNDONE]
    events = AuditEvent.objects.filter(subject_type="registers.lessonregister", subject_id=register.pk, kind__in=kinds)
    last = events.order_by("-pk").first()
    return last if last and last.kind == Event.LESSON_EVERYONE_ELSE_PRESENT else None
