"""The pages of joining and leaving: who may do what, what each shows, and what bad input leads to."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import missing as missing_actions
from attendance_mat.admission.actions.returns import make_return
from attendance_mat.admission.models import AuthorityReturn, Enquiry, Leaving, LeavingTest, MissingEducation
from attendance_mat.trust.models import School
from registers.models import FamilyTie, Pupil, RollPeriod
from tests.admission.leavings import enquire, make_absent, meet, propose
from tests.factories import make_contact, make_pupil, make_session
from tests.letters.paper import text_of
from tests.people import People

Browse = Callable[[str], Client]
WHO_IS_ASKING = 6
TODAY = dt.date(2026, 11, 23)
AT = dt.datetime(2026, 11, 23, 8, 50, tzinfo=dt.UTC)
APPROVE = {"approve-off_roll_on": "2026-11-23", "approve-certified": "on"}
WELL = "not_sick_or_kept_away"
ENQUIRY = {"enquirer": "joint", "how": "Home visit", "made_on": "2026-11-23", "outcome": "nothing", "words": ""}


def url(name: str, *args: object, slug: str = "alder-primary", room: str = "admission") -> str:
    return f"/s/{slug}" + reverse(f"{room}:{name}", urlconf="attendance_mat.school_urls", args=args)


@pytest.fixture
def gone(people: People) -> Pupil:
    return make_absent(people.tess)


@pytest.fixture
def leaving(gone: Pupil, people: People) -> Leaving:
    return propose(gone, "i", by=people.alma, at=AT)


@pytest.fixture
def made(people: People) -> AuthorityReturn:
    pupil = make_pupil(surname="Lindholm", address="1 Example Road")
    make_contact(pupil, name="Astrid Lindholm")
    return make_return("joining", pupil.roll_periods.get(), due=dt.date(2026, 11, 20), at=AT)


@pytest.fixture
def case(people: People) -> MissingEducation:
    pupil = make_pupil(surname="Lindholm", forename="Mira", address="1 Example Road")
    return missing_actions.open_missing(pupil, identified_on=TODAY, by=people.alma, at=AT)


def ready(leaving: Leaving, people: People) -> None:
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT)
    enquire(leaving, "joint", by=people.alma, at=AT)


def test_a_removal_is_proposed_from_the_pupils_page(gone: Pupil, browse: Browse) -> None:
    browser = browse("alma")
    assert url("propose-removal", gone.pk) in browser.get(url("pupil", gone.pk, room="registers")).text
    page = browser.get(url("propose-removal", gone.pk) + "?kind=i").text
    assert "(i) Twenty school days of continuous absence" in page
    assert "(n)" not in page
    assert browser.post(url("propose-removal", gone.pk), {}).status_code == 422
    reply = browser.post(url("propose-removal", gone.pk), {"ground": "i", "words": "Nobody answers."})
    assert reply["Location"] == url("removal", Leaving.objects.get().pk)


def test_the_page_shows_each_test_met_or_missing_with_its_sum(leaving: Leaving, browse: Browse) -> None:
    page = " ".join(browse("alma").get(url("removal", leaving.pk)).text.split())
    for words in (
        "20 of 20 school days, 26 October 2026 to 20 November 2026 (sessions: O 40).", "reg 9(1)(i)",
        "3 of the ground", "No enquiry with an answer is recorded by the school and the authority.",
        "Record an enquiry", "Drop this removal", "The headteacher, or someone they name, certifies and approves.",
    ):  # fmt: skip
        assert words in page
    assert "Approve the removal" not in page


def test_a_test_and_an_enquiry_are_recorded_with_their_evidence(leaving: Leaving, browse: Browse) -> None:
    browser, key = browse("alma"), WELL
    given = {f"{key}-met": "yes", f"{key}-on_date": "2026-11-23", f"{key}-evidence": "The aunt was asked."}
    assert browser.post(url("record-test", leaving.pk, key), given).status_code == 302
    sent = {f"enquiry-{name}": value for name, value in ENQUIRY.items()}
    assert browser.post(url("record-enquiry", leaving.pk), sent).status_code == 302
    assert (LeavingTest.objects.get().evidence, Enquiry.objects.get().how) == ("The aunt was asked.", "Home visit")
    assert "Every test is met" in browser.get(url("removal", leaving.pk)).text


@pytest.mark.parametrize(
    ("name", "test", "sent", "why"),
    [
        ("record-test", WELL, {"on_date": "2026-11-24", "met": "yes", "evidence": "x"}, "after today"),
        ("record-test", WELL, {"on_date": "soon", "met": "yes", "evidence": " "}, "Write what it rests on"),
        ("record-enquiry", "enquiry", {**ENQUIRY, "made_on": "2026-11-24"}, "after today"),
        ("record-enquiry", "enquiry", {**ENQUIRY, "enquirer": ""}, "Say who enquired."),
        ("drop-removal", "drop", {"because": "  "}, "Say why it is dropped"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_recorded(
    leaving: Leaving, browse: Browse, name: str, test: str, sent: dict[str, str], why: str
) -> None:
    args = (leaving.pk, test) if name == "record-test" else (leaving.pk,)
    reply = browse("alma").post(url(name, *args), {f"{test}-{field}": value for field, value in sent.items()})
    assert reply.status_code == 422
    assert why in reply.text
    assert not LeavingTest.objects.exists()
    assert not Enquiry.objects.exists()


def test_a_test_there_is_not_is_not_found(leaving: Leaving, browse: Browse) -> None:
    for test in ("nonsense", "written_notice"):  # the other is of another ground
        assert browse("alma").post(url("record-test", leaving.pk, test), {}).status_code == 404


def test_the_head_certifies_and_approves_and_the_return_is_ready(
    leaving: Leaving, gone: Pupil, people: People, browse: Browse
) -> None:
    browser = browse("ben")
    refused = browser.post(url("approve-removal", leaving.pk), APPROVE)
    assert refused.status_code == 422
    assert "Not met: " in refused.text
    ready(leaving, people)
    page = browser.get(url("approve-removal", leaving.pk)).text
    assert "I certify that the ground in reg 9(1)(i)" in page
    unsigned = browser.post(url("approve-removal", leaving.pk), {"approve-off_roll_on": "2026-11-23"})
    assert "Certify that the ground is met, or do not approve" in unsigned.text
    assert browser.post(url("approve-removal", leaving.pk), APPROVE)["Location"] == url("removal", leaving.pk)
    assert RollPeriod.objects.get(pupil=gone).until_date == TODAY
    made = AuthorityReturn.objects.get()
    assert url("return", made.pk) in browser.get(url("removal", leaving.pk)).text
    pdf = browser.get(url("return-document", made.pk, room="keeping"))
    assert "Twenty school days of continuous absence: reg 9(1)(i)" in " ".join(text_of(pdf.content).split())


def test_someone_the_head_named_approves_without_seeing_the_other_removals(
    leaving: Leaving, people: People, browse: Browse
) -> None:
    Delegation.objects.create(
        school=people.alder, user=people.user("olly"), power=Permission.APPROVE_REMOVAL, from_date=dt.date(2026, 11, 1),
        decision="Acting head this week", decided_by=people.ben.user, decided_at=AT,
    )  # fmt: skip
    ready(leaving, people)
    browser = browse("olly")
    assert browser.get(url("removals")).status_code == 403
    assert "Approve the removal" in browser.get(url("approve-removal", leaving.pk)).text
    reply = browser.post(url("approve-removal", leaving.pk), APPROVE)
    assert reply["Location"] == url("approve-removal", leaving.pk)
    assert "Olly Frost" in browser.get(reply["Location"]).text


def test_a_removal_is_dropped_with_its_reason(leaving: Leaving, browse: Browse) -> None:
    browser = browse("alma")
    browser.post(url("drop-removal", leaving.pk), {"drop-because": "The family rang."})
    late = browser.post(
        url("record-enquiry", leaving.pk), {f"enquiry-{name}": value for name, value in ENQUIRY.items()}
    )
    assert late.status_code == 302  # what is found out later is still worth keeping
    given = {f"{WELL}-met": "yes", f"{WELL}-on_date": "2026-11-23", f"{WELL}-evidence": "The aunt was asked."}
    assert "This removal was dropped" in browser.post(url("record-test", leaving.pk, WELL), given).text
    assert "The family rang." in browser.get(url("removal", leaving.pk)).text


def test_family_on_the_staff_see_that_someone_else_does_this(
    leaving: Leaving, gone: Pupil, case: MissingEducation, people: People, browse: Browse
) -> None:
    for pupil in (gone, case.pupil):
        FamilyTie.objects.create(user=people.ben.user, pupil=pupil)
    browser = browse("ben")
    for page in (
        url("removal", leaving.pk), url("propose-removal", gone.pk), url("missing", case.pk), url("readmit", gone.pk),
        url("open-missing", gone.pk),
    ):  # fmt: skip
        assert "You are family of this pupil." in browser.get(page).text
    assert browser.post(url("approve-removal", leaving.pk), APPROVE).status_code == 422


@pytest.mark.parametrize("name", ["olly", "tess", "tutu", "hana", "dov", "tara", "tomas"])
def test_others_neither_propose_nor_approve(leaving: Leaving, browse: Browse, name: str) -> None:
    browser = browse(name)
    for page in (url("removals"), url("removal", leaving.pk), url("approve-removal", leaving.pk)):
        assert browser.get(page).status_code == 403


@pytest.mark.parametrize("name", ["alma", "sadie"])
def test_only_the_head_approves(leaving: Leaving, browse: Browse, name: str) -> None:
    assert browse(name).post(url("approve-removal", leaving.pk), APPROVE).status_code == 403


def test_another_schools_pages_are_not_found(
    leaving: Leaving, made: AuthorityReturn, case: MissingEducation, browse: Browse, birch: School
) -> None:
    browser = browse("cass")
    for page in (
        url("removal", leaving.pk, slug="birch-high"), url("return", made.pk, slug="birch-high"),
        url("missing", case.pk, slug="birch-high"), url("removal", leaving.pk),
        url("return-document", made.pk, room="keeping", slug="birch-high"),
    ):  # fmt: skip
        assert browser.get(page).status_code == 404


def test_a_hidden_pupils_removal_return_and_case_are_not_found_by_the_office(
    leaving: Leaving, made: AuthorityReturn, case: MissingEducation, browse: Browse
) -> None:
    Pupil.objects.update(hidden=True)
    browser = browse("alma")
    for page in (
        url("removal", leaving.pk), url("return", made.pk), url("missing", case.pk),
        url("return-document", made.pk, room="keeping"), url("missing-notice", case.pk, room="keeping"),
    ):  # fmt: skip
        assert browser.get(page).status_code == 404


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize("state", ["proposed", "dropped"])
def test_removals_are_listed_in_the_same_queries_however_many(
    people: People, browse: Browse, django_assert_max_num_queries: Callable, count: int, state: str
) -> None:
    for _ in range(count):
        leaving = propose(make_pupil(surname="Listed"), "a", by=people.alma, at=AT)
        if state == "dropped":
            Leaving.objects.filter(pk=leaving.pk).update(state="dropped")
    make_session(TODAY)
    browser = browse("ben")
    with django_assert_max_num_queries(6 + WHO_IS_ASKING):
        page = browser.get(url("removals") + f"?state={state}")
    assert page.text.count("Listed, ") == count


@pytest.mark.parametrize("name", ["tess", "tutu", "dov", "tomas", "tara"])
def test_the_roll_is_for_the_office_and_those_above_it(people: People, browse: Browse, name: str) -> None:
    browser = browse(name)
    for page in (url("roll"), url("add-pupil"), url("returns"), url("missing-education")):
        assert browser.get(page).status_code == 403
