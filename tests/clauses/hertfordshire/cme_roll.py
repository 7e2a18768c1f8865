"""Children missing education, and home education, under the Hertfordshire primary's policy."""

import datetime as dt

from attendance_mat.admission.actions.missing import open_missing, record_told
from attendance_mat.policy.following_up import HomeEducation
from tests.admission.leavings import meet, propose
from tests.clauses import proves
from tests.clauses.law import TODAY, policy_of
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_pupil
from tests.people import People

FOUND = dt.date(2025, 11, 10)
AT = dt.datetime(2025, 11, 14, 9, tzinfo=dt.UTC)
ROLL = "/s/alder-primary/roll"
NO_TALK = "A talk about home education is not recorded."


@proves("HCC-2.2.08")
def test_a_case_nobody_has_reported_says_so_where_it_is_listed(adopt: Adopt, people: People, browse: Browse) -> None:
    adopt("hertfordshire")
    case = open_missing(make_pupil(), identified_on=FOUND, by=people.alma, at=AT)
    browser = browse("ben")
    listed = browser.get(f"{ROLL}/missing-education/").text
    assert "Mon 10 Nov 2025" in listed
    assert "Not reported" in listed
    record_told(case, reported_on=dt.date(2025, 11, 12), family_told_on=None, by=people.alma, at=AT)
    listed = browser.get(f"{ROLL}/missing-education/").text
    assert "Reported on 12 November 2025" in listed
    assert "Not reported" not in listed


@proves("HCC-2.2.11")
def test_a_leaver_to_home_education_with_no_talk_recorded_is_warned_of(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("hertfordshire")
    steps = policy_of("hertfordshire").terms(HomeEducation, on=TODAY).steps
    assert steps == ("A talk on what home education asks, recorded before removal",)
    pupil = make_pupil(from_date=dt.date(2025, 9, 1))
    leaving = propose(pupil, "f", by=people.alma, at=AT, destination="Home education")
    browser = browse("ben")
    assert NO_TALK in browser.get(f"{ROLL}/removals/{leaving.pk}/").text
    meet(leaving, "home_education_talk", by=people.alma, at=AT, evidence="The head spoke with both parents.")
    page = browser.get(f"{ROLL}/removals/{leaving.pk}/").text
    assert NO_TALK not in page
    assert "The head spoke with both parents." in page
