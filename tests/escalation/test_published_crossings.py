"""Lines crossed on which nobody has acted, as a school publishes them to the trust."""

import datetime as dt

from attendance_mat.published.models import SchoolFigures
from attendance_mat.trust.models import School
from escalation.actions import add_note
from escalation.actions.publishing import publish_unacted
from escalation.models import Case, Finding
from registers.models import Pupil
from tests.escalation.terms import AUTUMN, check
from tests.people import People


def test_a_pupil_counts_once_however_many_lines_were_crossed_until_somebody_acts(
    alder: School, absentee: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    # Given a pupil with two findings that lead to a case, since the school went live
    School.objects.filter(pk=alder.pk).update(go_live_date=AUTUMN[0])
    alder.refresh_from_db()
    check(alder, AUTUMN[-1], monday_morning)
    assert Finding.objects.filter(cleared_on__isnull=True).count() > 1

    # When it is published, then one pupil waits; and nobody once a person has written in the case
    assert publish_unacted(alder, on=monday_morning.date()) == 1
    assert SchoolFigures.objects.get(school=alder).crossed_unacted == 1
    case = Case.objects.create(
        pupil=absentee, stage="Open", next_step="Ring", due_date=AUTUMN[-1], opened_at=monday_morning
    )
    add_note(case, words="Rang home.", by=people.alma, at=monday_morning)
    assert publish_unacted(alder, on=monday_morning.date()) == 0
    assert SchoolFigures.objects.get(school=alder).crossed_unacted == 0
