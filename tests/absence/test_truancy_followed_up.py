"""What people do about a truancy alert, on its pages."""

import pytest
from django.core.exceptions import ValidationError

from absence.actions.ending_truancy import end_by_hand
from absence.actions.following_truancy import confirm_truancy, log_call, say_unreached
from absence.actions.truancy import set_not_on_site
from absence.models import ParentContact, Task, TruancyAlert, TruancyCall
from absence.queries.whereabouts import NOT_SEEN
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Assignment, FamilyTie
from tests.absence.truancy import SCHOOL, TODAY, Adopt, Browse, Watched, adopt, at, watched
from tests.factories import make_contact, make_group, make_pupil

__all__ = ["adopt", "watched"]
Ending = TruancyAlert.Ending
WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema


@pytest.fixture
def alert(watched: Watched) -> TruancyAlert:
    """Return the alert about a pupil missing from period 2, whose mother has a telephone."""
    make_contact(watched.pupil, name="Mara Fenn", phone="01632 960100", parental_responsibility=True)
    watched.say(2, "N", at(9, 50))
    return TruancyAlert.objects.get()


def page(alert: TruancyAlert, press: str = "") -> str:
    return f"{SCHOOL}/truancy/{alert.pk}/{press}"


def test_the_list_says_who_is_looked_for_and_where_they_were_last_seen(alert: TruancyAlert, browse: Browse) -> None:
    html = browse("alma").get(f"{SCHOOL}/truancy/").content.decode()
    assert "Fenn, Isla" in html
    assert "Morning registration of 9A, 08:35" in html
    assert 'hx-trigger="every 15s"' in html
    part = browse("alma").get(f"{SCHOOL}/truancy/", headers={"HX-Request": "true"}).content.decode()
    assert "Fenn, Isla" in part
    assert "<html" not in part
    brief = browse("alma").get(f"{SCHOOL}/truancy/?brief", headers={"HX-Request": "true"}).content.decode()
    assert "1 pupil who was in school is looked for." in brief
    assert f"{SCHOOL}/truancy/?brief" in browse("alma").get(f"{SCHOOL}/today/").content.decode()


def test_only_what_is_new_is_announced_though_the_page_asks_again_and_again(
    alert: TruancyAlert, browse: Browse
) -> None:
    # Given the page of alerts, on which nothing is announced, and what it was told
    client, said = browse("alma"), "1 pupil who was in school is looked for.</div>"
    page = client.get(f"{SCHOOL}/truancy/").content.decode()
    assert said not in page
    assert (told := f'name="told" value="1-{alert.pk}"') in page
    # When it asks again, then nothing is said while nothing has changed; and where nothing was told yet, it is
    for path in ("truancy/?", "truancy/?brief&"):
        again = client.get(f"{SCHOOL}/{path}told=1-{alert.pk}", headers={"HX-Request": "true"}).content.decode()
        first = client.get(f"{SCHOOL}/{path}", headers={"HX-Request": "true"}).content.decode()
        assert said not in again
        assert said in first
        assert told in again
        assert told in first
    assert "aria-live" not in page


def test_nobody_is_on_the_list_of_another_school_or_year_or_of_a_classroom(
    alert: TruancyAlert, browse: Browse, watched: Watched
) -> None:
    assert "Fenn" not in browse("cass").get("/s/birch-primary/truancy/").content.decode()
    assert browse("tess").get(f"{SCHOOL}/truancy/").status_code == 403
    assert browse("tess").get(page(alert)).status_code == 403


def test_a_head_of_year_sees_the_year_s_alone(alert: TruancyAlert, browse: Browse, watched: Watched) -> None:
    hana = watched.people.member("hana")
    assert browse("hana").get(page(alert)).status_code == 404
    Assignment.objects.create(user=hana.user, year=9, weekdays=[0, 1, 2, 3, 4], from_date=TODAY)
    assert browse("hana").get(page(alert)).status_code == 200
    assert "Fenn, Isla" in browse("hana").get(f"{SCHOOL}/truancy/").content.decode()


def test_a_hidden_pupil_s_alert_is_for_those_who_may_find_them(
    alert: TruancyAlert, browse: Browse, watched: Watched
) -> None:
    type(watched.pupil).objects.filter(pk=watched.pupil.pk).update(hidden=True)
    assert browse("alma").get(page(alert)).status_code == 404
    assert "Fenn" not in browse("alma").get(f"{SCHOOL}/truancy/").content.decode()
    assert browse("ben").get(page(alert)).status_code == 200


def test_the_page_has_the_numbers_and_a_call_that_reaches_a_parent_does_the_task(
    alert: TruancyAlert, browse: Browse
) -> None:
    client = browse("alma")
    html = client.get(page(alert)).content.decode()
    assert "tel:01632960100" in html
    contact = alert.pupil.contacts.get()
    said = {"call-contact": contact.pk, "call-reached": "yes", "call-words": ""}
    assert "Write down the reason that the parent gave" in client.post(page(alert, "call/"), said).content.decode()
    client.post(page(alert, "call/"), {**said, "call-words": "She thought he was in school"})
    assert TruancyCall.objects.get().reached
    assert ParentContact.objects.get().words == "She thought he was in school"
    assert Task.objects.get(kind="contact").outcome == "Rung: She thought he was in school"
    assert "Mara Fenn" in client.get(page(alert)).content.decode()


def test_only_a_contact_who_may_be_told_is_rung(alert: TruancyAlert, watched: Watched) -> None:
    barred = make_contact(watched.pupil, name="No Contact", phone="01632 960101", no_contact=True)
    other = make_contact(make_pupil(), name="Of Another", phone="01632 960102", parental_responsibility=True)
    for contact in (barred, other):
        with pytest.raises(ValidationError, match="Choose a contact who may be rung"):
            log_call(alert, contact, reached=False, words="", by=watched.people.alma, at=at(9, 55))


def test_parents_are_unreached_only_after_a_call_and_once(alert: TruancyAlert, browse: Browse) -> None:
    client, contact = browse("alma"), alert.pupil.contacts.get()
    refused = client.post(page(alert, "pass-on/"), {"do": "unreached"})
    assert refused.status_code == 422
    assert "Nobody has been rung yet: write down each call first." in refused.content.decode()
    client.post(page(alert, "call/"), {"call-contact": contact.pk, "call-reached": "no"})
    for _ in range(2):
        assert client.post(page(alert, "pass-on/"), {"do": "unreached"}).status_code == 302
    assert AuditEvent.objects.filter(kind=Event.TRUANCY_UNREACHED).count() == 1
    assert Task.objects.filter(kind="safeguarding", role="safeguarding_lead").count() == 1


def test_a_safeguarding_link_is_made_once(alert: TruancyAlert, browse: Browse) -> None:
    for _ in range(2):
        browse("alma").post(page(alert, "pass-on/"), {"do": "link"})
    assert AuditEvent.objects.filter(kind=Event.TRUANCY_LINKED).count() == 1
    assert Task.objects.filter(kind="safeguarding", role="safeguarding_lead").count() == 1


def test_an_alert_is_ended_by_hand_with_what_is_known(alert: TruancyAlert, browse: Browse) -> None:
    client = browse("alma")
    missing = client.post(page(alert, "end/"), {"end-ending": "found", "end-outcome": ""})
    assert "Say what is known, in a few words." in missing.content.decode()
    assert "Say how it ended." in client.post(page(alert, "end/"), {"end-outcome": "x"}).content.decode()
    assert "Say what is known" in client.post(page(alert, "end/"), {
        "end-ending": "found", "end-outcome": "   "}).content.decode()  # fmt: skip
    for words in ("In the library", "Again"):
        client.post(page(alert, "end/"), {"end-ending": "found", "end-outcome": words})
    alert.refresh_from_db()
    assert (alert.ending, alert.outcome, alert.ended_by_name) == ("found", "In the library", "Alma Reyes")
    assert Task.objects.get(kind="contact").dropped_because == "This alert is ended: found."
    assert "In the library" in client.get(page(alert)).content.decode()
    assert "Fenn, Isla" in client.get(f"{SCHOOL}/truancy/?show=ended").content.decode()


def test_nobody_settles_an_alert_of_their_own_family(alert: TruancyAlert, browse: Browse, watched: Watched) -> None:
    FamilyTie.objects.create(user=watched.people.alma.user, pupil=watched.pupil)
    client = browse("alma")
    assert "You are family of this child" in client.get(page(alert)).content.decode()
    answer = client.post(page(alert, "end/"), {"end-ending": "found", "end-outcome": "Home"})
    assert answer.status_code == 422
    alert.refresh_from_db()
    assert alert.is_open


def test_a_truancy_is_confirmed_once_and_not_where_it_was_withdrawn(
    alert: TruancyAlert, browse: Browse, watched: Watched
) -> None:
    for _ in range(2):
        assert browse("ben").post(page(alert, "confirm/"), {"confirm-sanction": "A talk"}).status_code == 302
    assert AuditEvent.objects.filter(kind=Event.TRUANCY_CONFIRMED).count() == 1
    end_by_hand(alert, ending=Ending.FOUND, outcome="In the library", by=watched.people.ben, at=at(10, 0))
    watched.say(3, "N", at(11, 5))
    watched.say(3, "/", at(11, 7))
    withdrawn = TruancyAlert.objects.get(ending="withdrawn")
    with pytest.raises(ValidationError, match="This alert was withdrawn"):
        confirm_truancy(withdrawn, sanction="", detention_at=None, by=watched.people.ben, at=at(11, 10))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Write down the sanction"),
        ({"confirm-sanction": "Detention"}, "Say when the detention is"),
        ({"confirm-sanction": "Detention", "confirm-detention_date": "2026-11-24"}, "Enter both the day"),
        ({"confirm-sanction": "Detention", "confirm-detention_date": "2026-11-20", "confirm-detention_time": "15:10",
          "confirm-minutes": "30"}, "at a time still to come"),
        ({"confirm-sanction": "Detention", "confirm-detention_date": "2026-11-24", "confirm-detention_time": "15:10"},
         "Enter how many minutes the detention lasts"),
        ({"confirm-sanction": "Detention", "confirm-minutes": "30"}, "and its day and time, or none of them."),
        ({"confirm-sanction": "Detention", "confirm-detention_date": "soon", "confirm-detention_time": "15:10"},
         "Enter a day, such as 2026-12-02."),
    ],
)  # fmt: skip
def test_where_the_policy_asks_for_a_sanction_and_work_a_confirmation_has_both(
    adopt: Adopt, alert: TruancyAlert, browse: Browse, sent: dict[str, str], words: str
) -> None:
    adopt("wigston")
    answer = browse("ben").post(page(alert, "confirm/"), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_detention_later_the_same_day_has_its_work_due_at_once(
    adopt: Adopt, alert: TruancyAlert, watched: Watched
) -> None:
    adopt("wigston")
    confirm_truancy(alert, sanction="Detention", detention_at=at(15, 10), by=watched.people.ben, at=at(11, 0))
    assert Task.objects.get(kind="set work").due_at == at(11, 0)


def test_one_not_on_site_has_no_lesson_to_set_work_for(adopt: Adopt, watched: Watched) -> None:
    adopt("wigston")
    watched.it_is(at(10, 10))
    alert = set_not_on_site(watched.pupil, words="Seen at the shops", by=watched.people.alma, at=at(10, 10))
    confirm_truancy(alert, sanction="Detention", detention_at=at(15, 10), by=watched.people.ben, at=at(11, 0))
    assert not Task.objects.filter(kind="set work").exists()


def test_staff_set_a_pupil_not_on_site_from_the_pupil_s_page(watched: Watched, browse: Browse) -> None:
    watched.it_is(at(10, 10))
    client, address = browse("alma"), f"{SCHOOL}/pupils/{watched.pupil.pk}/truancy/"
    assert address in client.get(f"{SCHOOL}/pupils/{watched.pupil.pk}/").content.decode()
    assert "No alert was ever raised" in client.get(address).content.decode()
    assert "Say in a few words how you know" in client.post(address, {"words": ""}).content.decode()
    for _ in range(2):
        assert client.post(address, {"words": "Seen leaving by the gate"}).status_code == 302
    alert = TruancyAlert.objects.get()
    assert (alert.kind, alert.words) == ("not on site", "Seen leaving by the gate")
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Not on site" in part
    assert "<html" not in part


def test_one_never_seen_today_and_own_family(watched: Watched, browse: Browse) -> None:
    other = make_pupil(group=make_group("9A"))
    FamilyTie.objects.create(user=watched.people.alma.user, pupil=other)
    answer = browse("alma").post(f"{SCHOOL}/pupils/{other.pk}/truancy/", {"words": "Gone"})
    assert "You are family of this child" in answer.content.decode()
    alert = set_not_on_site(other, words="Gone", by=watched.people.ben, at=at(10, 10))
    assert (alert.last_seen, alert.last_seen_at) == (NOT_SEEN, None)


def test_say_unreached_needs_no_second_call(alert: TruancyAlert, watched: Watched) -> None:
    contact = alert.pupil.contacts.get()
    log_call(alert, contact, reached=False, words="", by=watched.people.alma, at=at(9, 52))
    first = say_unreached(alert, by=watched.people.alma, at=at(9, 53))
    assert say_unreached(alert, by=watched.people.ben, at=at(9, 55)).unreached_at == first.unreached_at


@pytest.mark.parametrize("pupils", [2, 20])
def test_the_list_costs_the_same_for_few_and_many(
    watched: Watched, browse: Browse, pupils: int, django_assert_num_queries
) -> None:
    for _ in range(pupils):
        set_not_on_site(make_pupil(), words="Gone", by=watched.people.ben, at=at(8, 40))
    client = browse("alma")
    client.get(f"{SCHOOL}/truancy/")
    with django_assert_num_queries(WHO_IS_ASKING + 3):
        html = client.get(f"{SCHOOL}/truancy/").content.decode()
    assert html.count("Not on site") == pupils
