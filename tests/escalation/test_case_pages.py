"""The pages of cases: who sees what, what each costs, and what their forms refuse."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.trust.models import School
from escalation.models import Case, CaseTask, Finding, PupilStage
from registers.models import FamilyTie, Pupil
from tests.factories import make_pupil
from tests.people import People

LOG_IN = 6  # session, person, school and membership, and the schema selected twice
REACHED = dt.date(2026, 11, 20)
EVIDENCE = {
    "rule": "ten_in_ten_weeks", "value": 10, "threshold": 10, "unit": "sessions", "from": "2026-11-16",
    "to": "2026-11-20", "arithmetic": "10 sessions without leave (O 10).", "source": "The regulations, reg 9A",
    "sessions": [["2026-11-16", "am", "O"], ["2026-11-16", "pm", "O"], ["2026-11-17", "pm", "U"]],
}  # fmt: skip


def make_finding(pupil: Pupil, *, at: dt.datetime, **fields: object) -> Finding:
    defaults = {"rule": "ten_in_ten_weeks", "school_year": 2026, "reached_on": REACHED, "value": 10, "threshold": 10}
    return Finding.objects.create(pupil=pupil, evidence=EVIDENCE, found_at=at, **{**defaults, **fields})


def make_case(pupil: Pupil, *, at: dt.datetime, **fields: object) -> Case:
    finding = make_finding(pupil, at=at)
    defaults = {"stage": "Ten in ten weeks", "next_step": "Consider a notice.", "due_date": dt.date(2026, 11, 27)}
    return Case.objects.create(pupil=pupil, opened_because=finding, opened_at=at, **{**defaults, **fields})


@pytest.fixture
def case(alder: School, monday_morning: dt.datetime) -> Case:
    School.objects.filter(pk=alder.pk).update(go_live_date=dt.date(2026, 9, 1))
    return make_case(make_pupil(surname="Wren"), at=monday_morning)


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(f"/s/alder-primary/{path}", query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("show", ["open", "others", "waiting", "steps", "untouched", "findings", "closed"])
def test_a_list_costs_the_same_for_two_rows_and_for_twenty(
    case: Case, browse: Callable[[str], Client], monday_morning: dt.datetime, django_assert_num_queries, show: str
) -> None:
    client = browse("alma")
    page(client, "cases/")  # the school's policy is read once

    def listed(pupils: int) -> None:
        for _ in range(pupils):
            case = make_case(make_pupil(), at=monday_morning, closed_at=monday_morning if show == "closed" else None)
            row = PupilStage.objects.create(
                pupil=case.pupil, case=case, pack="national", ladder="x", stage="x", label="Agree", source="decision",
                proposed_at=monday_morning, left_on=REACHED if show == "others" else None,
            )  # fmt: skip
            CaseTask.objects.create(
                case=case,
                stage=row,
                does="call",
                words="Ring.",
                role="office",
                due_date=REACHED,
                made_at=monday_morning,
            )
        with django_assert_num_queries(LOG_IN + 9):  # seven counts, the page's count, the page
            page(client, "cases/", show=show)

    listed(2)
    listed(18)


def test_a_case_in_which_only_others_are_asked_has_a_list_of_its_own(
    case: Case, browse: Callable[[str], Client], people: People, monday_morning: dt.datetime
) -> None:
    def asked(surname: str, *roles: str, **fields: object) -> None:
        of = make_case(make_pupil(surname=surname), at=monday_morning, **fields)
        for role in roles:
            CaseTask.objects.create(
                case=of, does="task", words="Talk.", role=role, due_date=REACHED, made_at=monday_morning
            )

    asked("Plover", "tutor")
    asked("Lark", "tutor", "attendance_officer")
    asked("Teal", "tutor", owner=people.user("alma"))
    client = browse("alma")

    seen = {show: page(client, "cases/", show=show) for show in ("open", "others")}

    names = ("Wren", "Plover", "Lark", "Teal")
    assert [name for name in names if name in seen["others"]] == ["Plover"]
    assert [name for name in names if name in seen["open"]] == ["Wren", "Lark", "Teal"]


def test_the_lists_are_narrowed_by_rule_and_owner_in_the_address(
    case: Case, browse: Callable[[str], Client], people: People, monday_morning: dt.datetime
) -> None:
    make_case(make_pupil(surname="Plover"), at=monday_morning, owner=people.alma.user)
    client = browse("alma")

    mine = page(client, "cases/", owner="mine")
    twenty = page(client, "cases/", show="findings", rule="twenty_consecutive_days")

    assert "Plover" in mine
    assert "Wren" not in mine
    assert "Nothing is on this list" in twenty


def test_a_case_shows_its_arithmetic_its_sessions_and_its_source(case: Case, browse: Callable[[str], Client]) -> None:
    said = page(browse("alma"), f"cases/{case.pk}/")

    assert "10 sessions without leave (O 10)." in said
    assert "Tue 17 Nov 2026" in said
    assert "Source: The regulations, reg 9A." in said


@pytest.mark.parametrize(
    ("name", "status"), [("alma", 200), ("tara", 200), ("tess", 403), ("hana", 404), ("cass", 404)]
)
def test_a_case_is_seen_by_those_whose_permission_reaches_it(
    case: Case, browse: Callable[[str], Client], name: str, status: int
) -> None:
    assert browse(name).get(f"/s/alder-primary/cases/{case.pk}/").status_code == status


def test_the_trust_sees_a_case_but_does_not_work_it(case: Case, browse: Callable[[str], Client]) -> None:
    client = browse("tara")

    assert "Close the case" not in page(client, f"cases/{case.pk}/")
    assert client.post(f"/s/alder-primary/cases/{case.pk}/close/", {"because": "Done."}).status_code == 403


def test_the_case_of_one_s_own_family_is_not_found(case: Case, browse: Callable[[str], Client], people: People) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=case.pupil)
    client = browse("alma")

    assert "Wren" not in page(client, "cases/")
    assert client.get(f"/s/alder-primary/cases/{case.pk}/").status_code == 404
    assert client.post(f"/s/alder-primary/cases/{case.pk}/notes/", {"words": "Fine."}).status_code == 404


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("assign", {"owner": ""}, "Choose who works this case."),
        ("move-on", {"stage": "", "next_step": "x", "due_date": "2026-11-30"}, "Say where the case stands."),
        ("move-on", {"stage": "x", "next_step": "y", "due_date": "2026-11-20"}, "This day has passed."),
        ("notes", {"words": " "}, "Write what was done."),
        ("close", {"because": ""}, "Say why the case is closed."),
    ],
)
def test_an_incomplete_form_comes_back_with_what_is_wrong(
    case: Case, browse: Callable[[str], Client], path: str, given: dict[str, str], said: str
) -> None:
    response = browse("alma").post(f"/s/alder-primary/cases/{case.pk}/{path}/", given)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_an_officer_works_a_case_to_its_close(case: Case, browse: Callable[[str], Client], people: People) -> None:
    client, here = browse("alma"), f"/s/alder-primary/cases/{case.pk}"
    posts = {
        "assign": {"owner": people.ben.user.pk},
        "move-on": {"stage": "Family met", "next_step": "Ring.", "due_date": "2026-11-30"},
        "notes": {"words": "Met the family."},
        "close": {"because": "Back every day."},
    }
    for path, given in posts.items():
        assert client.post(f"{here}/{path}/", given).status_code == 302

    said = page(client, f"cases/{case.pk}/")
    assert "This case is closed" in said
    assert "Met the family." in said
    late = client.post(f"{here}/notes/", {"words": "Once more."})
    assert (late.status_code, "This case is closed. Nothing was changed." in late.content.decode()) == (422, True)
