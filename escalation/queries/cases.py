"""Reads of the cases: what is open, what was crossed, and who has acted."""

import datetime as dt
from enum import StrEnum
from typing import Final, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.accounts.roles import Role, scope_of
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import FollowUps
from attendance_mat.trust.models import School
from escalation.models import Case, CaseNote, CaseTask, Finding, PupilStage, StageApproval
from escalation.queries import ladder
from letters.models import Letter
from registers.models import FamilyTie, Pupil, PupilYear
from registers.queries.scope import is_own_family, pupils_in_scope
from registers.rules.calendar import Half, SchoolYear
from registers.rules.lessons import LessonMissed

WORK_A_CASE: Final = frozenset(role for role in Role if scope_of(role, Permission.WORK_CASES))
CASE: Final = "case "  # begins the origin of a case's letters
TASK: Final = "task "  # begins the origin of a stage's letters
FAMILY: Final = "You are family of this pupil. Someone else has to work this case."

M = TypeVar("M", Case, Finding)


class Owner(StrEnum):
    """Whose cases to list."""

    MINE = "mine"
    NOBODY = "nobody"


def pupils_to_work(member: Member, scope: Scope, on: dt.date) -> QuerySet[Pupil]:
    """Return the pupils whose cases a member may find: those in scope, but never their own family (decision 10)."""
    family = FamilyTie.objects.filter(user=member.user_id, pupil=OuterRef("pk"))
    return pupils_in_scope(member, scope, on).exclude(Exists(family))


def refuse_family(pupil: Pupil, by: Member) -> None:
    """Raise ValidationError where a member is family of the pupil (decision 10). One query."""
    if is_own_family(by, pupil):
        raise ValidationError(FAMILY)


def cases(pupils: QuerySet[Pupil], *, on: dt.date, closed: bool = False) -> QuerySet[Case]:
    """Return cases ready to list, the earliest due first, with pupil, owner and what opened them. One query."""
    rows = Case.objects.filter(pupil__in=pupils, closed_at__isnull=not closed)
    return _with_pupil(rows, on).select_related("owner", "opened_because")


def is_for_others() -> Q:
    """Return what holds of an open case whose steps are all for roles that work no cases, such as a tutor's talk.

    It is nobody's yet, and no stage of it waits for agreement.
    """
    steps = CaseTask.objects.filter(ladder.TO_DO, case=OuterRef("pk"))
    waiting = PupilStage.objects.filter(ladder.RUNNING, case=OuterRef("pk"), entered_on__isnull=True)
    for_us = Exists(steps.filter(role__in=WORK_A_CASE)) | Exists(waiting)
    return Q(Exists(steps), ~for_us, owner__isnull=True)


def owned_by(rows: QuerySet[Case], owner: str, *, asked_by: Member) -> QuerySet[Case]:
    """Return one's own cases, or those that are nobody's, or all."""
    match owner:
        case Owner.MINE:
            return rows.filter(owner=asked_by.user_id)
        case Owner.NOBODY:
            return rows.filter(owner__isnull=True)
    return rows


def findings(pupils: QuerySet[Pupil], *, on: dt.date) -> QuerySet[Finding]:
    """Return the findings that stand this school year, newest first, with pupil and `open_case`. One query."""
    rows = Finding.objects.filter(cleared_on__isnull=True, school_year=SchoolYear.of(on).starts.year)
    open_case = Case.objects.filter(pupil=OuterRef("pupil"), closed_at__isnull=True)
    return _with_pupil(rows.filter(pupil__in=pupils), on).annotate(open_case=Subquery(open_case.values("pk")[:1]))


def crossed_and_nobody_has_acted(
    pupils: QuerySet[Pupil], *, school: School, policy: Policy, on: dt.date
) -> QuerySet[Finding]:
    """Return the findings that lead to a case or have led to a stage, and that no person has touched since. One query.

    Acting is a person's note in a case of the pupil, its closing, a letter sent, a step done, or somebody's agreement.
    A line crossed before the school went live proposes nothing, and so waits for nobody (decision 18).
    """
    leading = [step.rule for step in policy.terms(FollowUps, on=on).rules if step.opens_case]
    of_pupil, later = OuterRef("pupil"), OuterRef("found_at")
    noted = CaseNote.objects.filter(case__pupil=of_pupil, by__is_machine=False, at__gte=later)
    closed = Case.objects.filter(pupil=of_pupil, closed_at__gte=later)
    written = Letter.objects.filter(
        Q(origin__startswith=CASE) | Q(origin__startswith=TASK), pupil=of_pupil, sent_at__gte=later
    )
    asked = findings(pupils, on=on).filter(reached_on__gte=school.go_live_date)
    at_stage = PupilStage.objects.filter(
        finding=OuterRef("pk"), case__isnull=False, left_on__isnull=True, withdrawn_at__isnull=True
    )  # a stage that asks for nothing has no case, and waits for nobody
    touched = Exists(CaseTask.objects.filter(stage=OuterRef("pk"), done_by__is_machine=False)) | Exists(
        StageApproval.objects.filter(stage=OuterRef("pk"))
    )
    waiting = asked.filter(Q(rule__in=leading) | Exists(at_stage.exclude(touched)))
    return waiting.exclude(Exists(noted)).exclude(Exists(closed)).exclude(Exists(written))


def case_for(member: Member, scope: Scope, on: dt.date) -> QuerySet[Case]:
    """Return the cases a member may open, with pupil, owner and what opened them. One query."""
    rows = Case.objects.filter(pupil__in=pupils_to_work(member, scope, on))
    return rows.select_related("pupil", "owner", "opened_because")


def open_case_of(pupil_id: int) -> Case | None:
    """Return the pupil's open case, held so that two who change it take turns. One query."""
    return Case.objects.select_for_update().filter(pupil=pupil_id, closed_at__isnull=True).first()


def locked(case: Case) -> Case:
    """Return a case with its pupil, held so that two who change it take turns. One query."""
    return Case.objects.select_for_update(of=("self",)).select_related("pupil").get(pk=case.pk)


def letters_of(case: Case) -> QuerySet[Letter]:
    """Return the letters a case and its steps have led to, newest first. One query."""
    asked = CaseTask.objects.filter(case=case, letter__isnull=False)
    return Letter.objects.filter(Q(origin=origin_of(case)) | Q(pk__in=asked.values("letter")))


def letters_not_sent(pupil_id: int) -> QuerySet[Letter]:
    """Return the letters that cases of a pupil and their steps have drafted and nobody has sent. One query."""
    of_cases = Q(origin__startswith=CASE) | Q(origin__startswith=TASK)
    return Letter.objects.filter(of_cases, pupil=pupil_id, state=Letter.State.PROPOSED)


def origin_of(case: Case) -> str:
    """Return the name under which a case's letters stand."""
    return f"{CASE}{case.pk}"


def findings_of(case: Case) -> list[Finding]:
    """Return what was found of a case's pupil that school year, cleared or not: first what opened it. One query."""
    opened = case.opened_because
    year = opened.school_year if opened else SchoolYear.of(case.opened_at.date()).starts.year
    rows = Finding.objects.filter(pupil=case.pupil_id, school_year=year)
    return sorted(rows, key=lambda row: row.pk != case.opened_because_id)


def evidence_lessons(finding: Finding) -> list[LessonMissed]:
    """Return the lessons of a finding's evidence, where it is about lessons."""
    said = finding.evidence.get("lessons", ())
    return [LessonMissed(dt.date.fromisoformat(date), *what) for date, *what in said]


def evidence_by_day(finding: Finding) -> list[tuple[dt.date, str, str]]:
    """Return the sessions of a finding's evidence, a row a day: the date, and the morning's and afternoon's code."""
    days: dict[str, dict[str, str]] = {}
    for date, half, code in finding.evidence["sessions"]:
        days.setdefault(date, {})[half] = code
    return [
        (dt.date.fromisoformat(date), codes.get(Half.AM, ""), codes.get(Half.PM, "")) for date, codes in days.items()
    ]


def possible_owners(school: School, on: dt.date) -> QuerySet[User]:
    """Return the people of a school who may work a case, by name. One query."""
    held = Membership.objects.filter(
        in_force_on(on), user=OuterRef("pk"), school=school, role__in=WORK_A_CASE, ended_at__isnull=True
    )
    return User.objects.filter(Exists(held), is_active=True, is_machine=False).order_by("name")


def _with_pupil(rows: QuerySet[M], on: dt.date) -> QuerySet[M]:
    """Return rows with their pupil and, as `year`, the pupil's year group on a day."""
    years = PupilYear.objects.filter(in_force_on(on), pupil=OuterRef("pupil"))
    return rows.select_related("pupil").annotate(year=Subquery(years.values("year")[:1]))
