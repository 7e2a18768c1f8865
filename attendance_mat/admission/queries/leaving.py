"""Reads of leaving: removals and how their tests stand, and pupils whose absence asks for one to be looked at."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from attendance_mat.admission.models import Enquiry, Leaving, LeavingTest
from attendance_mat.admission.rules import leaving_grounds as grounds
from attendance_mat.admission.rules.leaving_grounds import Ground, Of
from attendance_mat.admission.rules.leaving_runs import AfterLeave, Attendance, Run, after_leave, unbroken_run
from attendance_mat.admission.rules.leaving_tests import Effort, Facts, Recorded, Standing, standings
from attendance_mat.policy.adopted import national
from attendance_mat.policy.legal_route import RollRemoval
from attendance_mat.policy.schema import LeaveCodes
from attendance_mat.trust.models import Phase
from attendance_mat.trust.queries import current_school
from registers.models import Characteristic, ExpectedMark, Mark, Professional, Pupil, RollPeriod, Session
from registers.queries.scope import pupils_in_scope
from registers.queries.sessions import session_marks, sessions_held
from registers.rules.calendar import LONDON
from registers.rules.roll import Period

LOOKS_BACK = dt.timedelta(days=300)  # over a summer and a long absence before it
LEAVE_LOOKS_BACK = dt.timedelta(days=90)
HAS_SOCIAL_WORKER = (
    Characteristic.Kind.SOCIAL_WORKER, Characteristic.Kind.CHILD_IN_NEED, Characteristic.Kind.CHILD_PROTECTION,
    Characteristic.Kind.LOOKED_AFTER,
)  # fmt: skip


@dataclass(frozen=True)
class Review:
    """A pupil whose absence has reached a ground's days: someone looks at whether the name should come off."""

    pupil: Pupil
    ground: str
    reached_on: dt.date
    why: str


def leavings_for(member: Member, scope: Scope, on: dt.date) -> QuerySet[Leaving]:
    """Return the removals of pupils a member may find, the latest first, with their pupils. One query."""
    pupils = pupils_in_scope(member, scope, on)
    return Leaving.objects.filter(roll_period__pupil__in=pupils).select_related("roll_period__pupil")


def counts(leavings: QuerySet[Leaving]) -> Counter[str]:
    """Return how many removals are in each state. One query."""
    rows = leavings.order_by().values_list("state").annotate(Count("pk"))
    return Counter(dict(rows))


def of_pupil(pupil: Pupil) -> QuerySet[Leaving]:
    """Return every removal ever proposed of a pupil, the latest first. One query."""
    return Leaving.objects.filter(roll_period__pupil=pupil)


def is_proposed(roll_period_id: int) -> bool:
    """Say whether the end of a time on roll is proposed or approved. One query."""
    return Leaving.objects.filter(roll_period=roll_period_id).exclude(state=Leaving.State.DROPPED).exists()


def locked(leaving: Leaving) -> Leaving:
    """Return a removal with its pupil, held so that two who press take turns. One query."""
    rows = Leaving.objects.select_for_update(of=("self",)).select_related("roll_period__pupil")
    return rows.get(pk=leaving.pk)


def period_on(pupil: Pupil, on: dt.date) -> RollPeriod | None:
    """Return the time on the roll that covers a day, if there is one. One query."""
    return RollPeriod.objects.filter(in_force_on(on), pupil=pupil).first()


def ground_of(leaving: Leaving) -> Ground | None:
    """Return the ground a removal rests on, as the law was when it was proposed. No query."""
    of = Of.OTHERS if leaving.below_or_above_age else Of.COMPULSORY
    return grounds.find(leaving.ground, of=of, on=leaving.proposed_at.astimezone(LONDON).date())


def last_marked_on(pupil: Pupil) -> dt.date | None:
    """Return the day of a pupil's last mark that stands. One query."""
    found: dt.date | None = (
        Mark.objects.filter(pupil=pupil).exclude(code="").aggregate(last=Max("session__date"))["last"]
    )
    return found


def next_open(on: dt.date) -> dt.date | None:
    """Return the next day after one on which the school meets, as far as its calendar goes. One query."""
    return Session.objects.filter(date__gt=on).order_by("date").values_list("date", flat=True).first()


def enquiries_after(pupil: Pupil, *, since: dt.date) -> list[Enquiry]:
    """Return the enquiries after a pupil made since a day, in order. One query."""
    return list(Enquiry.objects.filter(pupil=pupil, made_on__gte=since).order_by("entered_at", "pk"))


def tests_recorded(leaving: Leaving) -> list[LeavingTest]:
    """Return all that was ever recorded of a removal's tests, first to last. One query."""
    return list(LeavingTest.objects.filter(leaving=leaving).order_by("recorded_at", "pk"))


@dataclass(frozen=True)
class Looked:
    """A removal looked at on a day: its ground, how each test stands, the facts behind them, and the enquiries."""

    ground: Ground
    standings: tuple[Standing, ...]
    facts: Facts
    enquiries: list[Enquiry]


def look_at(leaving: Leaving, *, on: dt.date) -> Looked | None:
    """Return how a removal stands on a day; nothing where its letter names no ground. Ten queries."""
    ground, pupil = ground_of(leaving), leaving.roll_period.pupil
    if ground is None:
        return None
    attendance = attendances([pupil.pk], on=on)[pupil.pk]
    terms = national().terms(RollRemoval, on=on)
    run = unbroken_run(attendance, counted=terms.codes)
    after = _after_leave(pupil, attendance, wanted=terms.after_leave_days)
    enquiries = enquiries_after(pupil, since=_missing_since(leaving, run, after))
    facts = Facts(
        today=on,
        dob=pupil.dob,
        run=run,
        unbroken_days=terms.unbroken_days,
        leave_days=terms.after_leave_days,
        after_leave=after,
        boarder=pupil.boarder,
        died_on=pupil.died_on,
        social_worker=_has_social_worker(pupil, on),
        next_open=next_open(on),
        recorded={
            row.test: Recorded(row.met, row.on_date, row.evidence, row.recorded_by_name)
            for row in tests_recorded(leaving)
        },
        efforts=[Effort(row.by, row.outcome) for row in enquiries],
    )
    special = current_school().phase == Phase.SPECIAL
    tests = grounds.every_ground().tests_of(ground, special_school=special)
    return Looked(ground, standings(tests, facts), facts, enquiries)


def attendances(pupil_ids: Collection[int], *, on: dt.date) -> dict[int, Attendance]:
    """Return the registers of some pupils as the rules of leaving read them. Three queries however many they are."""
    since = on - LOOKS_BACK
    held = sessions_held(from_date=since, to_date=on)
    marks = session_marks(pupil_ids, from_date=since, to_date=on)
    roll: dict[int, list[Period]] = {pk: [] for pk in pupil_ids}
    for row in RollPeriod.objects.filter(pupil_id__in=pupil_ids).order_by("from_date"):
        roll[row.pupil_id].append(Period(row.from_date, row.until_date))
    return {pk: Attendance(held, marks[pk], roll[pk], on) for pk in pupil_ids}


def reviews(pupils: QuerySet[Pupil], *, on: dt.date) -> list[Review]:
    """Return the pupils on roll whose absence has reached the days of ground h or i and whose removal nobody has
    proposed, the longest first. Six queries however many they are; the rule decides, the statements only narrow."""
    terms = national().terms(RollRemoval, on=on)
    dates = list(Session.objects.filter(date__lte=on).order_by("-date").values_list("date", flat=True).distinct()[:60])
    waiting = Leaving.objects.filter(roll_period__pupil=OuterRef("pk")).exclude(state=Leaving.State.DROPPED)
    here = Exists(RollPeriod.objects.filter(in_force_on(on), pupil=OuterRef("pk")))
    pupils = pupils.filter(here, ~Exists(waiting.filter(roll_period__until_date__isnull=True)), died_on__isnull=True)
    absent = _never_otherwise(pupils, terms, dates, on) if len(dates) >= terms.unbroken_days else []
    on_leave = _leave_ended(pupils, terms, dates) if len(dates) >= terms.after_leave_days else {}
    found = {pupil.pk: pupil for pupil in [*absent, *(leave.pupil for leave in on_leave.values())]}
    registers = attendances(list(found), on=on) if found else {}
    listed = [_review(found[pk], registers[pk], terms, on_leave.get(pk)) for pk in found]
    return sorted((review for review in listed if review), key=lambda each: (each.reached_on, each.pupil.list_name))


def _review(pupil: Pupil, attendance: Attendance, terms: RollRemoval, leave: ExpectedMark | None) -> Review | None:
    compulsory = grounds.ages_of(pupil.dob, attendance.today) is Of.COMPULSORY
    run = unbroken_run(attendance, counted=terms.codes)
    reached = run.day_reached(terms.unbroken_days)
    if reached:
        return Review(pupil, "i" if compulsory else "c", reached, run.in_words(terms.unbroken_days))
    if leave is None or not compulsory:
        return None
    after = after_leave(attendance, back_on=leave.until_date, wanted=terms.after_leave_days)
    reached = after.day_reached(terms.after_leave_days)
    return Review(pupil, "h", reached, after.in_words(terms.after_leave_days)) if reached else None


def _never_otherwise(pupils: QuerySet[Pupil], terms: RollRemoval, dates: list[dt.date], on: dt.date) -> list[Pupil]:
    """Return the pupils with no mark of another code on so many days less one before today. One query."""
    past = [date for date in dates if date < on]
    since = past[min(len(past), terms.unbroken_days - 1) - 1]
    marks = Mark.objects.filter(pupil=OuterRef("pk"), session__date__gte=since, session__date__lte=on)
    otherwise = marks.exclude(code__in=[*terms.codes, "#", ""])
    return list(pupils.filter(~Exists(otherwise), Exists(marks.filter(code__in=terms.codes))))


def _leave_ended(pupils: QuerySet[Pupil], terms: RollRemoval, dates: list[dt.date]) -> dict[int, ExpectedMark]:
    """Return the latest leave of each pupil that ended at least so many school days ago. One query."""
    last = dates[terms.after_leave_days - 1]
    rows = _leave(Q(until_date__lte=last, until_date__gte=last - LEAVE_LOOKS_BACK), on=dates[0])
    return {row.pupil_id: row for row in rows.filter(pupil__in=pupils).select_related("pupil")}


def _after_leave(pupil: Pupil, attendance: Attendance, *, wanted: int) -> AfterLeave | None:
    """Return the days after a pupil's latest leave that has ended, if there was any. One query."""
    on = attendance.today
    rows = _leave(Q(pupil=pupil, until_date__lte=on, until_date__gte=on - LOOKS_BACK), on=on)
    leave = rows.last()
    return after_leave(attendance, back_on=leave.until_date, wanted=wanted) if leave else None


def _leave(which: Q, *, on: dt.date) -> QuerySet[ExpectedMark]:
    """Return leave that was given and stands, the latest to end last. No query."""
    codes = national().terms(LeaveCodes, on=on)
    given = set(codes.grantable) - set(codes.rest_on_facts)
    return ExpectedMark.objects.filter(which, code__in=given, ended_at__isnull=True).order_by("until_date", "pk")


def _missing_since(leaving: Leaving, run: Run, after: AfterLeave | None) -> dt.date:
    """Return the day from which enquiries bear on a removal: since the pupil was last here, else since the roll."""
    if run.days:
        return run.days[0]
    return after.ended_on if after else leaving.roll_period.from_date


def _has_social_worker(pupil: Pupil, on: dt.date) -> bool:
    """Say whether a social worker is recorded, or what brings one. One query or two."""
    named = Professional.objects.filter(in_force_on(on), pupil=pupil, kind=Professional.Kind.SOCIAL_WORKER)
    brings = Characteristic.objects.filter(in_force_on(on), pupil=pupil, kind__in=HAS_SOCIAL_WORKER)
    return named.exists() or brings.exists()
