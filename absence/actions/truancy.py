"""Raising truancy alerts, by what registers say, by the clock and by staff.

A pupil is looked for by one alert at a time: what is found while it is open is written to it, and told, each thing
once however often a mark is saved. What ends an alert is beside this (ending_truancy.py).
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from django.db import transaction

from absence.actions.ending_truancy import answer_by_marks
from absence.actions.tasks import ask_for, role_told
from absence.models import Task, TruancyAlert, TruancyFinding
from absence.queries import truancy as queries
from absence.queries import whereabouts
from absence.queries.whereabouts import LastSeen
from absence.rules.truancy import goes_on, is_looked_for, is_missed_after_coming, is_seen, left_at_midday
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.absence_procedure import Truancy
from registers.actions.entering import require_not_family, school_policy, starts_at
from registers.models import LessonMark, LessonRegister, Pupil, Register, Session
from registers.queries.on_site import Standing
from registers.rules.calendar import LONDON, Half
from registers.rules.lessons import LessonCode

Kind = TruancyAlert.Kind
RING: Final = "{} Ring the parents now."
FIND_OUT: Final = "{} Find out where the pupil is."
FURTHER: Final = "Looked for already, and now besides: {}"
ENDED: Final = "The alert of today was ended ({}), and nobody has seen the pupil since: {}"


def terms(on: dt.date) -> Truancy:
    """Return what the school's policy says of truancy on a day."""
    return school_policy().terms(Truancy, on=on)


@transaction.atomic
def look_at_lesson_marks(mark_ids: Collection[int], *, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Find the pupils in school whom a lesson of today has absent, and answer for those whom it has seen.

    Who was seen may have missed a later lesson when nothing yet had them in school: that is found now.
    """
    marks = whereabouts.lesson_marks(mark_ids, at.astimezone(LONDON).date())
    if not marks:
        return []
    answer_by_marks(marks, by=by, at=at)
    raised = _look_at_missing([mark for mark in marks if mark.code == LessonCode.ABSENT], by=by, at=at)
    return raised + look_at_who_came([mark.pupil_id for mark in marks if is_seen(mark.code)], by=by, at=at)


def _look_at_missing(missing: list[LessonMark], *, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    if not missing:
        return []
    pupils, register = [mark.pupil_id for mark in missing], missing[0].register
    queries.take_turns(pupils)
    standing, seen = whereabouts.standing_of(pupils, at), whereabouts.last_seen(pupils, at)
    elsewhere = whereabouts.elsewhere_at(pupils, at, but=register.pk, policy=school_policy())
    told = queries.raised_already(pupils, register.pk, Kind.LESSON, register.date)
    return [
        find(mark.pupil, Kind.LESSON, seen=seen[mark.pupil_id], lesson=register, by=by, at=at)
        for mark in missing
        if mark.pupil_id not in told
        and is_looked_for(
            mark.code,
            on_site=standing.get(mark.pupil_id) == Standing.ON_SITE,
            elsewhere=mark.pupil_id in elsewhere,
        )
    ]


@transaction.atomic
def look_at_who_came(pupil_ids: Collection[int], *, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Find the lessons of today that had some pupils absent before anything had them in school, and that they missed
    after coming (WAT-3.05, JTM-8.10). One query where there are none."""
    on, policy = at.astimezone(LONDON).date(), school_policy()
    missed = whereabouts.missed_unsaid(pupil_ids, on) if pupil_ids else []
    if not missed:
        return []
    pupils = sorted({mark.pupil_id for mark, _ in missed})
    queries.take_turns(pupils)
    standing, seen = whereabouts.standing_of(pupils, at), whereabouts.last_seen(pupils, at)
    starts = {half: starts_at(Session(date=on, half=half), policy=policy) for half in Half}
    sightings = whereabouts.sightings(pupils, on, starts=starts)
    raised = []
    for mark, said_at in missed:
        known, register = sightings[mark.pupil_id], mark.register
        if not is_missed_after_coming(register.starts_at, register.ends_at, came=known.came, seen=known.seen):
            continue
        elsewhere = whereabouts.elsewhere_at([mark.pupil_id], said_at, but=register.pk, policy=policy)
        on_site = standing.get(mark.pupil_id) == Standing.ON_SITE
        if is_looked_for(mark.code, on_site=on_site, elsewhere=bool(elsewhere)):
            raised.append(find(mark.pupil, Kind.LESSON, seen=seen[mark.pupil_id], lesson=register, by=by, at=at))
    return raised


@transaction.atomic
def look_at_afternoon(register: Register, *, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Find each pupil of an afternoon's register who came in the morning and is absent with no cause given
    (AET-10.01)."""
    on = register.session.date
    if register.session.half != Half.PM or on != at.astimezone(LONDON).date():
        return []
    gone = [pk for pk, codes in whereabouts.gone_at_midday(register).items() if left_at_midday(*codes)]
    standing, seen = whereabouts.standing_of(gone, at), whereabouts.last_seen(gone, at)
    told = queries.raised_already(gone, None, Kind.AFTERNOON, on)
    looked_for = [pk for pk in gone if standing.get(pk) != Standing.SIGNED_OUT and pk not in told]
    return [find(pupil, Kind.AFTERNOON, seen=seen[pupil.pk], by=by, at=at) for pupil in queries.take_turns(looked_for)]


@transaction.atomic
def look_for_overdue(*, by: Member, at: dt.datetime) -> list[TruancyAlert]:
    """Find each pupil who should be back from elsewhere on site and has not been seen since."""
    marks = whereabouts.overdue_marks(at, policy=school_policy())
    queries.take_turns([mark.pupil_id for mark in marks])
    standing = whereabouts.standing_of([mark.pupil_id for mark in marks], at)
    return [
        find(mark.pupil, Kind.OVERDUE, seen=LastSeen(mark.place, mark.made_at), lesson=mark.register, by=by, at=at)
        for mark in marks
        if standing.get(mark.pupil_id) == Standing.ON_SITE
    ]


@transaction.atomic
def set_not_on_site(pupil: Pupil, *, words: str, by: Member, at: dt.datetime) -> TruancyAlert:
    """Have a registered pupil looked for because staff found that they are not on site (WAT-7.16); once while open."""
    require_not_family(pupil.pk, by=by)
    queries.take_turns([pupil.pk])
    on = at.astimezone(LONDON).date()
    there = next((each for each in queries.looked_for([pupil.pk], on) if each.kind == Kind.NOT_ON_SITE), None)
    if there:
        return there.alert
    seen = whereabouts.last_seen([pupil.pk], at)[pupil.pk]
    return find(pupil, Kind.NOT_ON_SITE, seen=seen, words=words, by=by, at=at)


def find(
    pupil: Pupil, kind: TruancyAlert.Kind, *, seen: LastSeen, lesson: LessonRegister | None = None, words: str = "",
    by: Member, at: dt.datetime,
) -> TruancyAlert:  # fmt: skip
    """Write down what a pupil is looked for, in the alert of the day that goes on or in a new one, and tell those whom
    the policy names at once. The pupil is locked.

    Whom staff find not on site is looked for whatever ended before.
    """
    on = at.astimezone(LONDON).date()
    alert = queries.alert_of_the_day(pupil, on)
    begun = alert and goes_on(alert.ending, ended_at=alert.ended_at, last_seen_at=seen.at)
    if alert is None or not begun or (kind == Kind.NOT_ON_SITE and not alert.is_open):
        alert = _raise(pupil, kind, seen=seen, lesson=lesson, words=words, by=by, at=at)
        _tell(alert, _write(alert, kind, seen, lesson, words, by=by, at=at), by=by, at=at)
    else:
        _tell_of_more(alert, _write(alert, kind, seen, lesson, words, by=by, at=at), by=by, at=at)
    return alert


def _raise(
    pupil: Pupil, kind: TruancyAlert.Kind, *, seen: LastSeen, lesson: LessonRegister | None, words: str, by: Member,
    at: dt.datetime,
) -> TruancyAlert:  # fmt: skip
    alert = TruancyAlert.objects.create(
        pupil=pupil, kind=kind, date=at.astimezone(LONDON).date(), lesson=lesson, last_seen=seen.words[:200],
        last_seen_at=seen.at, words=words.strip(), raised_at=at, raised_by=by.user, raised_by_name=by.name,
        raised_by_role=by.role,
    )  # fmt: skip
    record(Event.TRUANCY_ALERTED, alert, by=by, at=at, pupil=pupil.pk, alert=alert.kind)
    return alert


def _write(
    alert: TruancyAlert, kind: TruancyAlert.Kind, seen: LastSeen, lesson: LessonRegister | None, words: str, *,
    by: Member, at: dt.datetime,
) -> TruancyFinding:  # fmt: skip
    finding = TruancyFinding.objects.create(
        alert=alert, kind=kind, lesson=lesson, last_seen=seen.words[:200], last_seen_at=seen.at, words=words.strip(),
        found_at=at, found_by_name=by.name,
    )  # fmt: skip
    record(Event.TRUANCY_FOUND, finding, by=by, at=at, pupil=alert.pupil_id, alert=alert.pk, found=kind)
    return finding


def _tell(alert: TruancyAlert, finding: TruancyFinding, *, by: Member, at: dt.datetime) -> None:
    """Have the parents rung at once, and the others whom the policy names find out where the pupil is."""
    policy, what = terms(alert.date), _in_words(finding)
    home = Role(policy.calls_home)
    ask_for(
        Task.Kind.CONTACT, words=RING.format(what), origin=str(alert), due_at=at, by=by, at=at, of=home,
        pupil=alert.pupil,
    )  # fmt: skip
    _ask(alert, (role for role in policy.alerts if role != home), words=FIND_OUT.format(what), by=by, at=at)


def _tell_of_more(alert: TruancyAlert, finding: TruancyFinding, *, by: Member, at: dt.datetime) -> None:
    """Tell whoever was told of the alert what else the pupil is looked for."""
    policy, what = terms(alert.date), _in_words(finding)
    words = FURTHER.format(what) if alert.is_open else ENDED.format(alert.get_ending_display().lower(), what)
    _ask(alert, (policy.calls_home, *policy.alerts), words=words, more=f", {finding.origin}", by=by, at=at)


def _ask(alert: TruancyAlert, roles: Iterable[str], *, words: str, more: str = "", by: Member, at: dt.datetime) -> None:
    for role in dict.fromkeys(role_told(Role(role), alert.pupil) for role in roles):
        ask_for(
            Task.Kind.OTHER, words=words, origin=f"{alert}{more}, {role}", due_at=at, by=by, at=at, of=role,
            pupil=alert.pupil,
        )  # fmt: skip


def _in_words(finding: TruancyFinding) -> str:
    lesson = f", period {finding.lesson.lesson.period.name}" if finding.lesson else ""
    return f"{finding.get_kind_display()}{lesson}. Last seen: {finding.last_seen}."
