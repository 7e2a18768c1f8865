"""What people do about a name that may come off the roll, up to the head's decision."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.admission.models import Enquiry, Leaving, LeavingTest
from attendance_mat.admission.queries import leaving as queries
from attendance_mat.admission.rules import leaving_grounds as grounds
from attendance_mat.admission.rules.leaving_grounds import How, Of
from attendance_mat.admission.rules.leaving_runs import in_words
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.models import Pupil
from registers.rules.calendar import LONDON


@transaction.atomic
def propose_leaving(
    pupil: Pupil, *, ground: str, destination: str = "", words: str = "", by: Member, at: dt.datetime
) -> Leaving:
    """Propose that a pupil's name come off on a ground; a second press for the same ground proposes nothing more.

    Raises ValidationError: not on the roll, a ground not open for the pupil's age, or another removal under way.
    """
    today = at.astimezone(LONDON).date()
    pupil = Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)  # two who propose take turns
    require_not_family(pupil.pk, by=by)
    period = queries.period_on(pupil, today)
    if period is None:
        message = "The pupil is not on the roll today: there is no name to remove."
        raise ValidationError(message)
    if ground not in {each.letter for each in grounds.open_grounds(dob=pupil.dob, on=today)}:
        raise ValidationError({"ground": "Choose one of the grounds listed for a pupil of this age."})
    standing = Leaving.objects.filter(roll_period=period).exclude(state=Leaving.State.DROPPED).first()
    if standing is not None:
        if standing.ground == ground and standing.state == Leaving.State.PROPOSED:
            return standing
        message = f"A removal on ground {standing.ground} is {standing.get_state_display().lower()}. Drop it first."
        raise ValidationError(message)
    leaving = Leaving.objects.create(
        roll_period=period,
        ground=ground,
        below_or_above_age=grounds.ages_of(pupil.dob, today) is Of.OTHERS,
        destination=destination,
        words=words,
        proposed_by=by.user,
        proposed_by_name=by.name,
        proposed_by_role=by.role,
        proposed_at=at,
    )
    record(Event.REMOVAL_PROPOSED, leaving, by=by, at=at, pupil=pupil.pk, ground=ground)
    return leaving


@transaction.atomic
def record_test(
    leaving: Leaving, *, test: str, met: bool, on_date: dt.date, evidence: str, by: Member, at: dt.datetime
) -> LeavingTest:
    """Record whether one of a ground's tests is met, when, and on what evidence; what was said before stays.

    Raises ValidationError: not this ground's to record, a day still to come, or the removal is decided.
    """
    leaving = queries.locked(leaving)
    require_open(leaving)
    require_not_family(leaving.roll_period.pupil_id, by=by)
    looked = queries.look_at(leaving, on=at.astimezone(LONDON).date())
    known = {each.test.key: each.test for each in (looked.standings if looked else ())}
    if test not in known or not known[test].is_by_a_person:
        message = "Choose one of the tests a person records for this ground."
        raise ValidationError(message)
    if on_date > at.astimezone(LONDON).date() and known[test].how is not How.DAY_PASSED:
        raise ValidationError({"on_date": "It cannot have happened after today. Give the day it happened."})
    made = LeavingTest.objects.create(
        leaving=leaving,
        test=test,
        met=met,
        on_date=on_date,
        evidence=evidence,
        recorded_by=by.user,
        recorded_by_name=by.name,
        recorded_by_role=by.role,
        recorded_at=at,
    )
    detail = {"pupil": leaving.roll_period.pupil_id, "leaving": leaving.pk, "test": test, "met": met}
    record(Event.REMOVAL_TEST_RECORDED, made, by=by, at=at, **detail)
    return made


@transaction.atomic
def record_enquiry(
    pupil: Pupil, *, enquirer: str, how: str, made_on: dt.date, outcome: str, words: str, by: Member, at: dt.datetime
) -> Enquiry:
    """Record an effort to find a pupil, by the school, the authority or both together."""
    require_not_family(pupil.pk, by=by)
    if made_on > at.astimezone(LONDON).date():
        raise ValidationError({"made_on": "It cannot have been made after today. Give the day it was made."})
    made = Enquiry.objects.create(
        pupil=pupil,
        by=enquirer,
        how=how,
        made_on=made_on,
        outcome=outcome,
        words=words,
        entered_by=by.user,
        entered_by_name=by.name,
        entered_by_role=by.role,
        entered_at=at,
    )
    record(Event.ENQUIRY_RECORDED, made, by=by, at=at, pupil=pupil.pk, enquirer=enquirer, outcome=outcome)
    return made


@transaction.atomic
def drop_leaving(leaving: Leaving, *, because: str, by: Member, at: dt.datetime) -> Leaving:
    """Drop a proposed removal with the reason: the name stays on the roll. A second press drops nothing more."""
    leaving = queries.locked(leaving)
    if leaving.state == Leaving.State.DROPPED:
        return leaving
    require_open(leaving)
    require_not_family(leaving.roll_period.pupil_id, by=by)
    leaving.state, leaving.dropped_because = Leaving.State.DROPPED, because
    leaving.save(update_fields=["state", "dropped_because"])
    record(Event.REMOVAL_DROPPED, leaving, by=by, at=at, pupil=leaving.roll_period.pupil_id)
    return leaving


def require_open(leaving: Leaving) -> None:
    """Refuse a removal that is approved or dropped: what was decided stands."""
    if leaving.state == Leaving.State.APPROVED:
        off = f" from {in_words(leaving.off_roll_on)}" if leaving.off_roll_on else ""
        message = f"{leaving.approved_by_name} approved this removal already: the name is off the roll{off}."
        raise ValidationError(message)
    if leaving.state == Leaving.State.DROPPED:
        message = f"This removal was dropped: {leaving.dropped_because} Propose it anew."
        raise ValidationError(message)
