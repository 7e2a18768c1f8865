"""Detentions for a truancy, and those set by hand with a reason: listed, followed up when missed, withdrawn."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from absence.actions.detentions import give_by_hand, record_missed
from absence.actions.following_truancy import confirm_truancy
from absence.models import Detention, Task, TruancyAlert
from registers.models import Assignment, FamilyTie
from tests.absence.truancy import SCHOOL, TODAY, Adopt, Browse, Watched, adopt, at, watched
from tests.factories import make_pupil

__all__ = ["adopt", "watched"]
TOMORROW = TODAY + dt.timedelta(days=1)
GIVEN = {"reason": "Left the hall in a mess", "on_date": "2026-11-23", "minutes": "30", "starts_at": "15:10",
         "place": "Hall"}  # fmt: skip


def page(watched: Watched) -> str:
    return f"{SCHOOL}/pupils/{watched.pupil.pk}/detentions/"


def test_a_detention_is_set_by_hand_from_the_pupil_s_page_and_listed_with_its_reason(
    adopt: Adopt, watched: Watched, browse: Browse
) -> None:
    adopt("wigston")
    client = browse("alma")
    assert page(watched) in client.get(f"{SCHOOL}/pupils/{watched.pupil.pk}/").text
    assert "This pupil has had no detention." in client.get(page(watched)).text
    wrong = client.post(page(watched), {**GIVEN, "reason": " ", "minutes": "0"})
    assert wrong.status_code == 422
    for said in ("Say what the detention is for.", "A detention lasts a minute or more.", 'value="Hall"'):
        assert said in wrong.text
    past = client.post(page(watched), {**GIVEN, "on_date": "2026-11-22"})
    assert "A detention that is set now is today or on a later day." in past.text
    done = client.post(page(watched), GIVEN, follow=True).text
    assert "Left the hall in a mess" in done
    given = Detention.objects.get()
    assert (given.state, given.set_by_name, given.reason, given.number) == (
        "set", "Alma Reyes", "Left the hall in a mess", 1,
    )  # fmt: skip
    assert "Left the hall in a mess" in client.get(f"{SCHOOL}/lateness/detentions/?on=2026-11-23").text
    # And it is withdrawn with a reason
    cancel = f"{SCHOOL}/lateness/detentions/{given.pk}/cancel/"
    assert "Say why the detention is cancelled." in client.post(cancel, {"because": ""}).text
    client.post(cancel, {"because": "It was another child"})
    given.refresh_from_db()
    assert (given.state, given.cancelled_because) == ("cancelled", "It was another child")


def test_where_the_policy_has_no_detentions_none_is_set_by_hand(watched: Watched, browse: Browse) -> None:
    assert "policy has no detentions" in browse("alma").get(page(watched)).text
    refused = browse("alma").post(page(watched), GIVEN)
    assert (refused.status_code, Detention.objects.count()) == (422, 0)


def test_nobody_sets_one_for_their_family_and_a_pupil_out_of_reach_is_not_found(
    adopt: Adopt, watched: Watched, browse: Browse
) -> None:
    adopt("wigston")
    FamilyTie.objects.create(user=watched.people.alma.user, pupil=watched.pupil)
    assert "You are family of this child" in browse("alma").post(page(watched), GIVEN).text
    assert browse("hana").get(page(watched)).status_code == 404
    assert browse("tess").get(page(watched)).status_code == 403
    hana = watched.people.member("hana")
    Assignment.objects.create(user=hana.user, year=9, weekdays=[0, 1, 2, 3, 4], from_date=TODAY)
    assert browse("hana").get(page(watched)).status_code == 200


def test_one_set_by_hand_that_is_missed_brings_what_the_policy_names_and_then_the_head_of_year(
    adopt: Adopt, watched: Watched, browse: Browse
) -> None:
    adopt("wigston")
    by = watched.people.alma
    given = give_by_hand(watched.pupil, reason="Mess", minutes=30, on_date=TODAY, by=by, at=at(10))
    record_missed(given, by=by, at=at(16))
    following = Detention.objects.get(number=2)
    assert (following.series, following.reason, following.words, following.minutes) == (
        given.series, "Mess", "Detention of two hours", 120,
    )  # fmt: skip
    html = browse("alma").get(f"{SCHOOL}/lateness/detentions/{following.pk}/").text
    assert "The detention before this one was not attended." in html
    Detention.objects.filter(pk=following.pk).update(on_date=TODAY)
    record_missed(following, by=by, at=at(16, 30))
    assert Task.objects.get(kind="other").role == "head_of_year"


def test_the_detention_of_a_truancy_is_on_the_day_s_list_and_followed_up_when_missed(
    adopt: Adopt, watched: Watched, browse: Browse
) -> None:
    adopt("wigston")
    watched.say(2, "N", at(9, 50))
    alert = TruancyAlert.objects.get()
    sent = {"confirm-sanction": "Lunch", "confirm-detention_date": "2026-11-23", "confirm-detention_time": "15:10",
            "confirm-minutes": "45"}  # fmt: skip
    assert browse("ben").post(f"{SCHOOL}/truancy/{alert.pk}/confirm/", sent).status_code == 302
    given = alert.detentions.get()
    assert (given.on_date, given.starts_at, given.minutes) == (TODAY, dt.time(15, 10), 45)
    day = browse("alma").get(f"{SCHOOL}/lateness/detentions/?on=2026-11-23").text
    assert "Truancy on Mon 23 Nov 2026" in day
    assert f"/truancy/{alert.pk}/" in browse("alma").get(f"{SCHOOL}/lateness/detentions/{given.pk}/").text
    early = {"on_date": "2026-11-22", "minutes": "45"}
    said = browse("alma").post(f"{SCHOOL}/lateness/detentions/{given.pk}/set/", early).text
    assert "A detention cannot be on a day before what it is for, Mon 23 Nov 2026." in said
    record_missed(given, by=watched.people.alma, at=at(16))
    assert list(alert.detentions.order_by("number").values_list("number", "state")) == [(1, "missed"), (2, "set")]
    assert f"/lateness/detentions/{given.pk}/" in browse("alma").get(f"{SCHOOL}/truancy/{alert.pk}/").text


def test_a_detention_says_what_it_is_for_and_by_hand_in_words(adopt: Adopt, watched: Watched) -> None:
    adopt("wigston")
    with pytest.raises(ValidationError, match="Say what the detention is for"):
        give_by_hand(make_pupil(), reason=" ", minutes=30, on_date=TOMORROW, by=watched.people.ben, at=at(10))


def test_work_of_a_hidden_pupil_s_detention_is_asked_of_the_lead_not_of_a_teacher_who_may_not_find_them(
    adopt: Adopt, watched: Watched
) -> None:
    adopt("wigston")
    watched.say(2, "N", at(9, 50))
    type(watched.pupil).objects.update(hidden=True)
    alert = TruancyAlert.objects.get()
    confirm_truancy(alert, sanction="Lunch", detention_at=at(15, 10), by=watched.people.ben, at=at(11))
    assert Task.objects.get(kind="set work").role == "safeguarding_lead"
