"""Pupils come to stages: proposed by a crossing, carried over or decided; entered once all who must agree have."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.ladder import OpenedCase, Stage
from attendance_mat.web.formats import day
from escalation.actions.endings import drop_proposal, leave_quietly
from escalation.actions.steps import (
    LONGEST_STAGE,
    Occasion,
    bring_up_to_date,
    figures_of,
    first_steps,
    make_steps,
    note,
    shortened,
)
from escalation.models import Case, Finding, PupilStage, StageApproval
from escalation.queries import ladder as queries
from escalation.queries.cases import open_case_of, refuse_family
from escalation.rules.ladder import Crossing, asks_for_nothing, find_stage, may_fire, missing_before, review_day
from registers.models import Pupil, Session
from registers.queries.sessions import nth_school_day_after
from registers.rules.calendar import SchoolYear

NOT_ASKED: Final = "Your role is not asked to agree to this stage. Nothing was changed."
AGREED_ALREADY: Final = "You, or somebody of your role, have agreed already. Nothing was changed."
NOT_WAITING: Final = "This stage does not wait for agreement any more. Nothing was changed."
GONE: Final = "The policy of the school has no such stage now. Nothing was changed."
HELD: Final = "A hold lasts for this pupil. Nothing was changed: end the hold first."
NOT_HERE: Final = "The pupil is not on the roll now. Nothing was changed."
THERE: Final = "The pupil is at this stage, or it waits for agreement, already. Nothing was changed."
FIGURES_DECIDE: Final = "Figures bring a pupil to this stage, so nobody is put there by decision."
ROUND_AGAIN: Final = "The line was crossed anew, and the stage begins again."


@transaction.atomic
def propose_stage(finding: Finding, *, crossing: Crossing, occasion: Occasion) -> PupilStage | None:
    """Propose the stage a finding is of, and enter it at once where nobody has to agree; None where it may not fire.

    Asked again about the same finding, it changes nothing.
    """
    stage = find_stage(occasion.ladders, finding.rule)
    queries.take_turns(finding.pupil_id)
    finding.refresh_from_db(fields=["cleared_on"])
    if stage is None or finding.cleared_on:
        return None
    standing = queries.standings([finding.pupil_id], on=occasion.on)[finding.pupil_id]
    answer = may_fire(stage, crossing=crossing, standing=standing, on=occasion.on, go_live=occasion.live_from(stage))
    if not answer.may:
        return None
    again = queries.running_at(finding.pupil_id, stage.key)
    if again:
        leave_quietly(again, because=ROUND_AGAIN, by=occasion.by, at=occasion.at)
    row = _propose(finding.pupil, stage, PupilStage.Source.CROSSING, finding=finding, occasion=occasion)
    if not stage.approvals:
        _enter(row, stage, occasion)
    return row


@transaction.atomic
def approve_stage(row: PupilStage, *, occasion: Occasion, because: str = "") -> PupilStage:
    """Agree to a stage in one's own role, once; the pupil enters it when every role asked has agreed.

    `because` says why, where support or a warning should have come first and is not recorded.
    """
    row, stage = _waiting(row, occasion)
    if occasion.by.role not in stage.approvals:
        raise ValidationError(NOT_ASKED)
    agreed = queries.agreed(row)
    if occasion.by.role in agreed or any(each.by_id == occasion.by.user_id for each in agreed.values()):
        raise ValidationError(AGREED_ALREADY)
    _require_here_and_free(row.pupil_id, occasion)
    _require_reason(row.pupil, stage, because, occasion)
    _agree(row, because, occasion)
    if {*agreed, occasion.by.role} >= set(stage.approvals):
        _enter(row, stage, occasion)
    return row


@transaction.atomic
def decline_stage(row: PupilStage, *, because: str, occasion: Occasion) -> PupilStage:
    """Decline a stage that waits for agreement, and say why. The same crossing does not propose it again."""
    row, stage = _waiting(row, occasion)
    if occasion.by.role not in stage.approvals:
        raise ValidationError(NOT_ASKED)
    drop_proposal(
        row,
        because=because,
        acted_until=_acted_until(row, occasion),
        review_on=_review_on(stage, occasion),
        by=occasion.by,
        at=occasion.at,
    )
    if row.case:  # pragma: no branch - what is proposed stands in a case
        note(row.case, f"“{row.label}” was declined. {because}", by=occasion.by, at=occasion.at)
        bring_up_to_date(row.case, occasion.ladders)
    return row


@transaction.atomic
def put_at_stage(pupil: Pupil, *, stage_key: str, reason: str, occasion: Occasion, because: str = "") -> PupilStage:
    """Put a pupil at a stage that a person decides about, with the reason.

    Where support or a warning should have come first and is not recorded, `because` says why it goes on all the same
    (statute.md R50). One's own agreement counts where one's role is asked for it.
    """
    refuse_family(pupil, occasion.by)
    stage = find_stage(occasion.ladders, stage_key)
    if stage is None:
        raise ValidationError(GONE)
    if stage.when:
        raise ValidationError(FIGURES_DECIDE)
    queries.take_turns(pupil.pk)
    _require_here_and_free(pupil.pk, occasion)
    if queries.running_at(pupil.pk, stage.key):
        raise ValidationError(THERE)
    _require_reason(pupil, stage, because, occasion)
    row = _propose(pupil, stage, PupilStage.Source.DECISION, occasion=occasion, reason=f"{reason} {because}".strip())
    if occasion.by.role in stage.approvals:
        _agree(row, "", occasion)
    if set(stage.approvals) <= {occasion.by.role}:
        _enter(row, stage, occasion)
    return row


@transaction.atomic
def carry_over(pupil: Pupil, stage: Stage, *, occasion: Occasion) -> PupilStage:
    """Put a pupil at the stage at which last year's persistent absentees begin the year, without its own letters."""
    row = _propose(pupil, stage, PupilStage.Source.CARRIED_OVER, occasion=occasion)
    _enter(row, stage, occasion, with_letters=False)
    return row


def missing(pupil: Pupil, stage: Stage, *, on: dt.date) -> tuple[str, ...]:
    """Return what should have been recorded this school year before a pupil comes to a stage. Up to four queries."""
    if not (stage.needs_support_first or stage.warns_parents_first):
        return ()
    since = SchoolYear.of(on).starts
    supported = not stage.needs_support_first or queries.is_supported(pupil.pk, since=since)
    warned = not stage.warns_parents_first or queries.is_warned(pupil.pk, since=since)
    return missing_before(stage, supported=supported, warned=warned)


def _waiting(row: PupilStage, occasion: Occasion) -> tuple[PupilStage, Stage]:
    """Return a stage that waits for agreement, held for a change; ValidationError where it may not be decided."""
    row = queries.locked(row)
    refuse_family(row.pupil, occasion.by)
    if row.entered_on or row.withdrawn_at or row.left_on:
        raise ValidationError(NOT_WAITING)
    stage = find_stage(occasion.ladders, row.stage)
    if stage is None:
        raise ValidationError(GONE)
    return row, stage


def _require_here_and_free(pupil_id: int, occasion: Occasion) -> None:
    standing = queries.standings([pupil_id], on=occasion.on)[pupil_id]
    if standing.is_held(occasion.on):
        raise ValidationError(HELD)
    if not standing.may_be_written_about(occasion.on):
        raise ValidationError(NOT_HERE)


def _require_reason(pupil: Pupil, stage: Stage, because: str, occasion: Occasion) -> None:
    wanting = missing(pupil, stage, on=occasion.on)
    if wanting and not because.strip():
        raise ValidationError(list(wanting))


def _agree(row: PupilStage, because: str, occasion: Occasion) -> None:
    by = occasion.by
    StageApproval.objects.create(stage=row, role=by.role, by=by.user, by_name=by.name, at=occasion.at)
    record(Event.STAGE_APPROVED, row, by=by, at=occasion.at, pupil=row.pupil_id, stage=row.stage, role=str(by.role))
    if row.case:  # pragma: no branch - what is proposed stands in a case
        note(row.case, f"{by.role.label} agreed to “{row.label}”. {because}".strip(), by=by, at=occasion.at)


def _propose(
    pupil: Pupil,
    stage: Stage,
    source: PupilStage.Source,
    *,
    occasion: Occasion,
    finding: Finding | None = None,
    reason: str = "",
) -> PupilStage:
    """Write down that a pupil is to come to a stage, in the pupil's one open case where it asks for anything."""
    row = PupilStage(
        pupil=pupil,
        pack=occasion.policy.pack_name(on=occasion.on),
        ladder=occasion.ladders.ladder_of(stage.key).key,
        stage=stage.key,
        label=stage.label,
        source=source,
        finding=finding,
        proposed_at=occasion.at,
    )
    row.case = _case_for(row, stage, occasion)
    row.save()
    asks = f" Asked to agree: {', '.join(map(in_words, stage.approvals))}." if stage.approvals else ""
    why = reason or (finding.evidence.get("arithmetic", "") if finding else "")
    if row.case:
        note(row.case, f"Proposed: “{stage.label}”. {why}{asks}", by=occasion.by, at=occasion.at)
        bring_up_to_date(row.case, occasion.ladders)
    record(Event.STAGE_PROPOSED, row, by=occasion.by, at=occasion.at, pupil=pupil.pk, stage=stage.key,
           source=source.value, finding=finding.pk if finding else None)  # fmt: skip
    return row


def _case_for(row: PupilStage, stage: Stage, occasion: Occasion) -> Case | None:
    """Return the pupil's one open case, opened if need be; none where figures alone lead to a stage that only shows."""
    if asks_for_nothing(stage) and row.source == PupilStage.Source.CROSSING:
        return None
    return open_case_of(row.pupil_id) or _open_case(row, occasion)


def _open_case(row: PupilStage, occasion: Occasion) -> Case:
    terms = occasion.policy.terms(OpenedCase, on=occasion.on)
    case = Case.objects.create(
        pupil=row.pupil,
        opened_because=row.finding,
        stage=row.label[:LONGEST_STAGE],
        next_step=shortened(f"Agree to “{row.label}”, or decline it."),
        due_date=nth_school_day_after(occasion.on, terms.due_school_days),
        opened_at=occasion.at,
    )
    found = {"finding": row.finding_id, "rule": row.stage}
    record(Event.CASE_OPENED, case, by=occasion.by, at=occasion.at, pupil=row.pupil_id, **found)
    return case


def _enter(row: PupilStage, stage: Stage, occasion: Occasion, *, with_letters: bool = True) -> None:
    """Let the pupil enter the stage: its steps go into the case, and its review is set."""
    row.case = case = _case_for(row, stage, occasion)
    row.entered_on, row.entered_at = occasion.on, occasion.at
    row.acted_until_date, row.review_on = _acted_until(row, occasion), _review_on(stage, occasion)
    row.save(update_fields=["case", "entered_on", "entered_at", "acted_until_date", "review_on"])
    record(Event.STAGE_ENTERED, row, by=occasion.by, at=occasion.at, pupil=row.pupil_id, stage=row.stage)
    if case is None:
        return
    wanted = [action for action in first_steps(stage) if with_letters or action.letter is None]
    make_steps(row, case, wanted, figures=figures_of(row, row.finding), occasion=occasion)
    looked_at = f" It is looked at again on {day(row.review_on)}." if row.review_on else ""
    note(case, f"Entered “{stage.label}”.{looked_at}", by=occasion.by, at=occasion.at)
    bring_up_to_date(case, occasion.ladders)


def _acted_until(row: PupilStage, occasion: Occasion) -> dt.date:
    """Return the last day whose sessions this time at the stage answers for."""
    return max(occasion.read_to, row.finding.reached_on) if row.finding else occasion.read_to


def _review_on(stage: Stage, occasion: Occasion) -> dt.date | None:
    if stage.review is None:
        return None
    days = Session.objects.filter(date__gt=occasion.on).values_list("date", flat=True).distinct()
    return review_day(stage.review, occasion.on, days)


def in_words(role: str) -> str:
    """Return a role as people say it."""
    return role.replace("_", " ")
