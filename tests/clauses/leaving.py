"""What several policies say alike of a name that comes off the roll for absence, tried out against the law."""

import datetime as dt
from collections.abc import Iterable

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.actions.leaving_approved import approve_leaving
from attendance_mat.admission.models import Leaving
from attendance_mat.admission.queries.leaving import reviews
from registers.models import ExpectedMark, Mark, Pupil, RollPeriod
from tests.admission.leavings import enquire, make_absent, meet, propose
from tests.factories import amend
from tests.people import People

SINCE = dt.date(2025, 9, 1)
DAY_19, DAY_20 = dt.date(2025, 11, 27), dt.date(2025, 11, 28)
SATURDAY = dt.date(2025, 11, 29)
AT = dt.datetime(2025, 11, 29, 9, tzinfo=dt.UTC)
LEAVE_ENDED, TENTH_DAY = dt.date(2025, 11, 7), dt.date(2025, 11, 21)
AFTER_TEN = dt.datetime(2025, 11, 22, 9, tzinfo=dt.UTC)


def gone_for_twenty_days(people: People, **fields: object) -> Pupil:
    """Return a pupil absent without leave from Monday 3 to Friday 28 November 2025."""
    return make_absent(people.tess, first=dt.date(2025, 11, 3), from_date=SINCE, **fields)


def not_back_after_leave(people: People, *, granted: bool = True) -> Pupil:
    """Return a pupil whose leave ended on Friday 7 November 2025, and who was absent to Friday 21 November."""
    pupil = make_absent(people.tess, days=10, first=dt.date(2025, 11, 10), from_date=SINCE)
    if granted:
        ExpectedMark.objects.create(
            pupil=pupil, from_date=dt.date(2025, 11, 3), until_date=dt.date(2025, 11, 8), code="C",
            origin="leave request 1", granted_by=people.ben.user, granted_by_name="Ben Okafor",
            granted_by_role="headteacher", granted_at=AFTER_TEN,
        )  # fmt: skip
    return pupil


def reviewed(on: dt.date) -> list[tuple[Pupil, str]]:
    """Return the pupils whose removal is to be looked at on a day, with the ground."""
    return [(each.pupil, each.ground) for each in reviews(Pupil.objects.all(), on=on)]


def refused(leaving: Leaving, people: People, at: dt.datetime) -> str:
    """Return why the head's approval is refused; the name stays on the roll."""
    with pytest.raises(ValidationError) as why:
        approve_leaving(leaving, off_roll_on=at.date(), by=people.ben, at=at)
    assert RollPeriod.objects.get(pk=leaving.roll_period_id).until_date is None
    return " ".join(why.value.messages)


def approved(leaving: Leaving, people: People, at: dt.datetime) -> None:
    """Have the head approve a removal, and see that the name comes off the roll."""
    approve_leaving(leaving, off_roll_on=at.date(), by=people.ben, at=at)
    assert RollPeriod.objects.get(pk=leaving.roll_period_id).until_date == at.date()


def waits_for_both(pupil: Pupil, ground: str, people: People, at: dt.datetime, *, before: Iterable[str] = ()) -> None:
    """See that a removal is refused until school and authority have enquired and no sickness is believed in."""
    leaving = propose(pupil, ground, by=people.alma, at=at)
    enquire(leaving, "school", *before, by=people.alma, at=at)
    assert "No enquiry with an answer is recorded by the authority." in refused(leaving, people, at)
    enquire(leaving, "authority", by=people.alma, at=at)
    assert "sickness or an unavoidable cause" in refused(leaving, people, at)
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=at)
    approved(leaving, people, at)


def twenty_days_are_reviewed_on_the_twentieth(people: People) -> None:
    """See that the review comes on day twenty and not on day nineteen, and that a session of U keeps it away."""
    pupil = gone_for_twenty_days(people)
    came_late = gone_for_twenty_days(people, surname="Late")
    mark = Mark.objects.get(pupil=came_late, session__date=dt.date(2025, 11, 12), session__half="am")
    amend(mark, "U", by=people.alma, at=AT)
    assert reviewed(DAY_19) == []
    assert reviewed(DAY_20) == [(pupil, "i")]
    leaving = propose(came_late, "i", by=people.alma, at=AT)
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT)
    enquire(leaving, "joint", by=people.alma, at=AT)
    assert "U on 12 November 2025 is the latest session that breaks it." in refused(leaving, people, AT)
    waits_for_both(pupil, "i", people, AT)
