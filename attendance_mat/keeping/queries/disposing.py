"""Finds the records that may go: those whose period is over and that nothing still kept rests on."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, TruncDate

from absence.models import (
    Detention,
    LatenessFinding,
    LeaveDecision,
    LeaveFalsified,
    LeaveRequest,
    ParentContact,
    Task,
    TruancyAlert,
    TruancyCall,
    TruancyFinding,
)
from attendance_mat.admission import models as admission
from attendance_mat.audit.models import AuditEvent, HandledEvent
from attendance_mat.keeping.models import DailyFile, Inspection, InspectionChange, InspectionLook, LegalHold
from attendance_mat.keeping.rules.retention import Kind
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import RegisterRetention
from attendance_mat.policy.school_day import RecordRetention
from escalation import models as escalation
from letters.models import CertifiedCopy, Letter, Notice, NoticeCopy, SentLetter
from registers import models as registers
from registers.models.access import Disclosure, RecordAccess
from registers.rules import seal
from registers.rules.seal import LONDON

REGISTER: Final = "register"  # the register's own period, not one of RecordRetention's
Model = type[models.Model]


@dataclass(frozen=True)
class Records:
    """One kind of record: where it stands, when its period begins, whose it is, and what goes with it.

    `family` holds the tables of which a row goes with the record it is of. A row that any other table refers to waits
    until that has gone.
    """

    kind: Kind
    model: Model
    ended: Any
    years: str
    pupil: str = ""  # the way to the pupil; none: held back by any hold there is
    family: tuple[Model, ...] = ()
    where: Q = field(default_factory=Q)  # which rows are of this kind


ORDER: Final = (  # what rests on something goes before it; marks have gone before all of these
    Records(Kind.CLOSURES, registers.Closure, F("until_date"), "decisions", "",
            (registers.ClosureChange, registers.Closure.groups.through)),
    Records(Kind.CASES, escalation.Case, F("closed_at"), "cases", "pupil_id",
            (escalation.CaseNote, escalation.CaseTask, escalation.PupilStage, escalation.StageApproval)),
    Records(Kind.STAGES, escalation.PupilStage, Coalesce("withdrawn_at", "reviewed_at", "entered_at", "proposed_at"),
            "cases", "pupil_id", (escalation.StageApproval, escalation.CaseTask), Q(case__isnull=True)),
    Records(Kind.ISSUES, escalation.PolicyIssue, F("superseded_at"), "decisions", "",
            (escalation.PolicyAcknowledgement,)),
    Records(Kind.ORGANISATIONS, escalation.Organisation, F("until_date"), "cases"),
    Records(Kind.OWN_GROUPS, admission.OwnGroup, F("until_date"), REGISTER),
    Records(Kind.FINDINGS, escalation.Finding, Coalesce("cleared_on", "reached_on"), "cases", "pupil_id"),
    Records(Kind.HOLDS, escalation.Hold, Coalesce(TruncDate("ended_at", tzinfo=LONDON), "until_date"), "cases",
            "pupil_id"),
    Records(Kind.PAST_STEPS, escalation.PastStep, F("imported_at"), "cases", "pupil_id"),
    Records(Kind.LETTERS, Letter, Coalesce("flagged_at", "sent_at", "withdrawn_at", "proposed_at"), "letters",
            "pupil_id", (SentLetter,)),
    Records(Kind.NOTICES, Notice, Coalesce("sent_at", "dropped_at"), "letters", "", (NoticeCopy,)),
    Records(Kind.CERTIFIED, CertifiedCopy, F("certified_at"), "letters", "pupil_id"),
    Records(Kind.LEAVE, LeaveRequest, Coalesce("decision__falsified__found_at", "decision__decided_at", "entered_at"),
            "decisions", "pupil_id", (LeaveDecision, LeaveFalsified)),
    Records(Kind.PARENT_CONTACTS, ParentContact, F("entered_at"), "cases", "pupil_id"),
    Records(Kind.LATENESS, LatenessFinding,
            Greatest(Coalesce("withdrawn_at", "found_at"), Max("detentions__settled_at")), "cases", "pupil_id",
            (Detention,)),
    Records(Kind.TASKS, Task, Coalesce("done_at", "dropped_at"), "cases", "pupil_id"),
    Records(Kind.TRUANCY, TruancyAlert,
            Greatest(Coalesce("confirmed_at", "ended_at", "raised_at"), Max("detentions__settled_at")), "cases",
            "pupil_id", (TruancyCall, TruancyFinding, Detention)),
    Records(Kind.DETENTIONS, Detention, Coalesce("settled_at", "set_at", "offered_at"), "cases", "pupil_id",
            where=Q(finding__isnull=True, alert__isnull=True)),
    Records(Kind.LESSONS, registers.LessonMark, Greatest("received_at", Max("amendments__received_at")), REGISTER,
            "pupil_id", (registers.LessonMarkAmendment,)),
    Records(Kind.LESSON_REGISTERS, registers.LessonRegister, F("date"), REGISTER),
    Records(Kind.CANCELLATIONS, registers.LessonCancellation, F("date"), REGISTER),
    Records(Kind.EXPECTED, registers.ExpectedMark, F("until_date"), "decisions", "pupil_id",
            (registers.ExpectedConfirmation, registers.NotThere)),
    Records(Kind.REPORTS, registers.AbsenceReport, Coalesce("decided_at", "received_at"), "evidence", "pupil_id",
            (registers.PassedCall,)),
    Records(Kind.DOUBTS, registers.Doubt, Coalesce("settled_at", "found_at"), "evidence", "pupil_id"),
    Records(Kind.MOVEMENTS, registers.Movement, F("at"), REGISTER, "pupil_id"),
    Records(Kind.MUSTERS, registers.Muster, F("started_at"), "evidence", "",
            (registers.MusterPlace, registers.MusterTick)),
    Records(Kind.REMINDERS, registers.RegisterReminder, F("sent_at"), "evidence"),
    Records(Kind.PRESENCE_CHECKS, registers.PresenceCheck, F("sent_at"), "evidence"),
    Records(Kind.COVERS, registers.Cover, F("date"), REGISTER),
    Records(Kind.COVER_PASSES, registers.CoverPass, F("date"), REGISTER),
    Records(Kind.DAILY_FILES, DailyFile, F("date"), "evidence"),
    Records(Kind.INSPECTIONS, Inspection, F("until_date"), "access_log", "", (InspectionLook, InspectionChange)),
    Records(Kind.LOOKS, RecordAccess, F("at"), "access_log", "pupil_id"),
    Records(Kind.DISCLOSURES, Disclosure, F("at"), "access_log"),
    Records(Kind.RECEIPTS, registers.SaveReceipt, F("saved_at"), "event_log"),
    Records(Kind.EVENTS, AuditEvent, F("at"), "event_log", "", (HandledEvent,)),
)  # fmt: skip
# What the admission register has of a pupil: kept from the day they left, or from the last change made since.
PUPILS: Final = Records(
    Kind.PUPILS, registers.Pupil, F("left_on"), REGISTER, "pk",
    (
        registers.RollPeriod, registers.PupilYear, registers.Characteristic, registers.Contact, registers.GroupMember,
        registers.FamilyTie, registers.Professional, registers.Permit, admission.AdmissionAmendment,
        admission.NamedPerson, admission.OwnGroupPlace,
        admission.Joining, admission.Leaving, admission.LeavingTest, admission.AuthorityReturn, admission.Enquiry,
        admission.MissingEducation, LegalHold,
    ),
)  # fmt: skip


# What a seal holds of some records: its kind, its table, the way to its day and to the record, and which rows.
SEALED: Final[Mapping[Kind, tuple[tuple[seal.Kind, Model, str, str, Q], ...]]] = {
    Kind.LESSONS: (
        (seal.Kind.LESSON_AMENDMENT, registers.LessonMarkAmendment, "mark__register__date", "mark", Q()),
        (seal.Kind.LESSON_MARK, registers.LessonMark, "register__date", "pk", Q()),
    ),
    Kind.LESSON_REGISTERS: (
        (seal.Kind.LESSON_REGISTER, registers.LessonRegister, "date", "pk", Q()),
        (seal.Kind.LESSON_FINISH, registers.LessonRegister, "date", "pk", Q(finished_at__isnull=False)),
    ),
}


def sealed_rows(records: Records, ids: Sequence[int]) -> dict[seal.Kind, dict[int, list[int]]]:
    """Return what the seals hold of some records, by kind and by the number of its day. One query a kind."""
    found: dict[seal.Kind, dict[int, list[int]]] = {}
    for kind, model, day, way, where in SEALED.get(records.kind, ()):
        rows = model._default_manager.filter(where, **{f"{way}__in": ids}).order_by(day, "pk").values_list(day, "pk")
        found[kind] = defaultdict(list)
        for date, pk in rows:
            found[kind][seal.day_number(date)].append(pk)
    return found


def years_by_kind(policy: Policy, *, on: dt.date) -> Mapping[str, int]:
    """Return the years of each period on a day, by its name in the policy."""
    own = policy.terms(RecordRetention, on=on)
    return {**vars(own), REGISTER: policy.terms(RegisterRetention, on=on).years}


def references(model: Model) -> list[tuple[Model, str]]:
    """Return each table that refers to a model's rows, with its column's name."""
    return [
        (field.related_model, field.field.name)
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ManyToOneRel | models.OneToOneRel) and isinstance(field.related_model, type)
    ]


def rests_on(model: Model, family: tuple[Model, ...]) -> Q:
    """Return the condition that something outside a family refers to a row, or to what goes with it."""
    found = Q(pk__in=[])
    for other, name in references(model):
        rows = other._default_manager.filter(**{name: OuterRef("pk")})
        found |= Q(Exists(rows.filter(rests_on(other, family)) if other in family else rows))
    return found


def over(records: Records, *, last: dt.date) -> "QuerySet[Any]":
    """Return the rows of a kind whose period was over: nothing rests on them, and none is still open."""
    rows: QuerySet[Any] = records.model._default_manager.filter(records.where).order_by("pk")
    if records is PUPILS:
        rows = rows.annotate(left_on=_left_on()).exclude(Exists(_still_on_roll()))
    rows = rows.annotate(ended=records.ended)
    kind = rows.query.annotations["ended"].output_field
    ended = TruncDate("ended", tzinfo=LONDON) if isinstance(kind, models.DateTimeField) else F("ended")
    found: QuerySet[Any] = rows.annotate(ended_on=ended).filter(ended_on__lte=last)
    return found.exclude(rests_on(records.model, records.family))


def _left_on() -> Any:
    return Greatest(Max("roll_periods__until_date"), TruncDate(Max("admission_amendments__amended_at"), tzinfo=LONDON))


def _still_on_roll() -> "QuerySet[registers.RollPeriod]":
    return registers.RollPeriod.objects.filter(pupil=OuterRef("pk"), until_date__isnull=True)


def lasting_holds() -> "QuerySet[LegalHold]":
    """Return the holds that last. No query by itself."""
    return LegalHold.objects.filter(lifted_at__isnull=True)


def held(records: Records) -> Q:
    """Return the condition that a hold keeps a row: its pupil's, or the whole school's; any, where it has no pupil."""
    if not records.pupil:
        return Q(Exists(lasting_holds()))
    whole_school = Q(Exists(lasting_holds().filter(pupil__isnull=True)))
    return whole_school | Q(Exists(lasting_holds().filter(pupil=OuterRef(records.pupil))))


MARK_FAMILY: Final = (registers.Contradiction, registers.ClosureChange, registers.MarkAmendment)


def due_marks_sql() -> str:
    """Return the SQL that lists the marks whose period is over, and whether a hold keeps each.

    A mark goes with its amendments, once the latest of them all may go. Its day is that on which it was received: an
    imported mark was received when it was imported.
    """
    return f"""
        CREATE TEMPORARY TABLE due_marks ON COMMIT DROP AS
        SELECT m.id, m.session_id, EXISTS (
            SELECT FROM keeping_legalhold h
            WHERE h.lifted_at IS NULL AND (h.pupil_id IS NULL OR h.pupil_id = m.pupil_id)
        ) AS held
        FROM registers_mark m LEFT JOIN (
            SELECT mark_id, max(received_at) AS at FROM registers_markamendment GROUP BY mark_id
        ) a ON a.mark_id = m.id
        WHERE (greatest(m.received_at, a.at) AT TIME ZONE 'Europe/London')::date <= %(last)s
            {_rests_on_nothing(registers.Mark, "m", MARK_FAMILY)}
    """  # noqa: S608 (names of ours)


def due_registers_sql() -> str:
    """Return the SQL that lists the registers whose period is over and that have no mark left."""
    return f"""
        CREATE TEMPORARY TABLE due_registers ON COMMIT DROP AS
        SELECT r.id, r.session_id, r.finished_at IS NOT NULL AS finished
        FROM registers_register r
        WHERE (greatest(r.closes_at, r.finished_at, r.taken_at) AT TIME ZONE 'Europe/London')::date <= %(last)s
            AND NOT EXISTS (SELECT FROM keeping_legalhold h WHERE h.lifted_at IS NULL AND h.pupil_id IS NULL)
            {_rests_on_nothing(registers.Register, "r", ())}
    """  # noqa: S608 (names of ours)


def _rests_on_nothing(model: Model, alias: str, family: tuple[Model, ...]) -> str:
    others = [
        (other._meta.db_table, getattr(other._meta.get_field(name), "column", name))
        for other, name in references(model)
        if other not in family
    ]
    return " ".join(f"AND NOT EXISTS (SELECT FROM {table} o WHERE o.{column} = {alias}.id)" for table, column in others)
