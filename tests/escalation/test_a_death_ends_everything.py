"""A death closes the case, ends the stages and cancels every step still to do."""

import datetime as dt
from collections.abc import Callable

from attendance_mat.audit.consumers import handle_waiting_events
from escalation.models import Case, CaseTask
from tests.clauses.nights import AUTUMN, Nights, fall, letters, nights, stages
from tests.clauses.schools import adopt

__all__ = ["adopt", "nights"]
NIGHT = AUTUMN[68]


def test_a_recorded_death_leaves_no_case_stage_step_or_letter(nights: Callable[[str], Nights]) -> None:
    # Given a pupil with an open case, two stages, steps to do and letters drafted
    school = nights("advance")
    pupil = school.pupil(fall((108, 120), (124, 138)), last=NIGHT)
    for _ in range(2):
        school.pass_night(NIGHT)
    assert {"formal_meeting", "third_letter"} <= stages(pupil).keys()
    assert letters(pupil)
    # When the office records that the pupil has died
    recorded = school.browse("olly").post(
        f"/s/alder-primary/pupils/{pupil.pk}/admission/died/",
        {"on": NIGHT.isoformat(), "word_of": "The hospital"},
    )
    assert recorded.status_code == 302
    handle_waiting_events(at=school.now + dt.timedelta(minutes=1))
    # Then nothing is left that could go on
    (case,) = Case.objects.all()
    assert case.closed_at is not None
    assert not CaseTask.objects.filter(done_at=None, cancelled_at=None).exists()
    assert stages(pupil) == {}
    assert letters(pupil) == []
    # And the next night begins nothing anew
    school.pass_night(NIGHT + dt.timedelta(days=1))
    assert stages(pupil) == {}
    assert letters(pupil) == []
