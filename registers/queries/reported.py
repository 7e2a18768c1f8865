"""What parents reported of absences: what waits to be decided, one report with its sessions, and whom to pass it to."""

import datetime as dt

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from attendance_mat.accounts.member import member_in, memberships_on
from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import Role, scope_of
from attendance_mat.trust.models import School
from registers.models import AbsenceReport, Contact, Contradiction, Mark, PassedCall, Pupil, RollPeriod, Session
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import Half
from registers.rules.reported import Told, halves_of

TAKERS_OF_CALLS = sorted(role.value for role in Role if scope_of(role, Permission.SEE_PUPIL) is not None)


def undecided(pupils: QuerySet[Pupil]) -> QuerySet[AbsenceReport]:
    """Return the reports about these pupils that wait to be decided, the first day first. One query."""
    rows = AbsenceReport.objects.filter(outcome="", pupil__in=pupils).select_related("pupil")
    return rows.order_by("from_date", "received_at", "pk")


def decided(pupils: QuerySet[Pupil]) -> QuerySet[AbsenceReport]:
    """Return the reports about these pupils that were decided, the latest first. One query."""
    rows = AbsenceReport.objects.filter(~Q(outcome=""), pupil__in=pupils).select_related("pupil")
    return rows.order_by("-decided_at", "-pk")


def reports_of(pupil: Pupil) -> QuerySet[AbsenceReport]:
    """Return what was reported of one pupil, the latest first. One query."""
    return AbsenceReport.objects.filter(pupil=pupil).order_by("-received_at", "-pk")


def passings_of(report: AbsenceReport) -> list[PassedCall]:
    """Return to whom a call was passed, in order. One query."""
    return list(report.passed_on.all())


def sessions_told(report: AbsenceReport) -> list[Told]:
    """Return the sessions of a report that the school meets, each with the code of the pupil's mark. One query."""
    rows = Session.objects.filter(
        date__gte=report.from_date, date__lt=report.until_date, half__in=halves_of(report.halves)
    )
    rows = rows.annotate(mine=FilteredRelation("marks", condition=Q(marks__pupil=report.pupil_id)))
    told = rows.annotate(code=F("mine__code")).order_by("date", "half").values_list("date", "half", "code")
    return [Told((date, Half(half)), code or "") for date, half, code in told]


def marks_at(report: AbsenceReport, dates: set[tuple[dt.date, Half]]) -> list[Mark]:
    """Return the pupil's marks at some sessions, in order. One query."""
    marks = Mark.objects.filter(
        pupil=report.pupil_id, session__date__gte=report.from_date, session__date__lt=report.until_date
    )
    marks = marks.select_related("session").order_by("session__date", "session__half")
    return [mark for mark in marks if (mark.session.date, Half(mark.session.half)) in dates]


def same_call(pupil: Pupil, first: dt.date, until: dt.date, halves: str, name: str) -> AbsenceReport | None:
    """Return the undecided report that says the same already: the same person's word, of the same days. One query."""
    rows = AbsenceReport.objects.filter(
        pupil=pupil, outcome="", from_date=first, until_date=until, halves=halves, reported_by_name__iexact=name
    )
    return rows.first()


def is_on_roll(pupil: Pupil, first: dt.date, until: dt.date) -> bool:
    """Say whether a pupil is on the roll on every day of a period. One query."""
    rows = RollPeriod.objects.filter(pupil=pupil, from_date__lte=first)
    return rows.filter(Q(until_date__isnull=True) | Q(until_date__gte=until)).exists()


def open_contradictions_of(report: AbsenceReport) -> QuerySet[Contradiction]:
    """Return the contradictions that rest on a report and that nobody has settled."""
    return Contradiction.objects.filter(report=report, settled_at__isnull=True)


def who_may_ring(pupil: Pupil) -> QuerySet[Contact]:
    """Return a pupil's contacts, in their order. One query."""
    return Contact.objects.filter(pupil=pupil, ended_on__isnull=True).order_by("position")


def colleagues(school: School, *, on: dt.date, but: int) -> QuerySet[User]:
    """Return whoever of a school may take a call on: those who see pupils' records, by name, but for one. One query."""
    held = Membership.objects.filter(
        in_force_on(on), user=OuterRef("pk"), school=school, ended_at__isnull=True, role__in=TAKERS_OF_CALLS
    )
    return User.objects.filter(Exists(held), is_active=True, is_machine=False).exclude(pk=but).order_by("name")


def reaches(user: User, pupil: Pupil, permission: Permission, *, school: School, on: dt.date) -> bool:
    """Say whether a person's permission, in any role they hold in a school on a day, reaches a pupil they may find.

    One query, and one more for each role that has the permission.
    """
    for membership in memberships_on(user, on, school=school):
        member = member_in([membership], school=school, prefer=None)
        scope = member.scope(permission) if member else None
        if member and scope is not None and pupils_in_scope(member, scope, on).filter(pk=pupil.pk).exists():
            return True
    return False
