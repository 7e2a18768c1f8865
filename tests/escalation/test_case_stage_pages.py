"""Stages, steps and holds on the pages: who may do what, and what their forms refuse."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import CaseTask, Hold, PastStep, PupilStage
from escalation.rules.ladder import Crossing
from letters.actions import send_letter
from letters.models import Letter
from registers.models import Assignment, FamilyTie, Pupil
from tests.escalation.on_the_ladder import follow_ladder, make_crossing, occasion, the_stage
from tests.factories import make_contact, make_pupil, make_sessions
from tests.people import SINCE, People

TODAY = dt.date(2026, 11, 23)
HERE = "/s/alder-primary"


@pytest.fixture
def pupil(alder: School, people: People) -> Pupil:
    """Return a pupil of year 4 at a school that follows the tests' ladder, where Hana is head of year 4."""
    follow_ladder(alder, by=people.ben)
    make_sessions(dt.date(2026, 11, 2), 25)
    pupil = make_pupil(surname="Wren")
    make_contact(pupil)
    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    return pupil


@pytest.fixture
def waiting(pupil: Pupil, alder: School, monday_morning: dt.datetime) -> PupilStage:
    finding = make_crossing(pupil, "second")
    row = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(alder, monday_morning)
    )
    assert row is not None
    return row


@pytest.fixture
def entered(pupil: Pupil, alder: School, monday_morning: dt.datetime) -> PupilStage:
    finding = make_crossing(pupil)
    row = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(alder, monday_morning)
    )
    assert row is not None
    return row


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(f"{HERE}/{path}", query)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, path: str, **given: str) -> tuple[int, str]:
    response = client.post(f"{HERE}/{path}", given)
    return response.status_code, response.content.decode()


def test_both_who_are_asked_agree_on_the_page_and_the_pupil_enters_the_stage(
    waiting: PupilStage, browse: Callable[[str], Client]
) -> None:
    alma, hana = browse("alma"), browse("hana")
    case = f"cases/{waiting.case_id}/"
    assert "Wren" in page(alma, "cases/", show="waiting")
    said = page(hana, case)
    assert "Head of year: has yet to agree." in said
    assert "No warning to the parents is recorded." in said

    status, refused = post(alma, f"stages/{waiting.pk}/agree/", because="")
    assert (status, "No warning to the parents is recorded." in refused) == (422, True)
    assert post(alma, f"stages/{waiting.pk}/agree/", because="Rung twice.")[0] == 302
    assert "Alma Reyes agreed on" in page(hana, case)
    assert "Agree</button>" not in page(alma, case)
    assert post(hana, f"stages/{waiting.pk}/agree/", because="Rung twice.")[0] == 302

    waiting.refresh_from_db()
    assert waiting.entered_on == TODAY
    assert "Here now" in page(alma, case)


def test_a_stage_is_declined_with_a_reason(waiting: PupilStage, browse: Callable[[str], Client]) -> None:
    client = browse("hana")

    assert post(client, f"stages/{waiting.pk}/decline/", because=" ")[0] == 422
    assert post(client, f"stages/{waiting.pk}/decline/", because="Known to us.")[0] == 302
    assert "Known to us." in page(client, f"cases/{waiting.case_id}/")


def test_a_role_that_is_not_asked_is_told_so(waiting: PupilStage, browse: Callable[[str], Client]) -> None:
    status, said = post(browse("ben"), f"stages/{waiting.pk}/agree/", because="Yes.")

    assert (status, "Your role is not asked" in said) == (422, True)


@pytest.mark.parametrize(("name", "status"), [("tess", 403), ("tara", 403), ("cass", 404), ("olly", 403)])
def test_others_do_not_reach_it(waiting: PupilStage, browse: Callable[[str], Client], name: str, status: int) -> None:
    assert post(browse(name), f"stages/{waiting.pk}/agree/", because="Yes.")[0] == status


def test_what_is_about_one_s_own_family_is_not_found(
    entered: PupilStage, browse: Callable[[str], Client], people: People
) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=entered.pupil)
    task = CaseTask.objects.first()
    client = browse("alma")

    paths = [f"stages/{entered.pk}/leave/", f"steps/{task.pk}/do/", f"pupils/{entered.pupil_id}/holds/"]
    assert [post(client, path, because="x", outcome="x")[0] for path in paths] == [404, 404, 404]
    assert client.get(f"{HERE}/pupils/{entered.pupil_id}/stages/").status_code == 404


def test_steps_are_added_done_and_cancelled(entered: PupilStage, browse: Callable[[str], Client]) -> None:
    client = browse("alma")
    letter, clinic = CaseTask.objects.order_by("pk")
    assert "Meet the pupil." in page(client, "cases/", show="steps", rule="first", owner="nobody")

    assert post(client, f"steps/{clinic.pk}/do/", outcome="")[0] == 422
    assert post(client, f"steps/{clinic.pk}/do/", outcome="Strategies agreed.")[0] == 302
    assert post(client, f"steps/{letter.pk}/cancel/", because="Said in person.")[0] == 302
    new = {"does": "call", "words": "Ring the aunt.", "role": "office", "due_date": "2026-11-25"}
    assert post(client, f"cases/{entered.case_id}/steps/", **{**new, "due_date": "2026-11-20"})[0] == 422
    assert post(client, f"cases/{entered.case_id}/steps/", **new)[0] == 302

    said = page(client, f"cases/{entered.case_id}/")
    assert "Strategies agreed." in said
    assert "Said in person." in said
    assert "Next step: Ring the aunt." in said


def test_a_step_is_also_done_by_the_role_it_is_for_and_by_no_other(
    entered: PupilStage, browse: Callable[[str], Client]
) -> None:
    clinic = CaseTask.objects.get(does="clinic")
    client = browse("hana")

    assert post(client, f"steps/{clinic.pk}/do/", outcome="Met.")[0] == 404
    theirs = CaseTask.objects.create(
        case=entered.case, does="task", words="Say what will be done.", role="head_of_year", due_date=TODAY,
        made_at=clinic.made_at,
    )  # fmt: skip
    assert post(client, f"steps/{theirs.pk}/do/", outcome="A mentor.")[0] == 302


def test_a_decision_asks_for_one_of_its_options(
    pupil: Pupil, alder: School, browse: Callable[[str], Client], people: People, monday_morning: dt.datetime
) -> None:
    client = browse("alma")
    put = {"stage_key": "last", "reason": "The family asked.", "because": ""}

    status, said = post(client, f"pupils/{pupil.pk}/stages/put/", **put)
    assert (status, "No support is recorded." in said) == (422, True)
    assert post(client, f"pupils/{pupil.pk}/stages/put/", **{**put, "stage_key": ""})[0] == 422
    assert post(client, f"pupils/{pupil.pk}/stages/put/", **{**put, "because": "Urgent."})[0] == 302

    task = CaseTask.objects.get(does="decision")
    assert post(client, f"steps/{task.pk}/do/", outcome="Agreed.", chosen="Prison")[0] == 422
    assert post(client, f"steps/{task.pk}/do/", outcome="Agreed.", chosen="Panel")[0] == 302
    case = f"cases/{task.case_id}/"
    assert "Panel. Agreed." in page(client, case)
    assert "By decision" in page(client, "cases/")


def test_a_stage_is_left_with_a_reason_once(entered: PupilStage, browse: Callable[[str], Client]) -> None:
    client = browse("alma")

    assert post(client, f"stages/{entered.pk}/leave/", because="")[0] == 422
    assert post(client, f"stages/{entered.pk}/leave/", because="No longer a concern.")[0] == 302
    status, said = post(client, f"stages/{entered.pk}/leave/", because="Again.")
    assert (status, "not at this stage any more" in said) == (422, True)


def test_a_hold_is_placed_and_ended_and_its_reason_is_for_those_who_may_place_one(
    entered: PupilStage, browse: Callable[[str], Client]
) -> None:
    sadie, hana, here = browse("sadie"), browse("hana"), f"pupils/{entered.pupil_id}"
    given = {"reason": "bereavement", "words": "A grandparent.", "from_date": "2026-11-23", "until_date": "2026-11-23"}

    status, said = post(sadie, f"{here}/holds/", **given)
    assert (status, "would end before it begins" in said) == (422, True)
    assert post(sadie, f"{here}/holds/", **{**given, "words": ""})[0] == 422
    assert post(sadie, f"{here}/holds/", **{**given, "until_date": ""})[0] == 302

    assert "A grandparent." in page(sadie, f"{here}/stages/")
    seen = page(hana, f"{here}/stages/")
    assert "On hold" in seen
    assert "A grandparent." not in seen
    assert "On hold" in page(hana, f"cases/{entered.case_id}/")
    hold = Hold.objects.get()
    assert post(hana, f"holds/{hold.pk}/end/")[0] == 403
    assert post(sadie, f"holds/{hold.pk}/end/")[0] == 302
    status, said = post(sadie, f"holds/{hold.pk}/end/")
    assert (status, "has ended already" in said) == (422, True)


def test_a_pupil_of_last_year_s_list_is_offered_early_support(
    entered: PupilStage, browse: Callable[[str], Client], people: People, monday_morning: dt.datetime
) -> None:
    client, here = browse("alma"), f"cases/{entered.case_id}/"
    assert "Of concern last year" not in page(client, here)
    PastStep.objects.create(
        pupil=entered.pupil, kind="stage", name="end-of-year", on_date=dt.date(2026, 7, 17), imported_at=monday_morning,
        imported_by=people.alma.user,
    )  # fmt: skip

    assert "Of concern last year" in page(client, here)
    assert "Home visit, as early support." in page(client, here, offer="home_visit")


def test_a_referral_pack_holds_the_history_of_the_case_on_a_page_and_on_paper(
    entered: PupilStage, browse: Callable[[str], Client], people: People, monday_morning: dt.datetime
) -> None:
    send_letter(Letter.objects.get(), by=people.alma, at=monday_morning)
    client = browse("alma")

    said = page(client, f"cases/{entered.case_id}/referral/")
    paper = client.get(f"{HERE}/cases/{entered.case_id}/referral.pdf")

    for words in ("Attended 101 of 110 sessions.", "Send the first letter.", "Concern letter 1", "Entered “First”."):
        assert words in said
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert browse("hana").get(f"{HERE}/cases/{entered.case_id}/referral.pdf").status_code == 403


def test_a_case_costs_the_same_however_much_was_done(
    entered: PupilStage, browse: Callable[[str], Client], people: People, monday_morning: dt.datetime,
    django_assert_max_num_queries: Callable[..., object], alder: School,
) -> None:  # fmt: skip
    client = browse("alma")
    page(client, f"cases/{entered.case_id}/")

    def with_steps(n: int) -> None:
        for number in range(n):
            actions.add_step(
                entered.case, does="call", words=f"Ring {number}.", role="office", due_date=TODAY,
                occasion=occasion(alder, monday_morning, people.alma),
            )  # fmt: skip
        with django_assert_max_num_queries(30):
            page(client, f"cases/{entered.case_id}/")

    with_steps(2)
    with_steps(18)


def test_what_crossed_and_led_to_a_stage_waits_until_a_person_acts(
    entered: PupilStage, browse: Callable[[str], Client]
) -> None:
    client = browse("alma")
    assert "Wren" in page(client, "cases/", show="untouched")

    post(client, f"steps/{CaseTask.objects.get(does='clinic').pk}/do/", outcome="Met.")

    assert "Wren" not in page(client, "cases/", show="untouched")
    assert the_stage(entered.pupil, "first").left_on is None
