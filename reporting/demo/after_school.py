"""What happens once the children have gone: the night's check, and what the school does about what it finds."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.actions.leave import ask_for_leave, grant_leave, refuse_leave
from absence.models import LeaveRequest
from absence.rules.days import Days
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.clock import LONDON
from escalation.actions import (
    add_note,
    after_the_night,
    assign_owner,
    close_case,
    move_case_on,
    run_threshold_check,
)
from escalation.models import Case
from letters.actions import send_letter
from letters.gateways.pdf import PdfUnavailableError
from letters.models import Letter
from registers.models import ExpectedMark
from reporting.demo.so_far import SchoolSoFar

NIGHT: Final = dt.time(2, 5)
ONE_DAY: Final = dt.timedelta(days=1)
MIDDAY: Final = dt.time(12, 15)
ASKED_BEFORE: Final = 4  # school days
SENT: Final = 1  # letter a school, besides those that still wait for review


def check_night(school: SchoolSoFar, day: int) -> None:
    """Run a school day's check in the night that follows it, and let the rooms act on what it found."""
    on = school.days[day]
    at = dt.datetime.combine(on + ONE_DAY, NIGHT, LONDON)
    run_threshold_check(school.school, as_of=on, at=at, policy=school.policy)
    handle_waiting_events(at=at)
    after_the_night(school.school, as_of=on, at=at)


def work_cases(school: SchoolSoFar, *, at: dt.datetime) -> None:
    """Have the attendance officer take up the oldest cases, move one on and close another, by a moment."""
    officer = school.staff.one(Role.ATTENDANCE_OFFICER)
    cases = list(Case.objects.filter(opened_at__lt=at).select_related("pupil").order_by("opened_at", "pk")[:4])
    for case in cases:
        assign_owner(case, owner=officer.user, by=officer, at=at)
    if len(cases) > 1:
        add_note(cases[0], words="Rang home; a meeting is agreed for next week.", by=officer, at=at)
        move_case_on(
            cases[0],
            stage="Support offered",
            next_step="Meet the family and agree a plan.",
            due_date=at.date() + 7 * ONE_DAY,
            by=officer,
            at=at,
        )
    if len(cases) > 3:
        close_case(cases[1], because="Attendance has recovered, and the family has a plan.", by=officer, at=at)


def send_letters(school: SchoolSoFar, *, at: dt.datetime) -> None:
    """Send the oldest letters that have been proposed; none where this machine cannot make PDFs."""
    officer = school.staff.one(Role.ATTENDANCE_OFFICER)
    for letter in Letter.objects.filter(state=Letter.State.PROPOSED, proposed_at__lt=at).order_by("proposed_at", "pk")[
        :SENT
    ]:
        try:
            with transaction.atomic():
                send_letter(letter, by=officer, at=at)
        except (PdfUnavailableError, ValidationError):
            continue


def ask_and_decide_leave(school: SchoolSoFar, *, today: int, at: dt.datetime) -> None:
    """Have four families ask for leave: one is granted, one refused, two wait for the headteacher."""
    head = school.staff.one(Role.HEADTEACHER)
    asked = _requests(school, today=today, on=school.days[max(0, today - ASKED_BEFORE)])
    if len(asked) < len(WISHES):
        return
    granted, refused = asked[:2]
    days = granted.days
    reason = "An exceptional circumstance: a close relative's wedding."
    grant_leave(granted, first=days.first, last=days.last, code="C", reason=reason, by=head, at=at)
    refuse_leave(refused, reason="A holiday in term time is not an exceptional circumstance.", by=head, at=at)


# In how many school days the leave begins, for how many, and why.
WISHES: Final = (
    (6, 2, "A family wedding in Scotland."),
    (11, 5, "A family holiday; the flights are cheaper that week."),
    (9, 1, "A music examination with an outside board."),
    (14, 3, "To visit a grandparent who is ill."),
)


def _requests(school: SchoolSoFar, *, today: int, on: dt.date) -> list[LeaveRequest]:
    """Enter the families' requests, as far as the school year still has days for them."""
    office, at = school.staff.one(Role.OFFICE), dt.datetime.combine(on, MIDDAY, LONDON)
    busy = set(ExpectedMark.objects.filter(until_date__gt=on).values_list("pupil", flat=True))
    pupils = [
        pupil for pupil, child in school.pupils if pupil.pk not in busy and child.is_on_roll(on) and not child.left
    ]
    made = []
    for (ahead, length, reason), pupil in zip(WISHES, pupils[7::5], strict=False):
        first = today + ahead
        if first + length > len(school.days):
            break
        contact = pupil.contacts.get(position=1)
        days = Days(school.days[first], school.days[first + length - 1])
        made.append(ask_for_leave(pupil, days=days, reason=reason, asked_by=contact, asked_on=on, by=office, at=at))
    return made
