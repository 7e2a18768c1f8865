"""The trust changes what schools follow: typed, looked at, confirmed, audited."""

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django_tenants.utils import schema_context

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.adopted import Override
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.schema import Parameter, RegisterOpen
from attendance_mat.policy.typed import as_text, plain
from attendance_mat.trust import adopting
from attendance_mat.trust.models import PolicyAdoption, PolicyOverride, School
from attendance_mat.trust.policy import policy_for
from tests.people import People

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
PLACE = "/policies/schools/alder-primary/"
Browse = Callable[[str], Client]
TYPED = {"value_minutes": "15", "from_date": "2026-11-23", "reach": "school", "reason": "Governors, 1 July"}


@pytest.fixture
def tara(browse: Browse) -> Client:
    return browse("tara")


def hidden(page: str) -> dict[str, str]:
    """Return what the preview carries to the confirmation."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def minutes(school: School, *, on: dt.date = TODAY) -> int:
    school = School.objects.get(pk=school.pk)
    return policy_for(school).terms(RegisterOpen, on=on).minutes


def confirm(client: Client, address: str, typed: dict[str, str]) -> None:
    """Have a preview made and confirm it."""
    preview = client.post(address, {**typed, "step": "preview"})
    assert preview.status_code == 200, preview.text
    saved = client.post(address, {**hidden(preview.text), "step": "confirm"})
    assert saved.status_code == 302, saved.text


def test_a_form_holds_what_is_in_force(tara: Client) -> None:
    page = tara.get(f"{PLACE}set/register_open/").text

    assert re.search(r'name="value_minutes" value="30"', page)


def test_a_preview_says_what_would_change_and_saves_nothing(tara: Client, alder: School) -> None:
    page = tara.post(f"{PLACE}set/register_open/", {**TYPED, "step": "preview"}).text

    assert "A register closes 30 minutes after its session starts." in page
    assert "A register closes 15 minutes after its session starts." in page
    assert "<del>30</del> <ins>15</ins>" in page
    assert "Alder Primary School" in page
    assert minutes(alder) == 30


def test_what_is_confirmed_holds_at_once_and_is_in_the_log(tara: Client, alder: School, people: People) -> None:
    confirm(tara, f"{PLACE}set/register_open/", TYPED)

    assert minutes(alder) == 15
    with schema_context("public"):
        event = AuditEvent.objects.get(kind=Event.POLICY_SET)
    assert (event.by_name, event.detail["values"], event.detail["reason"]) == (
        "Tara Voss", {"minutes": 15}, "Governors, 1 July",
    )  # fmt: skip
    assert event.detail["was"] == [{"values": {"minutes": 30}, "schools": ["alder-primary"]}]
    assert "Governors, 1 July" in tara.get(PLACE).text


def test_the_document_changes_with_the_value(tara: Client, browse: Browse) -> None:
    confirm(tara, f"{PLACE}set/register_open/", TYPED)

    page = browse("ben").get("/s/alder-primary/policy/").text
    assert "A register closes 15 minutes after its session starts." in page
    assert '<tr><th scope="row">Morning register closes</th><td>09:05</td></tr>' in page
    assert "Setting of the school, Governors, 1 July." in page


def test_a_value_may_end_before_it_is_withdrawn(tara: Client, alder: School) -> None:
    confirm(tara, f"{PLACE}set/register_open/", {**TYPED, "until_date": "2026-11-25"})

    assert [minutes(alder, on=TODAY + i * DAY) for i in range(3)] == [15, 15, 30]


def test_a_trust_s_value_reaches_every_school_and_gives_way_to_a_school_s_own(
    tara: Client, alder: School, birch: School
) -> None:
    confirm(tara, f"{PLACE}set/register_open/", TYPED)
    preview = tara.post(
        f"{PLACE}set/register_open/", {**TYPED, "value_minutes": "20", "reach": "trust", "step": "preview"}
    ).text
    assert "Birch High School" in preview
    assert "Nothing changes: a stronger value holds" in preview

    confirm(tara, f"{PLACE}set/register_open/", {**TYPED, "value_minutes": "20", "reach": "trust"})

    assert (minutes(alder), minutes(birch)) == (15, 20)


def test_a_locked_value_beats_a_school_s_own(tara: Client, alder: School, birch: School) -> None:
    confirm(tara, f"{PLACE}set/register_open/", {**TYPED, "value_minutes": "20", "reach": "trust", "locked": "on"})
    confirm(tara, f"{PLACE}set/register_open/", TYPED)

    assert (minutes(alder), minutes(birch)) == (20, 20)
    assert "locked" in tara.get(PLACE).text


def test_a_school_s_value_cannot_be_locked(
    tara: Client, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    answer = tara.post(f"{PLACE}set/register_open/", {**TYPED, "locked": "on", "step": "preview"})

    assert answer.status_code == 422
    assert "Only a value for every school can be locked." in answer.text
    with pytest.raises(ValidationError, match="Only a value for every school can be locked"):
        adopting.set_value(
            Override(TODAY, "register_open", {"minutes": 5}, "x", locked_by_trust=True),
            school=alder, by=people.member("tara"), at=monday_morning,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("parameter", "typed", "said"),
    [
        ("register_open", {"value_minutes": "45"}, "“minutes” may be at most 30, not 45."),
        ("register_open", {"value_minutes": "ten"}, "“minutes” must be a whole number, not “ten”."),
        ("register_open", {"value_minutes": ""}, "Enter: minutes."),
        ("register_open", {"value_minutes": "9" * 5000}, "must be a whole number"),
        ("register_open", {"from_date": ""}, "Enter the first day."),
        ("register_open", {"until_date": "2026-11-23"}, "Choose a day after the first."),
        ("register_open", {"reason": " "}, "Say who decided this and why."),
        ("register_open", {"reach": "moon"}, "Choose for whom of the list."),
        ("register_retention", {"value_years": "5"}, "“years” may be at least 6, not 5."),
        ("morning_session", {"value_starts": "8am"}, "“starts” must be a time as 08:50, not “8am”."),
        ("nature_recorded", {"value_codes": "B\nB"}, "“codes” lists the same thing twice."),
        ("nature_recorded", {"value_codes": "B\nQQ"}, "The code “QQ” was not in force while this held."),
        ("ladders", {"value_ladders": "- {key: a"}, "This is not YAML"),
        ("ladders", {"value_ladders": "- {key: a, label: A,\n   stages: 3}"}, "Line 2: “stages” must be a list."),
        ("ladders", {"value_ladders": "- &a [1]\n- *a"}, "Write the value out; a reference is not read here."),
        ("ladders", {"value_ladders": "[" * 200}, "This is nested more than 30 deep."),
        ("ladders", {"value_ladders": f"- {'9' * 5000}"}, "A whole number has at most 9 digits here."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(tara: Client, parameter: str, typed: dict[str, str], said: str) -> None:
    answer = tara.post(f"{PLACE}set/{parameter}/", {**TYPED, **typed, "step": "preview"})

    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert 'class="field field-wrong"' in answer.text
    assert not PolicyOverride.objects.exists()


@pytest.mark.parametrize("name", [name for name, kind in Parameter.every.items() if not kind.nationally_fixed])
def test_every_parameter_can_be_sent_back_as_its_form_shows_it(tara: Client, alder: School, name: str) -> None:
    page = tara.get(f"{PLACE}set/{name}/")
    initial = {f"{key}": value for key, value in page.context["form"].initial.items() if value is not None}

    preview = tara.post(f"{PLACE}set/{name}/", {**TYPED, **initial, "reach": "school", "step": "preview"})

    assert preview.status_code == 200, preview.text
    assert "Only who sets it." in preview.text


def test_a_stage_moves_from_95_to_96_and_the_document_with_it(
    tara: Client, browse: Browse, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    adopting.adopt_policy(alder, pack="wigston", from_date=TODAY, by=people.member("tara"), at=monday_morning)
    alder.refresh_from_db()
    text = as_text(plain(policy_for(alder).terms(Ladders, on=TODAY))["ladders"])
    moved, count = re.subn(r"(sign: at_or_below\s+than:) 95", r"\1 96", text)
    assert count == 1
    typed = {**TYPED, "value_ladders": moved}

    preview = tara.post(f"{PLACE}set/ladders/", {**typed, "step": "preview"}).text
    assert "stage_two" in preview
    assert "<del>95</del> <ins>96</ins>" in preview

    confirm(tara, f"{PLACE}set/ladders/", typed)
    assert "Attendance of 96% or less of possible sessions" in browse("ben").get("/s/alder-primary/policy/").text


def test_another_pack_is_adopted_after_its_changes_were_shown(tara: Client, alder: School) -> None:
    typed = {"pack": "wigston", "from_date": "2026-12-01"}

    preview = tara.post(f"{PLACE}adopt/", {**typed, "step": "preview"}).text
    assert "The morning session starts at 08:35." in preview
    confirm(tara, f"{PLACE}adopt/", typed)

    alder.refresh_from_db()
    assert policy_for(alder).pack_name(on=dt.date(2026, 12, 1)) == "wigston"
    with schema_context("public"):
        event = AuditEvent.objects.filter(kind=Event.POLICY_ADOPTED, by_name="Tara Voss").get()
    assert (event.detail["was"], event.detail["pack"]) == ("national", "wigston")


def test_an_adoption_in_the_past_is_warned_of(tara: Client) -> None:
    page = tara.post(f"{PLACE}adopt/", {"pack": "aspire", "from_date": "2026-09-01", "step": "preview"}).text

    assert "It begins before today" in page


@pytest.mark.parametrize("typed", [{"pack": "", "from_date": "2026-09-01"}, {"pack": "aspire", "from_date": "soon"}])
def test_an_adoption_that_is_not_whole_is_refused(tara: Client, typed: dict[str, str]) -> None:
    assert tara.post(f"{PLACE}adopt/", {**typed, "step": "preview"}).status_code == 422
    assert not PolicyAdoption.objects.filter(pack="aspire").exists()


def test_a_confirmation_without_a_preview_saves_nothing(tara: Client, alder: School) -> None:
    assert tara.post(f"{PLACE}set/register_open/", {**TYPED, "step": "confirm"}).status_code == 422
    assert minutes(alder) == 30


def test_what_was_typed_can_be_changed_after_the_preview(tara: Client) -> None:
    preview = hidden(tara.post(f"{PLACE}set/register_open/", {**TYPED, "step": "preview"}).text)

    page = tara.post(f"{PLACE}set/register_open/", {**preview, "step": "edit"})

    assert page.status_code == 200
    assert 'name="value_minutes" value="15"' in page.text


def test_a_setting_is_ended_and_kept(tara: Client, alder: School) -> None:
    confirm(tara, f"{PLACE}set/register_open/", TYPED)
    setting = PolicyOverride.objects.get()
    address = f"{PLACE}settings/{setting.pk}/end/"

    assert tara.get(address).status_code == 200
    confirm(tara, address, {"until_date": "2026-11-24"})

    assert [minutes(alder, on=TODAY), minutes(alder, on=TODAY + DAY)] == [15, 30]
    assert PolicyOverride.objects.get().until_date == dt.date(2026, 11, 24)
    with schema_context("public"):
        assert AuditEvent.objects.filter(kind=Event.POLICY_SET).count() == 2


def test_a_setting_does_not_end_in_the_past_nor_twice(
    tara: Client, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    asked = Override(TODAY - 9 * DAY, "register_open", {"minutes": 10}, "Governors")
    setting = adopting.set_value(asked, school=alder, by=people.member("tara"), at=monday_morning)
    address = f"{PLACE}settings/{setting.pk}/end/"

    answer = tara.post(address, {"until_date": "2026-11-22", "step": "preview"})
    assert (answer.status_code, "What held before today stays." in answer.text) == (422, True)

    confirm(tara, address, {"until_date": "2026-11-23"})
    assert tara.get(address).status_code == 404
    with pytest.raises(ValidationError, match="ends before that day already"):
        adopting.end_setting(setting, until_date=TODAY + DAY, by=people.member("tara"), at=monday_morning)


def test_a_setting_yet_to_begin_is_called_off(
    tara: Client, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    asked = Override(TODAY + 30 * DAY, "register_open", {"minutes": 10}, "Governors")
    setting = adopting.set_value(asked, school=alder, by=people.member("tara"), at=monday_morning)
    assert "to come" in tara.get(PLACE).text

    confirm(tara, f"{PLACE}settings/{setting.pk}/end/", {"until_date": "2026-11-23"})

    assert minutes(alder, on=TODAY + 40 * DAY) == 30
    assert "ended" in tara.get(PLACE).text


def test_a_setting_of_every_school_ends_at_every_school(tara: Client, alder: School, birch: School) -> None:
    confirm(tara, f"{PLACE}set/register_open/", {**TYPED, "reach": "trust"})
    setting = PolicyOverride.objects.get()

    confirm(tara, f"/policies/schools/birch-high/settings/{setting.pk}/end/", {"until_date": "2026-11-23"})

    assert (minutes(alder), minutes(birch)) == (30, 30)


def test_another_school_s_setting_is_not_found(
    tara: Client, birch: School, people: People, monday_morning: dt.datetime
) -> None:
    asked = Override(TODAY, "register_open", {"minutes": 10}, "Governors")
    setting = adopting.set_value(asked, school=birch, by=people.member("tara"), at=monday_morning)

    assert tara.get(f"{PLACE}settings/{setting.pk}/end/").status_code == 404
    assert tara.get(f"{PLACE}set/no_such_thing/").status_code == 404
