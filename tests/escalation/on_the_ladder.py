"""A school with stages of its own for tests: what crosses them, and the occasion on which something is done."""

import datetime as dt

from attendance_mat.accounts.member import Member, machine
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.actions import Occasion
from escalation.models import Case, CaseTask, Finding, PupilStage
from escalation.queries.ladder import TO_DO
from registers.models import Pupil
from tests.escalation.ladders import set_stages, stage

NIGHT = dt.date(2026, 11, 20)  # a Friday: the last night before Monday 23 November 2026
CROSSED = dt.date(2026, 11, 18)
START = dt.date(2026, 9, 1)
ABOVE_95 = {"count": "attended", "unit": "percent", "window": {"span": "year"}, "sign": "more_than", "than": 95}
BELOW_90 = {**ABOVE_95, "sign": "below", "than": 90}
THREE_DAYS = {"count": "unplanned", "unit": "consecutive_days", "sign": "or_more", "than": 3}
WEEKLY = {"after": 1, "unit": "weeks"}
LETTER = {"does": "letter", "words": "Send the first letter.", "role": "attendance_officer", "within_school_days": 3,
    "letter": "concern-letter-1"}  # fmt: skip
CLINIC = {"does": "clinic", "words": "Meet the pupil.", "role": "attendance_officer", "within_school_days": 5}
MESSAGE = {"does": "message", "words": "Tell the parents of the week.", "role": "attendance_officer",
    "within_school_days": 2, "letter": "weekly-message", "each_review": True}  # fmt: skip
POSTCARD = {**LETTER, "words": "Send a postcard.", "letter": "postcard"}
CHOICE = {"does": "decision", "words": "Choose the measure.", "role": "headteacher", "within_school_days": 5,
    "options": ["Panel", "Contract"]}  # fmt: skip

LADDER = (
    stage("first", actions=[LETTER, CLINIC], review=WEEKLY, not_after=["third"]),
    stage("second", actions=[LETTER, MESSAGE], approvals=["head_of_year", "attendance_officer"], review=WEEKLY,
        leaves=ABOVE_95, on_leaving=[POSTCARD], carries_over=True, warns_parents_first=True),
    stage("days", when=THREE_DAYS, actions=[{**CLINIC, "does": "call", "words": "Ring home."}]),
    stage("third", when=BELOW_90, actions=[CLINIC], not_after=["last"]),
    stage("last", when=None, actions=[CHOICE], needs_support_first=True, warns_parents_first=True, label="Last"),
    stage("both", when=None, approvals=["head_of_year", "attendance_officer"], actions=[CLINIC]),
)  # fmt: skip


def follow_ladder(school: School, *, by: Member, go_live: dt.date = START) -> None:
    """Have a school follow the stages above from September."""
    set_stages(school, *LADDER, by=by, from_date=START)
    School.objects.filter(pk=school.pk).update(go_live_date=go_live)
    school.refresh_from_db()


def make_crossing(pupil: Pupil, rule: str = "first", *, reached_on: dt.date = CROSSED, **fields: object) -> Finding:
    """Make a finding that a stage's line was crossed on a day."""
    evidence = {"rule": rule, "label": rule.capitalize(), "clause": "4.1", "value": 9, "unit": "sessions",
        "threshold": 95, "from": "2026-09-07", "to": reached_on.isoformat(), "source": "Policy, 4.1",
        "arithmetic": "Attended 101 of 110 sessions.", "sessions": [["2026-11-16", "am", "O"]]}  # fmt: skip
    found_at = dt.datetime.combine(reached_on, dt.time(23), dt.UTC)
    return Finding.objects.create(
        pupil=pupil, rule=rule, school_year=2026, reached_on=reached_on, value=9, threshold=95, evidence=evidence,
        **{"found_at": found_at, **fields},
    )  # fmt: skip


def occasion(school: School, at: dt.datetime, by: Member | None = None, read_to: dt.date = NIGHT) -> Occasion:
    """Return the occasion of somebody, or of the machine, doing something at a moment."""
    return Occasion(school, policy_for(school), by or machine("Nightly check", at=at), at, read_to)


def to_do(case: Case) -> list[str]:
    """Return the words of a case's steps still to do."""
    return list(CaseTask.objects.filter(TO_DO, case=case).values_list("words", flat=True))


def the_stage(pupil: Pupil, key: str) -> PupilStage:
    """Return the pupil's last time at a stage."""
    return PupilStage.objects.filter(pupil=pupil, stage=key).latest("pk")
