"""Late arrivals under Hertfordshire's policy: the gate, and the office that registers after nine."""

import datetime as dt
import json
import uuid

import pytest
from django.core.exceptions import ValidationError

from registers.actions.amending import amend_mark
from registers.models import Assignment, Mark
from tests.absence.lateness import FIRST, asked_of, autumn, comes_late, set_steps, step
from tests.clauses import proves
from tests.clauses.lateness import ABSENT, LATE, arrives_at
from tests.clauses.leaving_school import ALDER, at_school
from tests.clauses.registering import THIS_YEAR, on_the_day
from tests.clauses.schools import Adopt
from tests.conftest import LONDON
from tests.escalation.terms import weekdays
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.moving import MONDAY, monday

__all__ = ["at_school"]
NAMES = ("Ash", "Bell", "Clay", "Dove", "Elm", "Fern", "Gale", "Hill")
WEEK = weekdays(dt.date(2025, 11, 3), 5)


@proves("HCC-2.6.05")
def test_eight_entries_at_the_gate_are_eight_arrivals_with_a_time(adopt: Adopt, people: People, browse, it_is) -> None:
    adopt("hertfordshire")
    it_is(on_the_day("09:12"))
    session = make_session(dt.date(2025, 11, 3))
    for name in NAMES:
        make_pupil(surname=name, group=make_group(), from_date=THIS_YEAR)
    lines = "\n".join(f"09:0{minute} {name.lower()}" for minute, name in enumerate(NAMES, start=1))

    page = browse("olly").post(f"{ALDER}/late-desk/gate/", {"at": "09:10", "names": lines})

    assert page.status_code == 200
    arrived = Mark.objects.filter(session=session).order_by("arrived_at").values_list("arrived_at", "code")
    assert [(f"{at.astimezone(LONDON):%H:%M}", code) for at, code in arrived] == [
        (f"09:0{minute}", "L") for minute in range(1, 9)
    ]


@proves("HCC-5.02")
def test_after_nine_an_arrival_is_entered_by_the_office_alone(adopt: Adopt, people: People, browse, it_is) -> None:
    adopt("hertfordshire")
    it_is(monday("09:06"))
    group, session = make_group(), make_session(MONDAY)
    pupil = make_pupil(group=group)
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0], from_date=THIS_YEAR)
    register = make_register(session, group)
    make_mark(pupil, session, "N", by=people.tess)

    def enter(by: str, arrived: str) -> tuple[str, str]:
        row = {"pupil": pupil.pk, "code": "L", "base": 1, "made_at": monday("09:06").isoformat(),
               "arrived_at": monday(arrived).isoformat()}  # fmt: skip
        reply = browse(by).post(
            f"{ALDER}/api/registers/{register.pk}/marks/", json.dumps({"key": str(uuid.uuid4()), "rows": [row]}),
            content_type="application/json",
        )  # fmt: skip
        (answer,) = reply.json()["rows"]
        return answer["outcome"], answer["why"]

    assert enter("tess", "09:05") == (
        "refused", "Who arrives after 09:00 is registered by the school office: send the child there."
    )  # fmt: skip
    assert Mark.objects.get().code == "N"
    browse("olly").post(f"{ALDER}/late-desk/pupils/{pupil.pk}/arrive/", {"at": "09:05"})
    mark = Mark.objects.get()
    assert (mark.code, mark.arrived_at) == ("L", monday("09:05"))


@proves("HCC-5.03")
def test_twenty_past_nine_is_late_and_present(adopt: Adopt, people: People) -> None:
    adopt("hertfordshire")
    assert arrives_at("09:20", people=people) == ("L", LATE)


@proves("HCC-5.04")
def test_a_minute_later_is_an_unauthorised_absence(adopt: Adopt, people: People) -> None:
    adopt("hertfordshire")
    assert arrives_at("09:21", people=people) == ("U", ABSENT)


@proves("HCC-2.6.07")
def test_the_fifth_late_of_a_half_term_asks_for_contact_and_for_a_meeting(adopt: Adopt, people: People) -> None:
    adopt("hertfordshire")
    autumn(people)
    set_steps(people, step("contact", 5), step("meeting", 5))
    pupil = make_pupil(group=make_group(), from_date=FIRST)
    for day in WEEK[:4]:
        comes_late(pupil, day, by=people.alma)
    assert asked_of(pupil) == []
    comes_late(pupil, WEEK[4], by=people.alma)
    assert asked_of(pupil) == ["contact", "meeting"]


@proves("HCC-5.02")
def test_after_nine_a_mark_is_not_amended_to_late_by_a_teacher_on_the_day_either(
    adopt: Adopt, people: People, it_is
) -> None:
    adopt("hertfordshire")
    it_is(monday("09:25") + dt.timedelta(days=1))
    session = make_session(MONDAY)
    mark = make_mark(make_pupil(group=make_group()), session, "N", by=people.tess)
    late = {"code": "L", "reason": "Came in", "by": people.tess}
    with pytest.raises(ValidationError, match="registered by the school office"):
        amend_mark(mark, **late, at=monday("09:25"))
    assert amend_mark(mark, **late, at=monday("09:25") + dt.timedelta(days=1)).amended_code == "L"
