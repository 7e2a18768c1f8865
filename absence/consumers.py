"""What the absence room does because of what happened below it (decision 21)."""

import datetime as dt
from typing import Final

from absence.actions import ending_truancy, truancy
from absence.actions.detentions import cancel_detention
from absence.actions.lateness import review_lateness
from absence.actions.missed_registers import follow_up
from absence.actions.tasks import ask_for, drop_task, drop_tasks_of, person_or
from absence.models import Detention, LatenessFinding, Task
from absence.queries.tasks import still_to_do
from attendance_mat.accounts.member import Member, machine
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import Role
from attendance_mat.admission.queries.leaving import is_proposed
from attendance_mat.audit.consumers import consumes
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.queries import current_school
from attendance_mat.web.formats import long_day
from registers.models import Group, Mark, Movement, PassedCall, Pupil, Register, TimetabledLesson
from registers.queries.reported import reaches
from registers.rules.calendar import LONDON
from registers.rules.lateness import LATE

MACHINE: Final = "Absence"
DIED: Final = "The pupil has died."
LEFT: Final = "Left without permission, as {} recorded at the desk."
DECIDED: Final = "The report was decided."
NOT_RELEASED: Final = "Not released at {:%H:%M} to somebody who came, by {}: the day at the late desk says to whom."
LEFT_ELSEWHERE: Final = "left elsewhere, time on roll"
RECORD_GROUND: Final = (
    "Left in the other system, and no ground is recorded here. The last day there: {}. The name stays on the roll, and "
    "registers expect the pupil, until a removal is proposed from the pupil's page and approved."
)
REMOVAL_PROPOSED: Final = "A removal was proposed, with its ground."
DISCARDED: Final = (
    "{who} discarded {marks} of {register} ({codes}), which {was} kept on a device and never taken. Ask {who} whom "
    "and what they said, and amend the register where they were right. The log of events keeps them."
)
CALL: Final = "{} reported an absence at {:%H:%M}{}"


@consumes(Event.PUPIL_DIED, name="absence.pupil-died")
def drop_tasks_about(event: AuditEvent, at: dt.datetime) -> None:
    """Drop whatever was still to be done about a pupil who has died."""
    if not Pupil.objects.filter(pk=event.detail["pupil"], died_on__isnull=False).exists():
        return  # recorded by mistake and taken back since
    by = machine(MACHINE, at=at)
    for task in still_to_do().filter(pupil=event.detail["pupil"]):
        drop_task(task, because=DIED, by=by, at=at)
    for detention in Detention.objects.filter(pupil=event.detail["pupil"], settled_at__isnull=True):
        cancel_detention(detention, because=DIED, by=by, at=at)


@consumes(Event.ABSENCE_CALL_PASSED, name="absence.passed-call")
def take_call_on(event: AuditEvent, at: dt.datetime) -> None:
    """Put an absence call that was passed to a colleague in that colleague's list, with its note (ALP-6.12).

    The reason the parent gave is in it where the colleague may see why this pupil is absent.
    """
    call = PassedCall.objects.select_related("report__pupil", "passed_to", "passed_by").get(pk=event.subject_id)
    report, school = call.report, current_school()
    by = Member(call.passed_by, Role(call.passed_by_role), school)
    sees_why = reaches(
        call.passed_to, report.pupil, Permission.SEE_EXPECTED_REASONS, school=school, on=at.astimezone(LONDON).date()
    )
    why = f": {report.reason}" if sees_why else "."
    ask_for(
        Task.Kind.CALL,
        words=CALL.format(report.reported_by_name, report.received_at.astimezone(LONDON), why) + f"\n{call.note}",
        origin=str(call),
        due_at=call.passed_at,
        by=by,
        at=at,
        of=person_or(Role.SAFEGUARDING_LEAD, call.passed_to, report.pupil, at=at),
        pupil=report.pupil,
    )


@consumes(Event.ABSENCE_REPORT_DECIDED, name="absence.report-decided")
def drop_calls_decided(event: AuditEvent, at: dt.datetime) -> None:
    """Take off the list what a colleague was asked about a report that is decided now."""
    by = machine(MACHINE, at=at)
    for call in PassedCall.objects.filter(report=event.subject_id):
        drop_tasks_of(str(call), because=DECIDED, by=by, at=at)


@consumes(Event.RELEASE_REFUSED, name="absence.not-released")
def have_safeguarding_look(event: AuditEvent, at: dt.datetime) -> None:
    """Ask the safeguarding lead to look at once at who came for a pupil and was refused (ALP-7.16)."""
    row = Movement.objects.select_related("pupil").get(pk=event.subject_id)
    ask_for(
        Task.Kind.SAFEGUARDING,
        words=NOT_RELEASED.format(row.at.astimezone(LONDON), row.recorded_by_name),
        origin=str(row),
        due_at=row.at,
        by=machine(MACHINE, at=at),
        at=at,
        of=Role.SAFEGUARDING_LEAD,
        pupil=row.pupil,
    )


@consumes(
    Event.LESSON_MARKS_SAVED, Event.LESSON_MARK_CORRECTED, Event.LESSON_MARK_AMENDED, name="absence.truancy-in-lessons"
)
def watch_lessons(event: AuditEvent, at: dt.datetime) -> None:
    """Raise or end truancy alerts by what a lesson's register says now (WAT-3.05, JTM-8.10)."""
    marks = event.detail["marks"] if event.kind == Event.LESSON_MARKS_SAVED else [event.detail["mark"]]
    truancy.look_at_lesson_marks(marks, by=machine(MACHINE, at=at), at=at)


@consumes(Event.LESSON_CANCELLED, name="absence.truancy-lesson-cancelled")
def drop_what_was_cancelled(event: AuditEvent, at: dt.datetime) -> None:
    """Look for nobody because of a lesson that is not held after all."""
    on = dt.date.fromisoformat(event.detail["date"])
    ending_truancy.answer_for_cancelled(event.detail["lesson"], on, by=machine(MACHINE, at=at), at=at)


@consumes(Event.REGISTER_FINISHED, Event.REGISTER_CLOSED, name="absence.truancy-after-midday")
def watch_afternoons(event: AuditEvent, at: dt.datetime) -> None:
    """Raise an alert for whoever came in the morning and is absent in the afternoon with no cause given (AET-10.01)."""
    register = Register.objects.select_related("session").get(pk=event.subject_id)
    truancy.look_at_afternoon(register, by=machine(MACHINE, at=at), at=at)


@consumes(
    Event.MARKS_SAVED, Event.MARK_CORRECTED, Event.MARK_AMENDED, Event.SIGNED_OUT, Event.CHILD_IS_HERE,
    name="absence.truancy-explained",
)  # fmt: skip
def look_at_alerts_again(event: AuditEvent, at: dt.datetime) -> None:
    """End the alerts that a statutory mark or the desk has answered: a reason was given, or the pupil came or left.

    Who is known to be in school only now may have missed a lesson before it was known (WAT-3.05).
    """
    if event.kind == Event.MARKS_SAVED:
        pupils = list(Mark.objects.filter(pk__in=event.detail["marks"]).values_list("pupil", flat=True))
    else:
        pupils = [event.detail["pupil"]]
    by = machine(MACHINE, at=at)
    ending_truancy.look_again(pupils, by=by, at=at)
    truancy.look_at_who_came(pupils, by=by, at=at)


@consumes(
    Event.MARKS_SAVED, Event.MARK_CORRECTED, Event.MARK_AMENDED, Event.CHILD_IS_HERE, Event.MARKS_IMPORTED,
    name="absence.lateness",
)  # fmt: skip
def look_at_lateness(event: AuditEvent, at: dt.datetime) -> None:
    """Look again at the lates of whoever was marked late, or is no longer (ALP-11.02, HCC-2.6.07, JTM-8.12)."""
    by = machine(MACHINE, at=at)
    for pupil_id, on in _late_or_no_longer(event):
        review_lateness(pupil_id, on=on, by=by, at=at)


def _late_or_no_longer(event: AuditEvent) -> list[tuple[int, dt.date]]:
    """Return each pupil whose mark an event made late, or made anything else, with the day of the mark."""
    detail = event.detail
    if event.kind == Event.MARKS_IMPORTED:  # what a file amends may undo a step; its new marks are history
        standing = LatenessFinding.objects.filter(withdrawn_at__isnull=True, pupil__in=detail.get("amended_pupils", ()))
        return list(standing.order_by("pk").values_list("pupil_id", "reached_on"))
    if event.kind == Event.MARKS_SAVED:
        marks = Mark.objects.filter(pk__in=detail["marks"], code__in=LATE) if set(LATE) & set(detail["codes"]) else None
    else:
        pk = event.subject_id if event.kind == Event.CHILD_IS_HERE else detail["mark"]
        marks = Mark.objects.filter(pk=pk) if {detail["old"], detail["new"]} & set(LATE) else None
    return [] if marks is None else list(marks.order_by("pk").values_list("pupil_id", "session__date"))


@consumes(Event.DOUBTS_FOUND, name="absence.missed-registers")
def follow_missed_registers_up(event: AuditEvent, at: dt.datetime) -> None:
    """After each night's look at the registers, ask for those to be looked into that somebody misses repeatedly."""
    night = dt.date.fromisoformat(event.detail["night"])
    follow_up(current_school(), night=night, by=machine(MACHINE, at=at), at=at)


@consumes(Event.LEFT_WITHOUT_PERMISSION, name="absence.left-without-permission")
def look_for_who_left(event: AuditEvent, at: dt.datetime) -> None:
    """Raise an alert about a pupil who was seen to leave without permission (WAT-7.16)."""
    pupil = Pupil.objects.get(pk=event.detail["pupil"])
    if event.at.astimezone(LONDON).date() == at.astimezone(LONDON).date():
        truancy.set_not_on_site(pupil, words=LEFT.format(event.by_name), by=machine(MACHINE, at=at), at=at)


@consumes(Event.CAME_IN, name="absence.came-in")
def end_search(event: AuditEvent, at: dt.datetime) -> None:
    """End the search for a pupil who has come in at the office."""
    ending_truancy.end_for_who_came_in(event.detail["pupil"], by=machine(MACHINE, at=at), at=at)


@consumes(Event.MARKS_DISCARDED, name="absence.discarded-marks")
def have_discarded_marks_looked_at(event: AuditEvent, at: dt.datetime) -> None:
    """Tell the attendance officer that somebody discarded marks that were made on a device and never taken."""
    detail, count = event.detail, len(event.detail["marks"])
    kept = Group if detail["half"] else TimetabledLesson
    ask_for(
        Task.Kind.REGISTER,
        words=DISCARDED.format(
            who=event.by_name,
            marks="a mark" if count == 1 else f"{count} marks",
            codes=", ".join(mark["code"] or "none" for mark in detail["marks"]),
            register=_name_of(
                kept.objects.get(pk=event.subject_id), dt.date.fromisoformat(detail["date"]), detail["half"]
            ),
            was="was" if count == 1 else "were",
        ),
        origin=f"discarded marks {event.pk}",
        due_at=event.at,
        by=machine(MACHINE, at=at),
        at=at,
        of=Role.ATTENDANCE_OFFICER,
    )


def _name_of(kept: Group | TimetabledLesson, on: dt.date, half: str) -> str:
    if isinstance(kept, Group):
        return f"{kept.name}, {long_day(on)}, {half.upper()}"
    return f"{kept.group.name}, period {kept.period.name}, {long_day(on)}"


@consumes(Event.PUPILS_IMPORTED, name="absence.left-elsewhere")
def have_grounds_recorded(event: AuditEvent, at: dt.datetime) -> None:
    """Ask the attendance officer for the ground of each leaving that a file tells of, once for each last day (R21).

    Not of a pupil who has died or of whom a removal is under way: there the ground is recorded already.
    """
    told = event.detail.get("left_elsewhere", ())
    pupils = Pupil.objects.filter(died_on__isnull=True).in_bulk([each["pupil"] for each in told])
    for each in told:
        pupil = pupils.get(each["pupil"])
        if pupil is None or is_proposed(each["roll_period"]):
            continue
        ask_for(
            Task.Kind.OTHER,
            words=RECORD_GROUND.format(long_day(dt.date.fromisoformat(each["left"]))),
            origin=f"{LEFT_ELSEWHERE} {each['roll_period']}, {each['left']}",
            due_at=event.at,
            by=machine(MACHINE, at=at),
            at=at,
            of=Role.ATTENDANCE_OFFICER,
            pupil=pupil,
        )


@consumes(Event.REMOVAL_PROPOSED, name="absence.removal-proposed")
def drop_asked_grounds(event: AuditEvent, at: dt.datetime) -> None:
    """Take the asking for a ground off the list once a removal is proposed."""
    for task in still_to_do().filter(pupil=event.detail["pupil"], origin__startswith=LEFT_ELSEWHERE):
        drop_task(task, because=REMOVAL_PROPOSED, by=machine(MACHINE, at=at), at=at)
