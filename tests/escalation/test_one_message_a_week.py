"""Stages that ask for the same step each week share it: a family is not written to twice about one week."""

import datetime as dt

from attendance_mat.trust.models import School
from escalation.actions import put_at_stage
from escalation.actions.reviews import review_week
from escalation.models import CaseTask
from letters.models import Letter
from tests.escalation.ladders import set_stages, stage
from tests.escalation.on_the_ladder import MESSAGE, START, occasion
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil
from tests.people import People


def test_a_pupil_at_two_stages_that_write_home_weekly_is_written_about_once_a_week(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given a pupil at stage two and at its clinic, each of which asks for the week's message
    set_stages(alder, *(stage(key, when=None, actions=[MESSAGE]) for key in ("two", "clinic")), by=people.ben,
               from_date=START)  # fmt: skip
    hold([*AUTUMN, *weekdays(monday_morning.date(), 15)])
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    make_contact(pupil)
    take_registers({pupil: spell_out(AUTUMN, "." * 100 + "I" * 10)}, by=people.tess)
    for key in ("two", "clinic"):
        put_at_stage(pupil, stage_key=key, reason="Agreed.", occasion=occasion(alder, monday_morning, people.alma))

    # When the week is reviewed, and reviewed again
    review_week(occasion(alder, monday_morning))
    review_week(occasion(alder, monday_morning))

    # Then one message is drafted
    assert CaseTask.objects.filter(does="message").count() == 1
    assert Letter.objects.filter(template="weekly-message").count() == 1
