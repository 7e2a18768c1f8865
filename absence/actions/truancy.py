"""Raising and ending truancy alerts, by what registers say, by the clock and by staff.

Each alert is raised once however often a mark is saved, and asks at once for what the policy wants done.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.actions.tasks import ask_for, drop_tasks_of, role_told
from absence.models import Task, TruancyAlert
from absence.queries import truancy as queries
from absence.queries.truancy import LastSeen
from absence.rules.truancy import is_looked_for, is_seen, left_at_midday
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.absence_procedure import Truancy
from registers.actions.entering import require_not_family, school_policy
from registers.models import LessonMark, LessonRegister, Pupil, Register
from registers.queries.on_site import Standing
from registers.rules.calendar import LONDON, Half
from registers.rules.lessons import LessonCode

SAY_HOW: Final = "Say what is known, in a few words."
ENDED: Final = "This alert is ended: {}."
OVER: Final = "The alert is over: {}."


def terms(on: dt.date) -> Truancy:
    """Return what the school's policy says of truancy on a day."""
    return school_policy().terms(Truancy, on=on)


@transaction.atomic
def look_at_lesson_marks(mark_ids: Collection[int], *, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Raise an alert for each pupil in school whom a lesson of today has absent, and end those of pupils now seen."""
    marks = queries.lesson_marks(mark_ids, at.astimezone(LONDON).date())
    _end_by_marks(marks, by=by, at=at)
    missing = [mark for mark in marks if mark.code == LessonCode.ABSENT]
    if not missing:
        return []
    pupils, register = [mark.pupil_id for mark in missing], missing[0].register
    standing, seen = queries.standing_of(pupils, at), queries.last_seen(pupils, at)
    elsewhere = queries.elsewhere_now(pupils, at, but=register.pk)
    told = queries.raised_already(pupils, register.pk, TruancyAlert.Kind.LESSON, register.date)
    return [
        raise_alert(mark.pupil, TruancyAlert.Kind.LESSON, seen=seen[mark.pupil_id], lesson=register, by=by, at=at)
        for mark in missing
        if mark.pupil_id not in told
        and is_looked_for(
            mark.code,
            on_site=standing.get(mark.pupil_id) == Standing.ON_SITE,
            elsewhere=mark.pupil_id in elsewhere,
        )
    ]


@transaction.atomic
def look_at_afternoon(register: Register, *, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Raise an alert for each pupil of an afternoon's register who came in the morning and is absent with no cause
    given (AET-10.01)."""
    on = register.session.date
    if register.session.half != Half.PM or on != at.astimezone(LONDON).date():
        return []
    gone = [pk for pk, codes in queries.gone_at_midday(register).items() if left_at_midday(*codes)]
    standing, seen = queries.standing_of(gone, at), queries.last_seen(gone, at)
    told = queries.raised_already(gone, None, TruancyAlert.Kind.AFTERNOON, on)
    pupils = Pupil.objects.filter(pk__in=[pk for pk in gone if standing.get(pk) != Standing.SIGNED_OUT]).order_by("pk")
    return [
        raise_alert(pupil, TruancyAlert.Kind.AFTERNOON, seen=seen[pupil.pk], by=by, at=at)
        for pupil in pupils
        if pupil.pk not in told
    ]


@transaction.atomic
def look_for_overdue(*, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Raise an alert for each pupil who should be back from elsewhere on site and has not been seen since."""
    marks = queries.overdue_marks(at)
    standing = queries.standing_of([mark.pupil_id for mark in marks], at)
    return [
        raise_alert(
            mark.pupil, TruancyAlert.Kind.OVERDUE, seen=LastSeen(mark.place, mark.made_at), lesson=mark.register,
            by=by, at=at,
        )
        for mark in marks
        if standing.get(mark.pupil_id) == Standing.ON_SITE
    ]  # fmt: skip


@transaction.atomic
def set_not_on_site(pupil: Pupil, *, words: str, by: Member, at: dt.datetime) -> TruancyAlert:
    """Raise an alert because staff found that a registered pupil is not on site (WAT-7.16); one a day while open."""
    require_not_family(pupil.pk, by=by)
    Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)
    on, kind = at.astimezone(LONDON).date(), TruancyAlert.Kind.NOT_ON_SITE
    there = next((alert for alert in queries.open_alerts([pupil.pk], on) if alert.kind == kind), None)
    if there:
        return there
    return raise_alert(pupil, kind, seen=queries.last_seen([pupil.pk], at)[pupil.pk], words=words, by=by, at=at)


def raise_alert(
    pupil: Pupil, kind: TruancyAlert.Kind, *, seen: LastSeen, lesson: LessonRegister | None = None, words: str = "",
    by: Member, at: dt.datetime,
) -> TruancyAlert:  # fmt: skip
    """Write an alert, and ask those the policy names for what is due at once."""
    alert = TruancyAlert.objects.create(
        pupil=pupil, kind=kind, date=at.astimezone(LONDON).date(), lesson=lesson, last_seen=seen.words[:200],
        last_seen_at=seen.at, words=words.strip(), raised_at=at, raised_by=by.user, raised_by_name=by.name,
        raised_by_role=by.role,
    )  # fmt: skip
    record(Event.TRUANCY_ALERTED, alert, by=by, at=at, pupil=pupil.pk, alert=alert.kind)
    policy = terms(alert.date)
    home = Role(policy.calls_home)
    what = f"{alert.get_kind_display()}. Last seen: {alert.last_seen}."
    ask_for(
        Task.Kind.CONTACT, words=f"{what} Ring the parents now.", origin=str(alert), due_at=at, by=by, at=at, of=home,
        pupil=pupil,
    )  # fmt: skip
    for role in dict.fromkeys(role_told(Role(role), pupil) for role in policy.alerts if role != home):
        ask_for(
            Task.Kind.OTHER, words=f"{what} Find out where the pupil is.", origin=f"{alert}, {role}", due_at=at,
            by=by, at=at, of=role, pupil=pupil,
        )  # fmt: skip
    return alert


def _end_by_marks(marks: Sequence[LessonMark], *, by: Member, at: dt.datetime) -> None:
    """End the alerts that lessons' marks have answered: came late, is seen elsewhere, or was never missing."""
    if not marks:
        return
    of_pupil = {mark.pupil_id: mark for mark in marks if mark.code != LessonCode.ABSENT}
    for alert in queries.open_alerts(of_pupil, marks[0].register.date):
        mark = of_pupil[alert.pupil_id]
        ending = _ending(alert, mark)
        if ending:
            minutes = mark.minutes_late if ending == TruancyAlert.Ending.LATE else None
            end(alert, ending, outcome=_seen_in(mark), minutes_late=minutes, by=by, at=at)


def _ending(alert: TruancyAlert, mark: LessonMark) -> TruancyAlert.Ending | None:
    endings = TruancyAlert.Ending
    if alert.lesson_id == mark.register_id and alert.kind == TruancyAlert.Kind.LESSON:
        return endings.LATE if mark.code == LessonCode.LATE else endings.WITHDRAWN
    if not is_seen(mark.code) or (alert.lesson and mark.register.starts_at < alert.lesson.starts_at):
        return None
    is_the_same_news = mark.code == LessonCode.ELSEWHERE and alert.kind == TruancyAlert.Kind.OVERDUE
    return None if is_the_same_news and alert.lesson_id == mark.register_id else endings.FOUND


def _seen_in(mark: LessonMark) -> str:
    lesson = mark.register.lesson
    minutes = f", {mark.minutes_late} minutes late" if mark.code == LessonCode.LATE else ""
    return f"Period {lesson.period.name}, {lesson.group.name}: {mark.place or 'there'}{minutes}."


@transaction.atomic
def look_again(pupil_ids: Collection[int], *, by: Member, at: dt.datetime) -> None:
    """End the alerts of today that the registers or the desk no longer bear out: a reason came, or the pupil left with
    leave."""
    alerts = queries.open_alerts(pupil_ids, at.astimezone(LONDON).date())
    gone = {alert.pupil_id for alert in alerts if alert.kind == TruancyAlert.Kind.NOT_ON_SITE}
    alerts = [alert for alert in alerts if alert.pupil_id not in gone]  # who left without leave is still looked for
    standing = queries.standing_of({alert.pupil_id for alert in alerts}, at)
    for alert in alerts:
        now = standing.get(alert.pupil_id)
        if alert.kind == TruancyAlert.Kind.AFTERNOON:
            _look_at_afternoon_again(alert, now, by=by, at=at)
        elif now in {Standing.SIGNED_OUT, Standing.NOT_IN}:
            end(alert, TruancyAlert.Ending.EXPLAINED, outcome=OVER.format(now.label.lower()), by=by, at=at)


@transaction.atomic
def end_for_who_came_in(pupil_id: int, *, by: Member, at: dt.datetime) -> None:
    """End the alerts of today about a pupil who came in at the office."""
    for alert in queries.open_alerts([pupil_id], at.astimezone(LONDON).date()):
        end(alert, TruancyAlert.Ending.FOUND, outcome="Came in at the office.", by=by, at=at)


def _look_at_afternoon_again(alert: TruancyAlert, now: Standing | None, *, by: Member, at: dt.datetime) -> None:
    mark = queries.afternoon_mark(alert)
    if now == Standing.ON_SITE and mark and mark.code in {"L", "U"}:
        late = TruancyAlert.Ending.LATE
        end(alert, late, outcome="Came in the afternoon.", minutes_late=mark.minutes_late, by=by, at=at)
    elif mark and mark.code not in {"", "N"}:
        is_here = now == Standing.ON_SITE
        ending = TruancyAlert.Ending.WITHDRAWN if is_here else TruancyAlert.Ending.EXPLAINED
        end(alert, ending, outcome=f"The afternoon's mark is now {mark.code}.", by=by, at=at)
    elif now == Standing.SIGNED_OUT:
        end(alert, TruancyAlert.Ending.EXPLAINED, outcome=OVER.format(now.label.lower()), by=by, at=at)


def end(
    alert: TruancyAlert, ending: TruancyAlert.Ending, *, outcome: str, minutes_late: int | None = None, by: Member,
    at: dt.datetime,
) -> TruancyAlert:  # fmt: skip
    """End a locked alert that is open, and drop what was still to be done about it."""
    alert.ended_at, alert.ended_by, alert.ended_by_name, alert.ended_by_role = at, by.user, by.name, by.role
    alert.ending, alert.outcome, alert.minutes_late = ending, outcome.strip(), minutes_late
    alert.save(update_fields=["ended_at", "ended_by", "ended_by_name", "ended_by_role", "ending", "outcome",
                              "minutes_late"])  # fmt: skip
    record(Event.TRUANCY_ENDED, alert, by=by, at=at, pupil=alert.pupil_id, ending=alert.ending)
    for origin in _origins(alert):
        drop_tasks_of(origin, because=ENDED.format(alert.get_ending_display().lower()), by=by, at=at)
    return alert


def _origins(alert: TruancyAlert) -> Iterable[str]:
    roles = dict.fromkeys([*terms(alert.date).alerts, Role.SAFEGUARDING_LEAD])  # who is told of a hidden pupil
    return [str(alert), *(f"{alert}, {role}" for role in roles)]


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
