"""Detentions: set by a person, attended or missed, the next sanction once a missed one is recorded, and their pages."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from absence.actions.detentions import (
    cancel_detention,
    offer_detention,
    record_attended,
    record_missed,
    set_detention,
)
from absence.models import Detention, Task
from absence.rules.lateness import next_sanction
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.lateness import LatenessSteps, MissedDetention
from registers.models import Assignment, FamilyTie, Mark, Pupil
from tests.absence.lateness import FIRST, MONDAY, autumn, comes_late, correct, detentions, moment, set_steps, step
from tests.escalation.terms import weekdays
from tests.factories import make_group, make_pupil
from tests.people import People

WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema
WEEK = weekdays(MONDAY, 5)
NEXT = {"words": "Detention with the head of year", "minutes": 45}
Browse = Callable[[str], Client]


def url(name: str, *args: object) -> str:
    return "/s/alder-primary" + reverse(f"absence:{name}", urlconf="attendance_mat.school_urls", args=args)


def sanctions(people: People, *, if_missed: list[dict[str, object]] | None = None) -> None:
    set_steps(
        people,
        step("detention", 1, per="week", minutes=30, words="Detention", after_school_days=0, each_further=True),
        if_missed=[NEXT] if if_missed is None else if_missed,
    )


@pytest.fixture
def detention(people: People, monday_morning: dt.datetime) -> Detention:
    """Return a detention on Monday 3 November 2025 for that morning's late, offered and not yet set."""
    autumn(people)
    sanctions(people)
    pupil = make_pupil(surname="Lateman", group=make_group(), from_date=FIRST, dob=dt.date(2014, 1, 5))
    comes_late(pupil, MONDAY, by=people.alma)
    return Detention.objects.get()


def test_a_missed_detention_sets_the_next_sanction_once(people: People, detention: Detention) -> None:
    for _ in range(2):
        record_missed(detention, by=people.alma, at=moment(MONDAY, "16:00"))
    assert detentions(detention.pupil) == [
        ("Detention", 30, WEEK[0], "missed"),
        ("Detention with the head of year", 45, WEEK[1], "set"),
    ]
    following = Detention.objects.get(number=2)
    assert following.set_by_name == "Alma Reyes"
    # Missed again: the policy names nothing further, so the head of year decides
    record_missed(following, by=people.alma, at=moment(WEEK[1], "16:00"))
    task = Task.objects.get()
    assert (task.role, task.kind) == ("head_of_year", "other")
    assert "names nothing further" in task.words
    assert Detention.objects.count() == 2


def test_what_follows_lasts_as_long_as_the_one_missed_where_the_policy_names_no_minutes() -> None:
    terms = LatenessSteps((), (MissedDetention("Longer", 60), MissedDetention("Again")))
    assert next_sanction(terms, 1) == MissedDetention("Longer", 60)
    assert next_sanction(terms, 2) == MissedDetention("Again")
    assert next_sanction(terms, 3) is None


def test_a_detention_is_attended_once_and_what_is_over_stays_so(people: People, detention: Detention) -> None:
    at = moment(MONDAY, "16:00")
    record_attended(detention, by=people.alma, at=at)
    assert record_attended(detention, by=people.ben, at=at).settled_by_name == "Alma Reyes"
    over = "over already: attended"
    with pytest.raises(ValidationError, match=over):
        record_missed(detention, by=people.ben, at=at)
    with pytest.raises(ValidationError, match=over):
        set_detention(detention, minutes=20, on_date=MONDAY, by=people.ben, at=at)
    with pytest.raises(ValidationError, match=over):
        cancel_detention(detention, because="A mistake", by=people.ben, at=at)
    assert str(detention).startswith("detention ")


def test_a_detention_is_set_for_a_day_on_or_after_the_late(people: People, detention: Detention) -> None:
    at = moment(MONDAY, "10:00")
    with pytest.raises(ValidationError, match="before the late"):
        set_detention(detention, minutes=30, on_date=MONDAY - dt.timedelta(days=1), by=people.alma, at=at)
    done = set_detention(
        detention, minutes=20, on_date=WEEK[2], starts_at=dt.time(15, 10), place="Room 4", by=people.alma, at=at
    )
    assert (done.state, done.minutes, done.on_date, done.place) == ("set", 20, WEEK[2], "Room 4")
    with pytest.raises(ValidationError, match="still to come, on Wed 5 Nov 2025"):
        record_attended(detention, by=people.alma, at=at)


def test_a_detention_is_cancelled_with_a_reason(people: People, detention: Detention) -> None:
    at = moment(MONDAY, "10:00")
    with pytest.raises(ValidationError, match="Say why"):
        cancel_detention(detention, because=" ", by=people.alma, at=at)
    cancel_detention(detention, because="The bus broke down", by=people.alma, at=at)
    assert (
        cancel_detention(detention, because="Another", by=people.ben, at=at).cancelled_because == "The bus broke down"
    )


def test_nobody_settles_a_detention_of_their_own_family(people: People, detention: Detention) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=detention.pupil)
    with pytest.raises(ValidationError, match="family"):
        record_attended(detention, by=people.alma, at=moment(MONDAY, "16:00"))


def test_a_detention_is_no_mark(people: People, detention: Detention) -> None:
    record_missed(detention, by=people.alma, at=moment(MONDAY, "16:00"))
    assert list(Mark.objects.values_list("code", flat=True)) == ["L"]


def test_the_day_s_page_records_who_came_and_who_did_not(people: People, detention: Detention, browse: Browse) -> None:
    other = make_pupil(surname="Second", group=make_group(), from_date=FIRST)
    comes_late(other, MONDAY, by=people.alma)
    client, day = browse("alma"), url("detentions") + "?on=2025-11-03"
    page = client.get(day).text
    assert "2 detentions: 2 to come" in page
    assert "Lateman" in page
    assert client.post(url("record-attended", detention.pk))["Location"] == day
    missed = client.post(url("record-missed", Detention.objects.get(pupil=other).pk), follow=True).text
    assert "The next sanction is set: Detention with the head of year" in missed
    assert "1 attended, 1 not attended" in missed
    again = client.post(url("record-missed", detention.pk), follow=True).text
    assert "This detention is over already: attended." in again
    last = Detention.objects.get(pupil=other, number=2)
    Detention.objects.filter(pk=last.pk).update(on_date=MONDAY)
    assert "the head of year is asked to decide" in client.post(url("record-missed", last.pk), follow=True).text


def test_a_detention_is_set_and_cancelled_on_its_page(detention: Detention, browse: Browse) -> None:
    client = browse("alma")
    page = client.get(url("detention", detention.pk)).text
    assert "Mon 3 Nov 2025, morning" in page
    assert "changes nothing in the register" in page
    wrong = client.post(url("set-detention", detention.pk), {"on_date": "x", "minutes": "0", "starts_at": "25:00"})
    assert wrong.status_code == 422
    for said in ("Enter a date like", "A detention lasts a minute or more.", "Enter a time like 15:10."):
        assert said in wrong.text
    early = client.post(url("set-detention", detention.pk), {"on_date": "2025-11-01", "minutes": "30"})
    assert "A detention cannot be on a day before the late" in early.text
    given = {"on_date": "2025-11-04", "minutes": "40", "starts_at": "15:10", "place": "Hall"}
    assert "on=2025-11-04" in client.post(url("set-detention", detention.pk), given)["Location"]
    assert "15:10, 40 minutes, Hall" in client.get(url("detentions") + "?on=2025-11-04").text
    assert client.post(url("cancel-detention", detention.pk), {"because": ""}).status_code == 422
    assert client.post(url("cancel-detention", detention.pk), {"because": "Ill"}).status_code == 302
    refused = client.post(url("cancel-detention", detention.pk), {"because": "Ill again"})
    assert refused.status_code == 302  # a second press changes nothing
    over = client.post(url("set-detention", detention.pk), given, follow=True)
    assert "This detention is over already: cancelled." in over.text
    Detention.objects.filter(pk=detention.pk).update(state="attended", cancelled_because="")
    late = client.post(url("cancel-detention", detention.pk), {"because": "Ill"}, follow=True)
    assert "over already: attended" in late.text


def test_what_waits_and_what_was_forgotten_is_listed_on_any_day(
    people: People, detention: Detention, browse: Browse
) -> None:
    page = browse("alma").get(url("detentions")).text
    assert "Offered for other days, and not set yet: 1" in page
    set_detention(detention, minutes=30, on_date=MONDAY, by=people.alma, at=moment(MONDAY, "10:00"))
    assert "Past, and nobody has recorded who came: 1" in browse("alma").get(url("detentions")).text
    assert browse("alma").get(url("detentions") + "?on=never").status_code == 422


def test_a_tutor_sees_the_own_group_and_presses_nothing(people: People, detention: Detention, browse: Browse) -> None:
    day, tutu = url("detentions") + "?on=2025-11-03", people.member("tutu")
    assert "Lateman" not in browse("tutu").get(day).text
    assert browse("tutu").get(url("detention", detention.pk)).status_code == 404
    Assignment.objects.create(user=tutu.user, group=make_group(), weekdays=[0], from_date=FIRST)
    page = browse("tutu").get(day).text
    assert "Lateman" in page
    assert "Did not attend" not in page
    assert browse("tutu").post(url("record-attended", detention.pk)).status_code == 403


def test_another_schools_detention_is_not_found(detention: Detention, browse: Browse) -> None:
    assert browse("cass").get(url("detention", detention.pk)).status_code == 404


def test_twenty_detentions_take_as_many_statements_as_two(
    people: People, detention: Detention, browse: Browse, django_assert_num_queries: Callable[..., object]
) -> None:
    client, day = browse("alma"), url("detentions") + "?on=2025-11-03"

    def fill(to: int) -> None:
        for _ in range(to - Detention.objects.count()):
            comes_late(make_pupil(group=make_group(), from_date=FIRST), MONDAY, by=people.alma)

    client.get(day)
    for number in (2, 20):
        fill(number)
        with django_assert_num_queries(WHO_IS_ASKING + 3):
            client.get(day)
    assert Pupil.objects.count() == 20


def test_a_detention_that_was_attended_stands_though_the_late_is_corrected_away(
    people: People, detention: Detention
) -> None:
    finding = detention.finding
    record_attended(detention, by=people.alma, at=moment(MONDAY, "16:00"))
    correct(Mark.objects.get(), "/", by=people.alma)
    finding.refresh_from_db()
    assert finding.withdrawn_at
    assert [row[3] for row in detentions(detention.pupil)] == ["attended"]


def test_a_finding_has_one_detention_of_its_own(people: People, detention: Detention) -> None:
    again = offer_detention(
        detention.finding, words="Another", minutes=60, on=WEEK[1], by=people.alma, at=moment(MONDAY)
    )
    assert (again, again.words) == (detention, "Detention")
    assert AuditEvent.objects.filter(kind=Event.DETENTION_OFFERED).count() == 1
