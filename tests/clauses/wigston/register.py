"""Who takes Wigston's register, when, and what it holds."""

import datetime as dt
from collections.abc import Callable

from django.test import Client

from attendance_mat.policy.schema import MorningSession
from attendance_mat.policy.school_day import RegisterStatuses
from registers.actions.entering import school_policy
from registers.actions.taking import finish_register, mark_everyone_else_present, open_register
from registers.models import Assignment, Mark
from registers.rules import codes
from registers.rules.codes import Physical
from tests.clauses import proves
from tests.clauses.coding import Code, grant, of_that_year
from tests.clauses.law import TODAY, policy_of
from tests.clauses.schools import Adopt, Keyed
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People


@proves("WAT-2.02")
def test_two_registers_make_two_marks_a_child_each_of_one_status(
    adopt: Adopt, people: People, monday_morning: dt.datetime, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a group of thirty
    adopt("wigston")
    group = make_group("8B")
    pupils = [make_pupil(group=group) for _ in range(30)]
    # When both registers are taken, one child away and one on a visit in the morning
    for half, at in (("am", monday_morning), ("pm", monday_morning + dt.timedelta(hours=5))):
        it_is(at)
        register = open_register(group, make_session(TODAY, half), policy=school_policy(), by=people.tess, at=at)
        if half == "am":
            make_mark(pupils[0], register.session, "N", by=people.tess, register=register)
            make_mark(pupils[1], register.session, "Y2", by=people.tess, register=register)
            make_mark(pupils[2], register.session, "V", by=people.tess, register=register)
        mark_everyone_else_present(register, number=30, by=people.tess, at=at)
        finish_register(register, by=people.tess, at=at)
    # Then sixty marks exist, each of exactly one status
    statuses = {Physical.PRESENT: 0, Physical.ABSENT: 0, Physical.APPROVED_EDUCATIONAL_ACTIVITY: 0,
                Physical.UNABLE_TO_ATTEND: 0}  # fmt: skip
    for said in Mark.objects.values_list("code", flat=True):
        found = codes.find(said, on=TODAY)
        assert found
        statuses[found.physical] += 1
    assert list(statuses.values()) == [57, 1, 1, 1]
    assert sum(statuses.values()) == 60
    assert len(policy_of("wigston").terms(RegisterStatuses, on=TODAY).statuses) == 4


@proves("WAT-4.01")
def test_a_tutor_cannot_enter_leave_and_the_attendance_officer_can(
    adopt: Adopt, keyed: Keyed, code: Code, people: People
) -> None:
    adopt("wigston")
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    outcome, why = keyed("C", by="tess")
    assert (outcome, why) == ("refused", "C (Leave: exceptional circumstances) is for another role to enter.")
    assert [keyed(each, by="tess")[0] for each in ("/", "N")] == ["saved", "saved"]
    child = of_that_year()
    grant(child, dt.date(2025, 11, 3), dt.date(2025, 11, 4), people=people)
    saved = code(dt.date(2025, 11, 3), code="C", reason="As granted", pupil=child)
    assert (saved.status, saved.mark.code) == (200, "C")


@proves("WAT-4.02")
def test_the_register_begins_at_0835_and_a_late_one_is_reported_with_its_minutes(
    adopt: Adopt, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    adopt("wigston")
    assert policy_of("wigston").terms(MorningSession, on=TODAY).starts == dt.time(8, 35)
    group = make_group("8B")
    pupil, session = make_pupil(group=group), make_session(TODAY)
    register = open_register(group, session, policy=school_policy(), by=people.tess, at=monday_morning)
    make_mark(pupil, session, "/", by=people.tess, register=register)
    page = " ".join(browse("alma").get("/s/alder-primary/today/?half=am").text.split())
    assert "8B was first saved 15 minutes after its session began" in page
