"""When a name may come off the roll: Advance's policy on nursery places, and the law."""

import datetime as dt

from attendance_mat.policy.school_day import NurseryPlace
from attendance_mat.trust.models import School
from escalation.actions import run_threshold_check
from escalation.models import Finding
from registers.models import RollPeriod
from tests.clauses import proves
from tests.clauses.law import gives_way
from tests.clauses.schools import Adopt
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

TERM = weekdays(dt.date(2026, 9, 7), 55)  # to Friday 20 November


@proves("ALP-0.02")
def test_a_nursery_child_often_absent_is_listed_and_stays_on_the_roll(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime
) -> None:
    # Given a nursery child who missed half of the term
    own, law = gives_way("ALP-0.02", NurseryPlace)
    assert (own.withdrawn_for_absence, law.withdrawn_for_absence) == (True, False)
    school = adopt("advance")
    School.objects.filter(pk=school.pk).update(go_live_date=dt.date(2026, 9, 1))
    child = make_pupil(dob=dt.date(2023, 3, 4), year=-1)
    hold(TERM)
    take_registers({child: spell_out(TERM, "." * 55 + "O" * 55)}, by=people.tess)
    # When the night is checked
    run = run_threshold_check(School.objects.get(pk=school.pk), as_of=TERM[-1], at=monday_morning)
    # Then the child is found persistently absent, which ends no roll period
    assert run is not None
    assert run.error == ""
    assert "persistent_absence" in Finding.objects.filter(pupil=child).values_list("rule", flat=True)
    assert RollPeriod.objects.get(pupil=child).until_date is None
    page_says("ALP-0.02")
