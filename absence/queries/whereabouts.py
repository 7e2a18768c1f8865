"""Where pupils are on a day, as registers and lessons say: last seen, elsewhere on site, overdue, gone after lunch."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from absence.models import TruancyAlert, TruancyFinding
from absence.rules.truancy import Came, came_at, due_back, seen_at
from attendance_mat.policy.absence_procedure import ElsewhereOnSite
from attendance_mat.policy.adopted import Policy
from attendance_mat.web.formats import time_of_day
from registers.models import LessonMark, LessonMarkAmendment, Mark, Pupil, Register, TimetabledLesson
from registers.queries.cancelling import is_cancelled
from registers.queries.on_site import Standing, everybody
from registers.rules.calendar import LONDON, Half
from registers.rules.lessons import IN_SCHOOL, LessonCode

NOT_SEEN: Final = "No mark of today has them in school."
SEEN: Final = (LessonCode.PRESENT.value, LessonCode.LATE.value, LessonCode.ELSEWHERE.value)
OF_A_LESSON: Final = ("pupil", "register__lesson__period", "register__lesson__group", "register__lesson__room")


@dataclass(frozen=True)
class LastSeen:
    """Where a pupil was last seen on a day, in words, and when."""

    words: str = NOT_SEEN
    at: dt.datetime | None = None


def lesson_marks(ids: Collection[int], on: dt.date) -> list[LessonMark]:
    """Return some marks of a day's lesson registers, with their lessons. One query."""
    marks = LessonMark.objects.filter(pk__in=ids, register__date=on)
    return list(marks.select_related(*OF_A_LESSON).order_by("pk"))


def standing_of(pupil_ids: Iterable[int], at: dt.datetime) -> dict[int, Standing]:
    """Return where the registers and the desk have some pupils at a moment. One query."""
    wanted = set(pupil_ids)
    return {row.pupil_id: row.standing for row in everybody(at) if row.pupil_id in wanted} if wanted else {}


def elsewhere_at(pupil_ids: Collection[int], at: dt.datetime, *, but: int, policy: Policy) -> set[int]:
    """Return those of some pupils whom another register has elsewhere on site at a moment, or who sit an exam then.

    Two queries.
    """
    on, clock = at.astimezone(LONDON).date(), at.astimezone(LONDON).time()
    marks = LessonMark.objects.filter(pupil__in=pupil_ids, code=LessonCode.ELSEWHERE, register__date=on)
    marks = marks.exclude(register=but).annotate(said_at=_said_at()).select_related("register")
    exams = TimetabledLesson.objects.filter(~is_cancelled(lesson="pk", date=Value(on))).exclude(supplies="")
    exams = exams.exclude(registers=but)
    sitting = exams.filter(
        from_date=on, period__starts__lte=clock, period__ends__gt=clock, group__places__pupil__in=pupil_ids
    )
    return {
        *(mark.pupil_id for mark in marks if _due_back(mark, mark.said_at, policy) > at),
        *sitting.values_list("group__places__pupil", flat=True),
    }


def _due_back(mark: LessonMark, said_at: dt.datetime, policy: Policy) -> dt.datetime:
    return due_back(
        mark.until_at, said_at=said_at, starts_at=mark.register.starts_at, ends_at=mark.register.ends_at,
        minutes=policy.terms(ElsewhereOnSite, on=mark.register.date).minutes,
    )  # fmt: skip


def _said_at() -> Coalesce:
    """Return the moment at which a lesson's mark was said as it now stands, for a query over marks."""
    changes = LessonMarkAmendment.objects.filter(mark=OuterRef("pk")).order_by("-number")
    return Coalesce(Subquery(changes.values("made_at")[:1]), F("made_at"))


def last_seen(pupil_ids: Collection[int], at: dt.datetime) -> dict[int, LastSeen]:
    """Return where each pupil was last seen on the day of a moment, before it. Two queries."""
    on, found = at.astimezone(LONDON).date(), dict.fromkeys(pupil_ids, LastSeen())
    marks = Mark.objects.filter(pupil__in=pupil_ids, session__date=on, code__in=IN_SCHOOL, made_at__lte=at)
    lessons = LessonMark.objects.filter(pupil__in=pupil_ids, register__date=on, code__in=SEEN, made_at__lte=at)
    kept = ("register__lesson__period", "register__lesson__room")
    seen = [(mark.pupil_id, _at_registration(mark)) for mark in marks.select_related("session", "register__group")]
    seen += [(mark.pupil_id, _in_lesson(mark)) for mark in lessons.select_related(*kept)]
    for pupil_id, each in sorted(seen, key=lambda one: (one[1].at, one[0])):
        found[pupil_id] = each
    return found


def _at_registration(mark: Mark) -> LastSeen:
    at = mark.arrived_at or mark.made_at
    half = "Morning" if mark.session.half == Half.AM else "Afternoon"
    group = f" of {mark.register.group.name}" if mark.register else ""
    return LastSeen(f"{half} registration{group}, {time_of_day(at)}, by {mark.made_by_name}"[:200], at)


def _in_lesson(mark: LessonMark) -> LastSeen:
    lesson = mark.register.lesson
    what = ", ".join(part for part in (f"Period {lesson.period.name}", lesson.subject) if part)
    where = mark.place or (lesson.room.name if lesson.room else "")
    place = f", {where}" if where else ""
    return LastSeen(f"{what}{place}, {time_of_day(mark.made_at)}, by {mark.made_by_name}"[:200], mark.made_at)


def gone_at_midday(register: Register) -> dict[int, tuple[str, str]]:
    """Return the morning's and afternoon's code of each pupil of an afternoon's register who came in the morning.

    Those of whom something is expected in the afternoon are left out: the school was told. One query.
    """
    on = register.session.date
    expected = Q(
        expected_marks__ended_at__isnull=True, expected_marks__from_date__lte=on, expected_marks__until_date__gt=on,
        expected_marks__halves__in=(Half.PM, "both"),
    )  # fmt: skip
    afternoon = Mark.objects.filter(pupil=OuterRef("pk"), session=register.session_id)
    pupils = (
        Pupil.objects.filter(group_places__group=register.group_id, group_places__from_date__lte=on)
        .filter(Q(group_places__until_date__isnull=True) | Q(group_places__until_date__gt=on))
        .filter(marks__session__date=on, marks__session__half=Half.AM, marks__code__in=IN_SCHOOL)
        .exclude(Exists(Pupil.objects.filter(expected, pk=OuterRef("pk"))))
        .annotate(morning=F("marks__code"), afternoon=afternoon.values("code")[:1])
    )
    return {pk: (morning, later or "") for pk, morning, later in pupils.values_list("pk", "morning", "afternoon")}


def overdue_marks(at: dt.datetime, *, policy: Policy) -> list[LessonMark]:
    """Return the marks of pupils elsewhere on site who should be back and have not been seen since. One query.

    Each is told once, until it is said anew that they are elsewhere.
    """
    on = at.astimezone(LONDON).date()
    later = LessonMark.objects.filter(
        pupil=OuterRef("pupil"), register__date=on, register__starts_at__gt=OuterRef("register__starts_at")
    ).exclude(code="")
    told = TruancyFinding.objects.filter(
        Q(answered_at__isnull=True) | Q(found_at__gte=OuterRef("said_at")), alert__pupil=OuterRef("pupil"),
        lesson=OuterRef("register"), kind=TruancyAlert.Kind.OVERDUE,
    )  # fmt: skip
    marks = LessonMark.objects.filter(register__date=on, code=LessonCode.ELSEWHERE).annotate(said_at=_said_at())
    marks = marks.filter(~Exists(later), ~Exists(told)).select_related("pupil", "register__lesson__period")
    return [mark for mark in marks.order_by("pk") if _due_back(mark, mark.said_at, policy) < at]


def missed_unsaid(pupil_ids: Collection[int], on: dt.date) -> list[tuple[LessonMark, dt.datetime]]:
    """Return the marks of a day's lessons that were held and have some pupils absent, and of which no alert tells, each
    with when it was said. One query."""
    told = TruancyFinding.objects.filter(
        alert__pupil=OuterRef("pupil"), lesson=OuterRef("register"), kind=TruancyAlert.Kind.LESSON
    ).exclude(answer=TruancyAlert.Ending.WITHDRAWN)
    held = ~is_cancelled(lesson="register__lesson", date=Value(on))
    marks = LessonMark.objects.filter(
        ~Exists(told), held, pupil__in=pupil_ids, register__date=on, code=LessonCode.ABSENT
    )
    marks = marks.annotate(said_at=_said_at()).select_related(*OF_A_LESSON)
    return [(mark, mark.said_at) for mark in marks.order_by("register__starts_at", "pk")]


@dataclass(frozen=True)
class Sightings:
    """Since when registers have a pupil in school on a day, and when each saw them."""

    came: tuple[Came, ...] = ()
    seen: tuple[dt.datetime, ...] = ()


def sightings(
    pupil_ids: Collection[int], on: dt.date, *, starts: Mapping[Half, dt.datetime]
) -> Mapping[int, Sightings]:
    """Return what a day's registers and lessons tell of where each pupil was. Two queries.

    `starts` says when each session of the day begins. A lesson tells of its beginning.
    """
    came: dict[int, list[Came]] = defaultdict(list)
    seen: dict[int, list[dt.datetime]] = defaultdict(list)
    for mark in marks_of_day(pupil_ids, on):
        half, arrived = Half(mark.session.half), mark.arrived_at
        since = came_at(mark.code, arrived_at=arrived, made_at=mark.made_at, session_starts=starts[half])
        sight = seen_at(half, mark.code, arrived_at=arrived, made_at=mark.made_at)
        came[mark.pupil_id] += [since] if since else []
        seen[mark.pupil_id] += [sight] if sight else []
    lessons = LessonMark.objects.filter(pupil__in=pupil_ids, register__date=on, code__in=SEEN)
    for pupil_id, begins in lessons.values_list("pupil", "register__starts_at"):
        came[pupil_id].append(Came(begins))
        seen[pupil_id].append(begins)
    return {pk: Sightings(tuple(came[pk]), tuple(seen[pk])) for pk in pupil_ids}


def marks_of_day(pupil_ids: Collection[int], on: dt.date) -> list[Mark]:
    """Return some pupils' statutory marks of a day, the morning's first. One query."""
    marks = Mark.objects.filter(pupil__in=pupil_ids, session__date=on).exclude(code="")
    return list(marks.select_related("session").order_by("session__half", "pk"))
