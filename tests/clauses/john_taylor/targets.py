"""The targets of John Taylor's trust, its schools and its vulnerable groups, and five days' absence in a year."""

import datetime as dt

from escalation.actions import run_threshold_check
from tests.clauses import proves
from tests.clauses.marking import FIRST, SCHOOL, TRUST, make_attendance, make_target, words
from tests.escalation.terms import spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

MINUS = "\N{MINUS SIGN}"


@proves("JTM-3.05")
def test_the_trust_a_school_and_a_group_each_have_a_target_with_its_progress(
    adopt, people: People, browse, monday_morning: dt.datetime
) -> None:
    # Given pupils with special educational needs who attended 89.5 percent, and targets at three levels
    school, tara = adopt("john_taylor"), people.member("tara")
    make_attendance(179, 200, by=people.tess, group="sen")
    make_target(None, "90", by=tara)
    make_target(school, "89.5", by=tara)
    make_target(school, "91", by=tara, group="sen")

    # When the school's page is opened, and the trust's after the night
    said = words(browse, "ben", SCHOOL)
    run_threshold_check(school, as_of=dt.date(2026, 11, 22), at=monday_morning)
    trusts = words(browse, "tara", TRUST)

    # Then each is there with the gap
    assert f"91% 89.5% 179 of 200 {MINUS}1.5 points Not met" in said
    assert "89.5% 89.5% 179 of 200 0.0 points Met" in said
    assert f"91% 89.5% 179 of 200 {MINUS}1.5 points Not met" in trusts
    assert f"90% 89.5% 179 of 200 after the next nightly check {MINUS}0.5 points Not met" in trusts


@proves("JTM-4.01")
def test_ten_sessions_in_a_year_are_within_five_days_and_eleven_are_over(adopt, people: People, browse) -> None:
    adopt("john_taylor")
    days = weekdays(FIRST, 10)
    missed = {make_pupil(surname="Within"): 10, make_pupil(surname="Over"): 11}
    said = {pupil: spell_out(days, "I" * count + "." * (20 - count)) for pupil, count in missed.items()}
    take_registers(said, by=people.tess)

    page = words(browse, "ben", SCHOOL)

    assert "1 of 2 pupils missed no more than 5 days (10 sessions) this school year: 50.0%" in page
    assert "Over, " in page
    assert "Within, " not in page
