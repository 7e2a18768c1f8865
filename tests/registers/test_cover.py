"""Cover of registers for a day: by a member of staff, and by somebody without a log-in who is given a pass."""

import datetime as dt
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.accounts import throttle
from attendance_mat.accounts.models import Membership
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions import covering
from registers.actions.entering import school_policy
from registers.models import Assignment, Cover, CoverPass, Group, Mark, Register
from registers.queries.coverable import coverable_on, days_of
from registers.rules.covering import last_bell, title_of
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

Browse = Callable[[str], Client]
ItIs = Callable[[dt.datetime], None]
MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
SCHOOL = "/s/alder-primary"
COVER = f"{SCHOOL}/cover/"
SUPPLY = "Supply: Jo Marlow, covering Tess Lindqvist"


def clock_at(time: str, on: dt.date = MONDAY) -> dt.datetime:
    """Return a time of a day in London."""
    return dt.datetime.combine(on, dt.time.fromisoformat(time), tzinfo=LONDON)


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    """Forget the tries of other tests."""
    cache.clear()


@pytest.fixture
def group(people: People, it_is: ItIs) -> Group:
    """Return 4A, whose registers Tess takes on Mondays and Tuesdays; it is ten to nine on a Monday."""
    made = make_group()
    for day in (MONDAY, TUESDAY):
        make_session(day), make_session(day, "pm")
    for _ in range(2):
        make_pupil(group=made)
    Assignment.objects.create(user=people.tess.user, group=made, weekdays=[0, 1], from_date=SINCE)
    it_is(clock_at("08:50"))
    return made


def give(browse: Browse, what: str, *, who: str = "olly", name: str = "Jo Marlow", on: dt.date = MONDAY) -> str:
    """Have the office give a pass, and return the page that shows it."""
    page = browse(who).post(f"{COVER}give/", {"date": str(on), "what": what, "name": name})
    assert page.status_code == 200, page.text
    return page.text


def link_of(page: str) -> str:
    """Return the path of the link that a page shows."""
    found = re.search(r'href="http://testserver(/s/alder-primary/cover/open/[^"]+)"', page)
    assert found
    return found[1]


def pin_of(page: str) -> str:
    """Return the PIN that a page shows."""
    found = re.search(r"(\d{3}) (\d{3})</p>", page)
    assert found
    return found[1] + found[2]


def opened(page: str) -> Client:
    """Return the browser of a cover person who has followed the link and pressed."""
    client = Client()
    assert client.post(link_of(page)).url == f"{SCHOOL}/"
    return client


def register_of(client: Client, group: Group, half: str = "am", on: dt.date = MONDAY) -> int:
    """Return the status of opening a group's register and following to it."""
    return client.post(f"{SCHOOL}/sessions/{on}/{half}/groups/{group.pk}/register/", follow=True).status_code


def test_the_day_ends_with_its_last_period_or_as_the_policy_says() -> None:
    assert last_bell(MONDAY, period_ends=[dt.time(9, 45), dt.time(14, 55)], otherwise=dt.time(15, 30)) == clock_at(
        "14:55"
    )
    assert last_bell(MONDAY, period_ends=[], otherwise=dt.time(15, 30)) == clock_at("15:30")
    assert title_of("Jo Marlow", covering="Tess Lindqvist") == SUPPLY
    assert title_of("Jo Marlow", covering="") == "Supply: Jo Marlow"


def test_a_named_person_takes_a_register_by_a_link_and_every_mark_says_so(
    group: Group, people: People, browse: Browse
) -> None:
    # Given a pass for Tess's whole day, whose link and PIN are shown once and kept only as digests
    page = give(browse, f"person-{people.tess.user_id}")
    kept = CoverPass.objects.get()
    assert link_of(page).rstrip("/").rpartition("/")[2] not in (kept.link_digest, kept.pin_digest)
    assert pin_of(page) not in kept.pin_digest
    assert kept.link_digest == covering.digest_of_link(link_of(page).rstrip("/").rpartition("/")[2])
    # When its bearer looks at the link, nothing happens until they press
    client = Client()
    assert "Jo Marlow, covering Tess Lindqvist" in client.get(link_of(page)).text
    assert client.get(f"{SCHOOL}/").status_code == 302
    client = opened(page)
    start = client.get(f"{SCHOOL}/").text
    assert "4A" in start
    # Then the register is taken and finished under their own name
    register_of(client, group)
    register = Register.objects.get()
    client.post(f"{SCHOOL}/registers/{register.pk}/", {"do": "everyone-2"})
    client.post(f"{SCHOOL}/registers/{register.pk}/", {"do": "finish"})
    register.refresh_from_db()
    assert register.finished_at
    assert register.finished_by.name == SUPPLY
    assert {(mark.made_by_name, mark.made_by_role) for mark in Mark.objects.all()} == {(SUPPLY, "cover")}
    done = AuditEvent.objects.get(kind=Event.REGISTER_FINISHED)
    assert (done.by_name, done.by_role) == (SUPPLY, "cover")
    assert AuditEvent.objects.filter(kind=Event.COVER_USED, by_name=SUPPLY).count() == 1
    # And Tess sees on her own pages who covered it
    assert "covered by Jo Marlow" in browse("tess").get(f"{SCHOOL}/").text
    assert "Covered by Jo Marlow" in browse("tess").get(f"{SCHOOL}/registers/{register.pk}/").text
    assert "Covered by Jo Marlow" in browse("alma").get(f"{SCHOOL}/today/?half=pm").text


def test_a_pass_for_one_register_reaches_no_other_and_no_other_page(
    group: Group, people: People, browse: Browse
) -> None:
    other = make_group("5B")
    pupil = make_pupil(group=other)
    lesson = make_lesson(make_teaching_group("9A/Ma", pupil), make_period(), teacher=people.tess.user)
    client = opened(give(browse, f"am-{group.pk}"))
    assert register_of(client, group) == 200
    assert register_of(client, group, "pm") == 404
    assert register_of(client, group, on=TUESDAY) == 404
    assert register_of(client, other) == 404
    afternoon = make_register(make_session(MONDAY, "pm"), group)
    assert client.get(f"{SCHOOL}/registers/{afternoon.pk}/").status_code == 404
    row = {"pupil": group.places.first().pupil_id, "code": "/", "base": 0, "made_at": clock_at("08:50").isoformat()}
    save = {"key": str(uuid4()), "rows": [row]}
    api = f"{SCHOOL}/api/registers/{{}}/marks/"
    assert client.post(api.format(afternoon.pk), save, content_type="application/json").status_code == 404
    mine = Register.objects.get(session__half="am")
    assert client.post(api.format(mine.pk), save, content_type="application/json").status_code == 200
    assert client.post(f"{SCHOOL}/lessons/{MONDAY}/{lesson.pk}/register/").status_code == 404
    assert client.get(f"{SCHOOL}/lesson-registers/{make_lesson_register(lesson, MONDAY).pk}/").status_code == 404
    for path in (
        "today/", "pupils/", f"pupils/{pupil.pk}/", "missing/", "cover/", "takers/", "imports/", "calendar/",
        "unexplained/", "expected/", "contradictions/", "leave/", "cases/", "letters/", "figures/", "people/",
        "policy/",
    ):  # fmt: skip
        assert client.get(f"{SCHOOL}/{path}").status_code in {403, 404}, path
    assert client.get("/s/birch-high/").status_code == 404


def test_a_whole_day_holds_both_registers_and_the_lessons_of_the_person_stood_in_for(
    group: Group, people: People, browse: Browse
) -> None:
    lesson = make_lesson(make_teaching_group("9A/Ma", make_pupil()), make_period(3), teacher=people.tess.user)
    another = make_lesson(make_teaching_group("9A/En", make_pupil()), make_period(3), teacher=people.ben.user)
    page = give(browse, f"person-{people.tess.user_id}")
    assert page.count("<li>") >= 3
    assert Cover.objects.count() == 3
    client = opened(page)
    assert register_of(client, group) == 200
    start = client.get(f"{SCHOOL}/").text
    assert "9A/Ma" in start
    assert "9A/En" not in start
    assert client.post(f"{SCHOOL}/lessons/{MONDAY}/{another.pk}/register/").status_code == 404
    assert client.get(f"{SCHOOL}/lesson-registers/{make_lesson_register(lesson, MONDAY).pk}/").status_code == 200


@pytest.mark.parametrize("code", ["Y5", "E", "M"])
@pytest.mark.parametrize("who", ["teacher", "cover"])
def test_a_cover_person_sees_no_more_than_a_teacher_of_why_a_child_is_not_expected(
    code: str, who: str, group: Group, people: People, browse: Browse
) -> None:
    # Given a child with a code whose reason is not the classroom's, entered as expected by the office
    pupil = make_pupil(group=group, surname="Reasoned")
    session = make_session(MONDAY)
    register = make_register(session, group)
    make_mark(pupil, session, code, by=people.alma, register=register, source="expected", nature="Of no concern here")
    client = opened(give(browse, f"am-{group.pk}")) if who == "cover" else browse("tess")
    # When the register is drawn, for the table and for the projector
    for suffix in ("", "?projector"):
        page = client.get(f"{SCHOOL}/registers/{register.pk}/{suffix}").text
        row = page[page.index("Reasoned") :].partition("</tr>")[0]
        # Then the row says that the child is not expected, or elsewhere, and never why
        assert "Not expected" in row or "Elsewhere" in row
        assert "Of no concern here" not in page
        assert f">{code}<" not in row


def test_a_pass_opens_nothing_from_the_last_bell_on(group: Group, people: People, browse: Browse, it_is: ItIs) -> None:
    page = give(browse, f"am-{group.pk}")
    assert "15:30" in page
    client = opened(page)
    register_of(client, group)
    address = f"{SCHOOL}/registers/{Register.objects.get().pk}/"
    it_is(clock_at("15:29"))
    assert client.get(address).status_code == 200
    it_is(clock_at("15:30"))
    ended = client.get(address)
    assert ended.status_code == 302
    assert "/login/" in ended.url
    assert Client().get(link_of(page)).status_code == 404
    assert Client().post(link_of(page)).status_code == 404
    assert "opens nothing any more" in Client().get(link_of(page)).text
    by_pin = Client().post(f"{COVER}open/", {"name": "Jo Marlow", "pin": pin_of(page)})
    assert by_pin.status_code == 422


def test_a_save_after_the_pass_has_ended_is_answered_as_signed_out(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    client = opened(give(browse, f"am-{group.pk}"))
    register_of(client, group)
    it_is(clock_at("15:31"))
    save = f"{SCHOOL}/api/registers/{Register.objects.get().pk}/marks/"
    assert client.post(save, {}, content_type="application/json").status_code == 401


def test_a_pass_is_for_its_own_day_and_may_be_given_the_evening_before(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    page = give(browse, f"am-{group.pk}", on=TUESDAY)
    assert Client().get(link_of(page)).status_code == 404
    it_is(clock_at("08:50", TUESDAY))
    assert register_of(opened(page), group, on=TUESDAY) == 200


def test_a_pass_taken_back_ends_at_once(group: Group, people: People, browse: Browse) -> None:
    page = give(browse, f"person-{people.tess.user_id}")
    client = opened(page)
    register_of(client, group)
    done = browse("olly").post(f"{COVER}passes/{CoverPass.objects.get().pk}/end/", follow=True)
    assert "opens nothing any more" in done.text
    assert client.get(f"{SCHOOL}/registers/{Register.objects.get().pk}/").status_code == 302
    assert Client().get(link_of(page)).status_code == 404
    assert "Nobody covers a register on this day." in done.text
    # A second press changes nothing
    browse("olly").post(f"{COVER}passes/{CoverPass.objects.get().pk}/end/")
    assert AuditEvent.objects.filter(kind=Event.MEMBERSHIP_ENDED).count() == 1


def test_with_the_last_register_of_a_pass_the_pass_ends(group: Group, people: People, browse: Browse) -> None:
    give(browse, f"person-{people.tess.user_id}")
    first, second = Cover.objects.order_by("pk")
    browse("olly").post(f"{COVER}{first.pk}/end/")
    assert Membership.objects.get(role="cover").ended_at is None
    browse("olly").post(f"{COVER}{second.pk}/end/")
    browse("olly").post(f"{COVER}{second.pk}/end/")
    assert Membership.objects.get(role="cover").ended_at
    assert AuditEvent.objects.filter(kind=Event.COVER_ENDED).count() == 2


def test_signing_out_ends_the_pass(group: Group, people: People, browse: Browse) -> None:
    page = give(browse, f"am-{group.pk}")
    client = opened(page)
    said = client.post("/logout/", follow=True)
    assert "your cover pass has ended" in said.text
    assert Client().get(link_of(page)).status_code == 404
    assert "which has ended" in browse("olly").get(COVER).text


def test_a_name_with_its_pin_opens_the_same_and_guesses_are_slowed_down(
    group: Group, people: People, browse: Browse
) -> None:
    page = give(browse, f"am-{group.pk}")
    right, wrong = pin_of(page), f"{(int(pin_of(page)) + 1) % 10**6:06}"
    client = Client()
    assert client.get(f"{COVER}open/").status_code == 200
    for sent in ({"name": "", "pin": right}, {"name": "Jo Marlow", "pin": ""}, {"name": "Al Other", "pin": right}):
        assert client.post(f"{COVER}open/", sent).status_code == 422
    spaced = {"name": " jo  marlow ", "pin": f"{right[:3]} {right[3:]}"}
    assert client.post(f"{COVER}open/", spaced).url == f"{SCHOOL}/"
    assert register_of(client, group) == 200
    # Six wrong ones from one place, and the right one has to wait as well
    guesser = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(throttle.ONE_PERSON_FROM_ONE_PLACE):
        assert guesser.post(f"{COVER}open/", {"name": "Jo Marlow", "pin": wrong}).status_code == 422
    assert guesser.post(f"{COVER}open/", {"name": "Jo Marlow", "pin": right}).status_code == 429


def test_the_link_of_another_school_opens_nothing_here(group: Group, people: People, browse: Browse) -> None:
    page = give(browse, f"am-{group.pk}")
    assert Client().get(link_of(page).replace("alder-primary", "birch-high")).status_code == 404


def test_a_member_of_staff_covers_one_half_of_one_day(group: Group, people: People, browse: Browse) -> None:
    tutu = people.user("tutu")
    done = browse("olly").post(
        f"{COVER}give/", {"date": str(MONDAY), "what": f"am-{group.pk}", "staff": tutu.pk}, follow=True
    )
    assert "Tutu Marsh covers 1 register." in done.text
    client = browse("tutu")
    assert "4A" in client.get(f"{SCHOOL}/").text
    assert register_of(client, group) == 200
    assert register_of(client, group, "pm") == 404
    assert register_of(client, group, on=TUESDAY) == 404
    assert "Tutu Marsh (cover)" in browse("alma").get(f"{SCHOOL}/takers/").text
    assert client.get(f"{SCHOOL}/pupils/{group.places.first().pupil_id}/").status_code == 404  # cover opens no record


def test_what_was_covered_on_its_day_can_still_be_sent_the_day_after(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    browse("olly").post(
        f"{COVER}give/", {"date": str(MONDAY), "what": f"am-{group.pk}", "staff": people.user("tutu").pk}
    )
    register_of(browse("tutu"), group)
    it_is(clock_at("09:00", TUESDAY))
    register = Register.objects.get()
    assert browse("tutu").get(f"{SCHOOL}/registers/{register.pk}/").status_code == 200
    afternoon = make_register(make_session(MONDAY, "pm"), group)
    assert browse("tutu").get(f"{SCHOOL}/registers/{afternoon.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"what": ""}, "Choose what is to be covered."),
        ({"what": "am-0"}, "Choose what is to be covered of the list."),
        ({"name": ""}, "Choose a member of staff, or enter a name."),
        ({"staff": "tutu"}, "Choose a member of staff, or enter a name, not both."),
        ({"staff": "tess", "name": ""}, "takes these registers already"),
        ({"staff": "dov", "name": ""}, "Choose a person of the list."),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_given(
    sent: dict[str, str], words: str, group: Group, people: People, browse: Browse
) -> None:
    if "staff" in sent:
        sent = {**sent, "staff": str(people.user(sent["staff"]).pk)}
    whole = {"date": str(MONDAY), "what": f"am-{group.pk}", "name": "Jo Marlow", **sent}
    page = browse("olly").post(f"{COVER}give/", whole)
    assert page.status_code == 422
    assert words in page.text
    assert not Cover.objects.exists()
    assert not Membership.objects.filter(role="cover").exists()


def test_one_register_is_covered_once_and_none_once_the_day_is_over(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    policy, by = school_policy(), people.member("olly")
    (row, *_) = coverable_on(MONDAY)
    wanted = covering.Wanted(MONDAY, [row], people.tess.user)
    covering.give_pass(wanted, name="Jo Marlow", school=people.alder, policy=policy, by=by, at=clock_at("08:00"))
    with pytest.raises(ValidationError, match="Somebody covers one of these"):
        covering.give_pass(wanted, name="Al Other", school=people.alder, policy=policy, by=by, at=clock_at("08:01"))
    assert CoverPass.objects.count() == 1
    page = browse("olly").post(f"{COVER}give/", {"date": str(MONDAY), "what": row.key, "name": "Al Other"})
    assert page.status_code == 422  # it is not offered any more
    it_is(clock_at("15:30"))
    over = browse("olly").post(f"{COVER}give/", {"date": str(MONDAY), "what": f"pm-{group.pk}", "name": "Al Other"})
    assert "this school day is over" in over.text
    with pytest.raises(ValidationError, match="Choose a register"):
        covering.cover_by_staff(
            covering.Wanted(TUESDAY, [], None), person=people.user("tutu"), school=people.alder, policy=policy, by=by,
            at=clock_at("08:00"),
        )  # fmt: skip
    with pytest.raises(ValidationError, match="has no role here"):
        covering.cover_by_staff(
            covering.Wanted(TUESDAY, [row], None), person=people.user("dov"), school=people.alder, policy=policy,
            by=by, at=clock_at("08:00"),
        )  # fmt: skip


def test_a_register_that_nobody_takes_may_be_covered_too(group: Group, people: People, browse: Browse) -> None:
    untaken = make_group("5B")
    make_pupil(group=untaken)
    client = opened(give(browse, f"pm-{untaken.pk}"))
    assert "5B" in client.get(f"{SCHOOL}/").text
    assert CoverPass.objects.get().membership.user.name == "Supply: Jo Marlow"
    assert people.tess.user_id in days_of(coverable_on(MONDAY))


@pytest.mark.parametrize(("who", "status"), [("olly", 200), ("alma", 200), ("ben", 200), ("tess", 403), ("hana", 403)])
def test_the_office_gives_cover_without_managing_people(
    who: str, status: int, group: Group, people: People, browse: Browse
) -> None:
    assert browse(who).get(COVER).status_code == status
    assert browse(who).get(f"{COVER}?date=nonsense").status_code == status


def test_a_bearer_of_a_pass_is_no_member_of_staff_on_any_list(group: Group, people: People, browse: Browse) -> None:
    give(browse, f"am-{group.pk}")
    held = Membership.objects.get(role="cover")
    assert "Jo Marlow" not in browse("ben").get(f"{SCHOOL}/people/").text
    assert browse("ben").get(f"{SCHOOL}/people/{held.user_id}/").status_code == 404
    assert "Jo Marlow</option>" not in browse("ben").get(f"{SCHOOL}/takers/").text
    assert not held.user.has_usable_password()


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_of_cover_asks_as_much_for_two_groups_as_for_twenty(
    count: int, people: People, browse: Browse, it_is: ItIs, django_assert_max_num_queries
) -> None:
    it_is(clock_at("08:50"))
    make_session(MONDAY), make_session(MONDAY, "pm")
    for number in range(count):
        made = make_group(f"G{number}")
        make_pupil(group=made)
        Assignment.objects.create(user=people.tess.user, group=made, weekdays=[0], from_date=SINCE)
        Cover.objects.create(
            date=MONDAY, half="pm", group=made, user=people.ben.user, name=people.ben.name, given_at=clock_at("08:00"),
            given_by=people.alma.user, given_by_name=people.alma.name, given_by_role=people.alma.role,
        )  # fmt: skip
    client = browse("alma")
    with django_assert_max_num_queries(12 + 6):
        page = client.get(COVER).text
    assert page.count("End<") == count
