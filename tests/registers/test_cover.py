"""Cover of registers for a day: what it reaches, what it shows, who gives it, and cover by a member of staff."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.accounts.models import Membership
from registers.actions import covering
from registers.actions.entering import school_policy
from registers.models import Assignment, Cover, CoverPass, Group, Register
from registers.queries.coverable import coverable_on, days_of
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.covering import (
    COVER,
    MONDAY,
    SCHOOL,
    TUESDAY,
    Browse,
    ItIs,
    clock_at,
    give,
    group,
    nobody_has_guessed,
    opened,
    register_of,
)  # fmt: skip
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

__all__ = ["group", "nobody_has_guessed"]


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
