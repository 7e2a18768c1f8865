"""What Advance's register says of each pupil, and what is written beside a code."""

import datetime as dt
from collections.abc import Callable

import pytest

from attendance_mat.clock import LONDON
from attendance_mat.policy.adopted import Override
from attendance_mat.policy.school_day import ClassRecorded, NatureRecorded, RegisterClose, RegisterStatuses
from attendance_mat.trust.actions import ALWAYS, adopt_policy
from attendance_mat.trust.adopting import set_value
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from registers.actions.entering import closes_at, starts_at
from registers.actions.taking import open_register
from registers.models import Disclosure
from registers.rules.codes import Physical, Statistical
from tests.clauses import proves
from tests.clauses.coding import (
    TUESDAY,
    arrives,
)
from tests.clauses.law import OLD, TODAY, gives_way, in_force, policy_of, refused
from tests.clauses.registering import groups_still_out
from tests.clauses.schools import Adopt, Browse, Keyed
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People


def set_for(school: School, people: People, at: dt.datetime, name: str, value: dict[str, object]) -> None:
    """Have the trust set a value for one school, from this Monday."""
    set_value(Override(TODAY, name, value, "The school's own day."), school=school, by=people.member("tara"), at=at)
    school.refresh_from_db()


AGED_FOUR, AGED_SEVENTEEN = dt.date(2022, 10, 1), dt.date(2009, 3, 1)


@proves("ALP-6.03")
def test_q_and_y1_to_y7_make_up_the_fourth_status(adopt: Adopt, keyed: Keyed, page_says) -> None:
    gives_way("ALP-6.03", RegisterStatuses)

    unable = {code for code, row in in_force(TODAY).items() if row.physical is Physical.UNABLE_TO_ATTEND}
    assert unable == {"Q", *(f"Y{number}" for number in range(1, 8))}
    page_says("ALP-6.03")
    assert keyed("Y", nature="Snow")[0] == "refused"


@proves("ALP-6.03")
def test_until_19_august_2024_y_alone_was_the_fourth_status() -> None:
    assert {code for code, row in in_force(OLD).items() if row.physical is Physical.UNABLE_TO_ATTEND} == {"Y"}


@proves("ALP-6.05")
@pytest.mark.parametrize("dob", [AGED_FOUR, AGED_SEVENTEEN], ids=["four", "seventeen"])
def test_a_pupil_of_any_age_has_a_code_and_its_class_follows_from_it(adopt: Adopt, keyed: Keyed, dob: dt.date) -> None:
    gives_way("ALP-6.05", ClassRecorded)
    adopt("advance")

    assert [keyed(code, dob=dob)[0] for code in ("I", "O", "X")] == ["saved"] * 3
    classes = [in_force(TODAY)[code].statistical for code in ("I", "O", "X")]
    assert classes == [Statistical.AUTHORISED, Statistical.UNAUTHORISED, Statistical.NOT_POSSIBLE]


@proves("ALP-6.05")
def test_until_19_august_2024_the_class_was_recorded_for_compulsory_age_alone(page_says) -> None:
    own, law = gives_way("ALP-6.05", ClassRecorded)

    assert (own.compulsory_age_only, law.compulsory_age_only) == (True, False)
    page_says("ALP-6.05")


@proves("ALP-6.06")
def test_only_b_and_k_of_the_activities_need_their_nature(adopt: Adopt, keyed: Keyed, page_says) -> None:
    own, law = gives_way("ALP-6.06", NatureRecorded)

    assert set(law.codes) == {code for code, row in in_force(TODAY).items() if row.nature_required} == {"B", "K", "Y7"}
    assert {"P", "V", "W"} <= set(own.codes)
    page_says("ALP-6.06")
    assert [keyed(code)[0] for code in ("P", "V", "W", "D")] == ["saved"] * 4
    assert [keyed(code)[0] for code in ("B", "K", "J")] == ["refused"] * 3
    assert [keyed(code, nature="Tuition")[0] for code in ("B", "K")] == ["saved"] * 2


@proves("ALP-6.06")
def test_until_19_august_2024_an_interview_was_an_activity() -> None:
    assert refused("J", on=OLD, nature="At a college") is None
    assert refused("B", on=OLD) is not None


@proves("ALP-3.22")
def test_each_school_opens_and_closes_its_registers_by_its_own_day(
    adopt: Adopt, people: People, birch: School, monday_morning: dt.datetime
) -> None:
    schools = [adopt("advance"), birch]
    adopt_policy(birch, pack="advance", from_date=ALWAYS, by=people.member("tara"), at=monday_morning)
    for school, starts in zip(schools, ("08:40", "08:50"), strict=True):
        set_for(school, people, monday_morning, "morning_session", {"starts": starts})
    session, group = make_session(TODAY), make_group()
    policies = [policy_for(school) for school in schools]
    closes = [
        (starts_at(session, policy=policy).time(), closes_at(session, policy=policy).time()) for policy in policies
    ]
    assert closes == [(dt.time(8, 40), dt.time(9, 10)), (dt.time(8, 50), dt.time(9, 20))]
    own = open_register(group, session, policy=policies[0], by=people.tess, at=monday_morning)
    assert f"{own.closes_at:%H:%M}" == "09:10"


@proves("ALP-6.08", "ALP-6.09")
@pytest.mark.parametrize(
    ("half", "name", "starts", "last", "after"),
    [
        ("am", "morning_session", dt.time(8, 40), dt.time(9, 10), dt.time(9, 11)),
        ("pm", "afternoon_session", dt.time(13, 20), dt.time(13, 50), dt.time(13, 51)),
    ],
)
def test_a_secondary_register_closes_thirty_minutes_after_its_session_starts(
    adopt: Adopt, people: People, monday_morning: dt.datetime, half: str, name: str, starts: dt.time, last: dt.time,
    after: dt.time,
) -> None:  # fmt: skip
    set_for(adopt("advance"), people, monday_morning, name, {"starts": f"{starts:%H:%M}"})
    assert (arrives(starts, last, half=half, on=TODAY), arrives(starts, after, half=half, on=TODAY)) == ("L", "U")


@proves("ALP-6.10")
def test_a_primary_register_closes_ten_minutes_after_its_session_starts(
    adopt: Adopt, people: People, monday_morning: dt.datetime
) -> None:
    school = adopt("advance")
    minutes = policy_of("advance").terms(RegisterClose, on=TODAY).primary_minutes
    assert minutes == 10
    set_for(school, people, monday_morning, "morning_session", {"starts": "09:00"})
    set_for(school, people, monday_morning, "register_open", {"minutes": minutes})
    nine = dt.time(9)
    assert (arrives(nine, dt.time(9, 10), on=TODAY), arrives(nine, dt.time(9, 11), on=TODAY)) == ("L", "U")
    assert arrives(dt.time(8, 50), dt.time(9, 11), on=TUESDAY) == "L"  # before the school chose the ten minutes


@proves("ALP-6.02")
def test_of_twenty_registers_of_the_afternoon_the_one_not_taken_is_listed(adopt: Adopt, people, browse, it_is) -> None:
    adopt("advance")

    assert groups_still_out(20, taken=19, half="pm", people=people, browse=browse, it_is=it_is) == ["G19"]


@proves("ALP-6.01")
def test_an_export_of_a_year_is_logged_with_its_date_user_recipient_and_pupils(
    adopt: Adopt, people: People, browse: Browse, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given two children of 9B and one of another class, and an extract of 9B on Friday 14 November 2025
    adopt("advance")
    friday, nine = dt.date(2025, 11, 14), make_group("9B")
    it_is(dt.datetime.combine(friday, dt.time(15, 30), LONDON))
    pupils = []
    for name, group, year in (("Ash", nine, 9), ("Birch", nine, 9), ("Cedar", make_group("8A"), 8)):
        pupils.append(make_pupil(surname=name, group=group, year=year, from_date=dt.date(2025, 9, 1)))
        make_mark(pupils[-1], make_session(friday), "/", by=people.tess, group=group)
    asked = {
        "from_date": "2025-11-14", "last_date": "2025-11-14", "group": str(nine.pk), "as_at": "",
        "recipient": "Kestrelshire County Council", "purpose": "Its attendance team asked.",
    }  # fmt: skip
    assert browse("alma").post("/s/alder-primary/records/extract/", asked).status_code == 200

    # Then the log has it
    (row,) = Disclosure.objects.all()
    assert (row.at.astimezone(LONDON).date(), row.by_name) == (friday, "Alma Reyes")
    assert (row.recipient, row.pupils) == ("Kestrelshire County Council", [pupil.pk for pupil in pupils[:2]])
