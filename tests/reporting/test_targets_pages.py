"""Attendance targets of the trust, of a school and of a group: set, shown beside what was reached, spoken to."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.audit.models import AuditEvent
from attendance_mat.trust import targets
from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.models import AttendanceTarget, School, TargetNote
from escalation.actions import run_threshold_check
from registers.models import Characteristic
from tests.factories import make_mark, make_pupil, make_sessions
from tests.people import People

TRUST, SCHOOL = "/targets/", "/s/alder-primary/targets/"
MONDAY, SUNDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 22)
TRUST_LOGGING_IN, LOGGING_IN = 4, 6
TYPED = {
    "school": "*", "group": "*", "sign": "or_more", "percent": "96", "from_date": "2026-09-01",
    "last_date": "2026-12-18", "owner": "The board",
}  # fmt: skip


def words_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def make_target(people: People, **given: object) -> AttendanceTarget:
    """Set a target from 1 September."""
    terms = {"percent": Decimal(96), "from_date": dt.date(2026, 9, 1), "owner": "The headteacher", **given}
    at = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
    return targets.set_target(targets.Wanted(**terms), by=people.member("tara"), at=at)


@pytest.fixture
def adopt(people: People, monday_morning: dt.datetime) -> Callable[[str], None]:
    """Return a function that has Alder follow a pack this school year."""

    def follow(pack: str) -> None:
        adopt_policy(
            people.alder, pack=pack, from_date=dt.date(2026, 9, 1), by=people.member("tara"), at=monday_morning
        )

    return follow


@pytest.fixture
def week(people: People) -> None:
    """Mark one child present all week, and one with special educational needs absent for one session of ten."""
    here, away = make_pupil(surname="Here"), make_pupil(surname="Away")
    Characteristic.objects.create(pupil=away, kind="sen", value="K", from_date=dt.date(2026, 11, 18))
    for number, session in enumerate(make_sessions(MONDAY, 5)):
        make_mark(here, session, "/", by=people.tess)
        make_mark(away, session, "I" if number == 9 else "/", by=people.tess)


def test_a_schools_target_stands_beside_what_it_reached(
    people: People, week: None, browse: Callable[[str], Client]
) -> None:
    make_target(people, school=people.alder)
    make_target(people, school=people.alder, group="sen", percent=Decimal(91))
    said = words_of(browse("ben").get(SCHOOL).text)
    from_september = "Tue 1 Sep 2026 on at least"
    short_of_it = "95.0% 19 of 20 \N{MINUS SIGN}1.0 points Not met The headteacher"
    assert f"Everyone {from_september} 96% {short_of_it}" in said
    short_of_it = "83.3% 5 of 6 \N{MINUS SIGN}7.7 points Not met"
    assert f"Special educational needs {from_september} 91% {short_of_it}" in said


def test_a_target_counts_its_own_days_only(people: People, week: None, browse: Callable[[str], Client]) -> None:
    make_target(people, school=people.alder, from_date=MONDAY, until_date=dt.date(2026, 11, 20))
    said = words_of(browse("ben").get(SCHOOL).text)
    assert "Mon 16 Nov 2026 to Thu 19 Nov 2026 at least 96% 100.0% 16 of 16 +4.0 points Met" in said


def test_the_policys_target_stands_where_nobody_set_another(
    people: People, week: None, browse: Callable[[str], Client], adopt: Callable[[str], None]
) -> None:
    adopt("advance")
    said = words_of(browse("ben").get(SCHOOL).text)
    assert "97% 95.0% 19 of 20 \N{MINUS SIGN}2.0 points Not met The policy: " in said
    make_target(people, school=people.alder, percent=Decimal(90))
    assert "97%" not in words_of(browse("ben").get(SCHOOL).text)


def test_a_policy_without_a_target_says_none_is_set(week: None, browse: Callable[[str], Client]) -> None:
    said = words_of(browse("ben").get(SCHOOL).text)
    assert "none set 95.0% 19 of 20 nothing to compare" in said
    assert "Pupils beside" not in said


def test_pupils_are_banded_by_the_policys_good_attendance(
    week: None, browse: Callable[[str], Client], adopt: Callable[[str], None]
) -> None:
    adopt("wigston")
    assert "1 of 2 pupils attended 96% or more" in words_of(browse("ben").get(SCHOOL).text)


def test_pupils_over_five_days_are_named_to_those_who_may_see_them(
    people: People, browse: Callable[[str], Client], adopt: Callable[[str], None]
) -> None:
    adopt("john_taylor")
    ten, eleven = make_pupil(surname="Ten"), make_pupil(surname="Eleven")
    for number, session in enumerate(make_sessions(dt.date(2026, 11, 9), 10)):
        make_mark(ten, session, "I" if number < 10 else "/", by=people.tess)
        make_mark(eleven, session, "I" if number < 11 else "/", by=people.tess)
    said = words_of(browse("ben").get(SCHOOL).text)
    assert "1 of 2 pupils missed no more than 5 days (10 sessions) this school year: 50.0%" in said
    assert "Eleven, " in said
    assert "Ten, " not in said
    assert "Eleven, " not in words_of(browse("tomas").get(SCHOOL).text)


def test_the_trust_adds_up_what_its_schools_published_at_night(
    people: People, week: None, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    whole, mine = make_target(people), make_target(people, school=people.alder, group="sen", percent=Decimal(80))
    said = words_of(browse("tara").get(TRUST).text)
    row = "Everyone Tue 1 Sep 2026 on at least 96% no session yet after the next"
    assert f"The trust , everyone, from Tue 1 Sep 2026 {row}" in said
    run_threshold_check(people.alder, as_of=SUNDAY, at=monday_morning)
    said = words_of(browse("tara").get(TRUST).text)
    assert (
        "96% 95.0% 19 of 20 after the next nightly check \N{MINUS SIGN}1.0 points Not met" in said
    )  # Birch has yet to
    assert "80% 83.3% 5 of 6 +3.3 points Met" in said
    assert "19 sessions attended" in words_of(browse("tara").get(f"{TRUST}{whole.pk}/").text)
    assert "83.3% so far: +3.3 points" in words_of(browse("tara").get(f"{TRUST}{mine.pk}/").text)
    assert "95.0% so far" in words_of(browse("ben").get(f"{SCHOOL}{whole.pk}/").text)


def test_the_trust_sets_a_target_and_takes_it_back(people: People, browse: Callable[[str], Client]) -> None:
    tara = browse("tara")
    assert tara.post(f"{TRUST}set/", TYPED).status_code == 302
    target = AttendanceTarget.objects.get()
    assert (target.percent, target.until_date, target.school) == (Decimal(96), dt.date(2026, 12, 19), None)
    assert "The board" in tara.get(TRUST).text
    assert tara.post(f"{TRUST}{target.pk}/withdraw/").status_code == 302
    assert "The board" not in tara.get(TRUST).text
    assert tara.get(f"{TRUST}{target.pk}/").status_code == 404
    targets.withdraw_target(target, by=people.member("tara"), at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    assert AuditEvent.objects.filter(kind="target set").count() == 0  # the school's log; the trust's has them


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"percent": "0"}, "Enter a percentage such as 96 or 96.5."),
        ({"percent": "100.1"}, "Enter a percentage such as 96 or 96.5."),
        ({"percent": "ninety"}, "Enter a percentage such as 96 or 96.5."),
        ({"last_date": "2026-08-01"}, "The last day must not come before the first."),
        ({"owner": ""}, "Enter who answers for it."),
        ({"school": "nowhere"}, "Select a valid choice."),
    ],
)
def test_what_is_no_target_is_refused_and_kept_as_typed(
    browse: Callable[[str], Client], wrong: dict[str, str], said: str
) -> None:
    page = browse("tara").post(f"{TRUST}set/", {**TYPED, **wrong})
    assert page.status_code == 422
    assert said in page.text
    assert not AttendanceTarget.objects.exists()


def test_no_target_is_set_past_the_form_that_is_none(people: People) -> None:
    with pytest.raises(ValidationError):
        make_target(people, percent=Decimal(101))


def test_challenge_and_support_are_kept_as_written(people: People, browse: Callable[[str], Client]) -> None:
    target = make_target(people, school=people.alder)
    for name, place in (("ben", SCHOOL), ("tomas", TRUST)):
        page = browse(name).post(f"{place}{target.pk}/note/", {"words": f"{name}: more home visits"}, follow=True)
        assert f"{name}: more home visits" in page.text
    assert TargetNote.objects.count() == 2
    assert "2 notes" in words_of(browse("ben").get(SCHOOL).text)
    empty = browse("ben").post(f"{SCHOOL}{target.pk}/note/", {"words": " "})
    assert empty.status_code == 422
    assert "Write what was said." in empty.text


def test_another_schools_target_is_not_found(people: People, browse: Callable[[str], Client]) -> None:
    target = make_target(people, school=people.birch)
    assert browse("ben").get(f"{SCHOOL}{target.pk}/").status_code == 404
    assert browse("ben").post(f"{SCHOOL}{target.pk}/note/", {"words": "Ours?"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("tess", 403), ("tutu", 403), ("cass", 404), ("alma", 200), ("tomas", 200), ("ben", 200)]
)
def test_targets_are_for_those_whose_role_has_figures(browse: Callable[[str], Client], name: str, status: int) -> None:
    assert browse(name).get(SCHOOL).status_code == status


def test_a_trustee_sees_and_speaks_and_does_not_set(people: People, browse: Callable[[str], Client]) -> None:
    page = browse("tomas").get(TRUST)
    assert "Set a target" not in page.text
    assert browse("tomas").post(f"{TRUST}set/", TYPED).status_code == 403
    target = make_target(people, school=people.alder)
    assert browse("alma").post(f"{SCHOOL}{target.pk}/note/", {"words": "Hm"}).status_code == 403


@pytest.mark.parametrize("number", [2, 20])
def test_the_trusts_page_costs_the_same_however_many_schools_and_targets(
    people: People, browse: Callable[[str], Client], number: int, django_assert_num_queries
) -> None:
    at = dt.datetime(2024, 9, 1, tzinfo=dt.UTC)
    made = School.objects.bulk_create(
        School(slug=f"s-{n}", schema_name=f"s_{n}", name=f"School {n:02}", opened_at=at, go_live_date=at.date())
        for n in range(number)
    )
    for school in made:
        make_target(people, school=school)
    client = browse("tara")
    with django_assert_num_queries(TRUST_LOGGING_IN + 6):
        client.get(TRUST)


@pytest.mark.parametrize("number", [2, 20])
def test_a_schools_page_costs_the_same_however_many_targets(
    people: People, browse: Callable[[str], Client], week: None, number: int, django_assert_num_queries
) -> None:
    for n in range(number):
        make_target(people, school=people.alder, group="sen" if n % 2 else "")
    client = browse("ben")
    client.get(SCHOOL)
    with django_assert_num_queries(LOGGING_IN + 4):
        client.get(SCHOOL)
