"""The start page: a classroom's registers of today, statutory ones and lessons, and one press to the next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.accounts.roles import PASS_ROLES
from attendance_mat.policy.adopted import Policy
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import HALF_NAMES
from registers.actions.entering import closes_at, opens_at, starts_at
from registers.models import LessonRegister, Register, RegisterReminder, Session
from registers.queries.chasing import key_of, reminders_of
from registers.queries.cover import groups_to_take
from registers.queries.lessons import DueLesson, due_lessons, lessons_in_reach
from registers.queries.today import DueRegister, registers_of
from registers.rules.lessons import LessonState

LIVE: Final = ("not open", "open")
LESSON_STATES: Final = {
    LessonState.LATER: "later",
    LessonState.NOT_TAKEN: "not open",
    LessonState.IN_PROGRESS: "open",
    LessonState.FINISHED: "finished",
    LessonState.MISSING: "overdue",
    LessonState.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class OwnRegister:
    """One of the member's registers of today, as the start page lists it."""

    starts_at: dt.datetime
    ends_at: dt.datetime  # when the register closes, or the lesson ends
    name: str
    what: str  # "morning", "period 1, Mathematics, R12"
    state: str  # later, not open, open, covered, overdue, finished, cancelled
    register: Register | LessonRegister | None
    marked: int
    pupils: int | None
    minutes_overdue: int
    opens: str  # the address that opens it
    keep: str  # the address of the page a device keeps: the register's, or a draft of one that nobody has opened
    taken_by: str  # someone else who takes it or took it; empty where nobody or oneself
    key: str  # which names it among the registers of the day

    @property
    def is_lesson(self) -> bool:
        return self.pupils is None

    @property
    def address(self) -> str:
        """Return the address of its page once it is open, else of what opens it."""
        return self.keep if self.register else self.opens


@require_GET
@needs(Permission.SEE_OWN_START_PAGE)
def start(request: StaffRequest) -> HttpResponse:
    """Show a classroom its registers of today, and send everyone else to the page they work on."""
    member, now = request.member, clock.now()
    scope = member.scope(Permission.TAKE_REGISTER)
    if scope is None or scope >= Scope.SCHOOL:
        return _send_on(request)
    policy = policy_for(request.school)
    sessions = Session.objects.filter(date=now.date()).order_by("half")
    listed = [
        _own(session, due, policy=policy, me=member, now=now)
        for session in sessions
        for due in registers_of(session, groups_to_take(member, scope, session.date, half=session.half))
    ]
    lessons = due_lessons(lessons_in_reach(member, Scope.OWN, now.date()), now.date(), now=now)
    listed += [_lesson(due, on=now.date(), me=member, now=now) for due in lessons]
    listed.sort(key=lambda row: (row.starts_at, row.is_lesson, row.name))
    keys = {row.key for row in listed if not row.marked and row.state != "cancelled"}
    awaited = [reminder for key, reminder in reminders_of(now.date()).items() if key in keys]
    return _page(request, listed, now, awaited=awaited)


def _page(
    request: StaffRequest, listed: Sequence[OwnRegister], now: dt.datetime, *, awaited: Sequence[RegisterReminder] = ()
) -> HttpResponse:
    """Draw the page. The next register is the first whose children wait now, then the first that is overdue.

    `awaited` are the reminders of those of the registers in which nothing is marked yet.
    """
    live = next((row for row in listed if row.state in LIVE), None)
    to_do = live or next((row for row in listed if row.state == "overdue"), None)
    later = next((row for row in listed if row.state == "later"), None)
    context = {"registers": listed, "next": to_do, "later": later, "awaited": awaited, "as_at": now}
    return render(request, "registers/start.html", context)


def _send_on(request: StaffRequest) -> HttpResponse:
    """Send a member who takes no register of their own to what they work on."""
    pages = {
        Permission.SEE_TODAY: "registers:today",
        Permission.SEE_SCHOOL_FIGURES: "figures:school",
        Permission.INSPECT_REGISTERS: "keeping:inspection",
        Permission.SEE_ACCESS_LOG: "keeping:access-log",
    }
    for permission, page in pages.items():
        if request.member.may(permission):
            return redirect(page)
    return _page(request, [], clock.now())


def _own(session: Session, due: DueRegister, *, policy: Policy, me: Member, now: dt.datetime) -> OwnRegister:
    group, register = due.group, due.register
    other = _other(register, due.covered_by, me=me)
    place = [session.date, session.half, group.pk]
    closes = register.closes_at if register else closes_at(session, policy=policy, group_id=group.pk)
    overdue = due.minutes_overdue(closes, now)
    if due.is_finished:
        state = "finished"
    elif overdue:
        state = "overdue"
    elif other:
        state = "covered"
    elif register:
        state = "open"
    else:
        state = "later" if now < opens_at(session, policy=policy) else "not open"
    return OwnRegister(
        starts_at=starts_at(session, policy=policy, group_id=group.pk),
        ends_at=closes,
        name=group.name,
        what=HALF_NAMES[session.half],
        state=state,
        register=register,
        marked=due.marked,
        pupils=due.pupils,
        minutes_overdue=overdue,
        opens=reverse("registers:open", args=place),
        keep=reverse("registers:take", args=[register.pk]) if register else reverse("registers:draft", args=place),
        taken_by=other,
        key=key_of(session.half, group.pk, None),
    )


def _lesson(due: DueLesson, *, on: dt.date, me: Member, now: dt.datetime) -> OwnRegister:
    lesson, register = due.lesson, due.register
    state, other = LESSON_STATES[due.state], _other(register, (due.covered_by,), me=me)
    parts = [f"period {lesson.period.name}", lesson.subject, lesson.room.name if lesson.room else ""]
    return OwnRegister(
        starts_at=due.starts_at,
        ends_at=due.ends_at,
        name=lesson.group.name,
        what=", ".join(part for part in parts if part),
        state="covered" if other and state not in {"finished", "overdue", "cancelled"} else state,
        register=register,
        marked=due.marked,
        pupils=None,
        minutes_overdue=max(0, int((now - due.ends_at).total_seconds() // 60)),
        opens=reverse("registers:open-lesson", args=[on, lesson.pk]),
        keep=reverse("registers:take-lesson", args=[register.pk])
        if register
        else reverse("registers:draft-lesson", args=[on, lesson.pk]),
        taken_by=other,
        key=key_of("", None, lesson.pk),
    )


def _other(register: Register | LessonRegister | None, covered_by: Sequence[str], *, me: Member) -> str:
    """Return who takes or took a register, or is to take it in one's place; empty where that is oneself or nobody."""
    by = (register.finished_by or register.taken_by) if register else None
    if by:
        return by.name if by.pk != me.user_id else ""
    if me.role in PASS_ROLES:
        return ""  # whatever the bearer of a cover pass sees, they cover
    return ", ".join(name for name in covered_by if name and name != me.name)
