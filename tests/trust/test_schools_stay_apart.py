"""One school's people and pages never meet another school's; each role opens just the pages it is granted."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, models, transaction
from django.test import Client
from django_tenants.utils import schema_context

from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import GRANTS, Role
from attendance_mat.trust.models import School
from letters.gateways import pdf
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.pages import pages
from tests.people import CAST, SINCE, People

# The few that are open to all say why (test_pages_are_guarded.py names them).
IN_A_SCHOOL = [page for page in pages(in_school=True) if hasattr(page.view, "permission")]
OF_THE_TRUST = [page for page in pages(in_school=False) if hasattr(page.view, "permission")]
OF_ONE_THING = [page for page in IN_A_SCHOOL if page.has_id]
SCHOOL_TABLES = [
    model
    for label in settings.TENANT_APPS
    if label not in settings.SHARED_APPS
    for model in apps.get_app_config(label.rpartition(".")[2]).get_models()
]


def ask(client: Client, address: str) -> int:
    """Return the status of a page, by GET or, where that is not how it is asked, by POST."""
    status = client.get(address).status_code
    return client.post(address, {}, "application/json").status_code if status == 405 else status


@pytest.fixture(autouse=True)
def _no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no PDF: who is given one is asked here eleven times, and each takes longer than all other pages together."""
    monkeypatch.setattr(pdf, "render", lambda html: b"%PDF")


@pytest.fixture
def inside(people: People) -> dict[str, int]:
    """Give Alder a pupil, a mark and a register, and return the numbers of what is there."""
    group = make_group()
    mark = make_mark(make_pupil(group=group), make_session(SINCE), "/", by=people.tess, group=group)
    head = people.user("ben")
    return {
        "pupil_id": mark.pupil_id, "mark_id": mark.pk, "pk": mark.register_id, "group_id": group.pk,
        "person_id": head.pk, "membership_id": head.memberships.get().pk,
    }  # fmt: skip


def test_a_person_of_another_school_finds_no_page(inside: dict[str, int], browse: Callable[[str], Client]) -> None:
    client = browse("cass")
    found = {page.name: status for page in IN_A_SCHOOL if (status := ask(client, page.address(**inside))) != 404}
    assert not found


def test_the_number_of_another_schools_thing_leads_nowhere(
    inside: dict[str, int], people: People, browse: Callable[[str], Client]
) -> None:
    # Given Cass as head of Birch High, where there is nothing yet
    people.user("cass").memberships.update(role=Role.HEADTEACHER)
    client = browse("cass")
    # Then the numbers of Alder's pupils, marks and people lead nowhere there
    found = {}
    for page in OF_ONE_THING:
        status = ask(client, page.address("birch-high", **inside))
        refused_unread = status == 400 and "api/" in page.route  # what was sent is no save at all
        if status != (404 if page.view.permission in GRANTS[Role.HEADTEACHER] else 403) and not refused_unread:
            found[page.name] = status
    assert not found


@pytest.mark.parametrize("name", [name for name in CAST if name != "cass"])
def test_a_role_opens_the_pages_it_is_granted_and_no_other(
    people: People, browse: Callable[[str], Client], name: str
) -> None:
    client = browse(name)
    granted = GRANTS[CAST[name][1]]
    wrong = {}
    for page in IN_A_SCHOOL:
        status = ask(client, page.address())
        if (status == 403) != (page.view.permission not in granted):
            wrong[page.name] = status
    assert not wrong


@pytest.mark.parametrize("name", ["tara", "tomas", "ben"])
def test_the_trusts_pages_are_for_the_trusts_roles(browse: Callable[[str], Client], name: str) -> None:
    client = browse(name)
    granted = GRANTS[CAST[name][1]]
    for page in OF_THE_TRUST:
        status = ask(client, page.address())
        if name == "ben":
            assert status == 404, page.name
        else:
            assert (status == 403) == (page.view.permission not in granted), page.name


def test_nobody_signed_out_sees_a_page_of_a_school(people: People) -> None:
    for page in IN_A_SCHOOL:
        response = Client().get(page.address())
        signed_out = response.status_code == 401 if "api/" in page.route else "/login/" in response.headers["Location"]
        assert signed_out, page.name


def test_a_membership_holds_in_its_own_school_only(people: People, browse: Callable[[str], Client]) -> None:
    client = browse("alma")
    assert client.get("/s/alder-primary/figures/").status_code == 200
    assert client.get("/s/birch-high/figures/").status_code == 404


def test_a_power_delegated_at_one_school_is_none_at_another(people: People, browse: Callable[[str], Client]) -> None:
    people.alder.delegations.create(
        user=people.user("cass"), power=Permission.MANAGE_STAFF, from_date=SINCE, decision="Minute 1",
        decided_by=people.user("ben"), decided_at="2026-11-01T09:00Z",
    )  # fmt: skip
    client = browse("cass")
    assert client.get("/s/birch-high/people/").status_code == 403
    assert client.get("/s/alder-primary/people/").status_code == 404


@pytest.mark.parametrize("model", SCHOOL_TABLES, ids=lambda model: model._meta.label)
def test_outside_any_school_there_is_no_school_table(db: None, model: type[models.Model]) -> None:
    with schema_context("public"), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        model.objects.exists()


def test_a_school_sees_its_own_pupils_only(inside: dict[str, int], birch: School) -> None:
    pupil = apps.get_model("registers.Pupil")
    assert pupil.objects.count() == 1
    with schema_context(birch.schema_name):
        assert pupil.objects.count() == 0


def test_after_a_request_no_school_is_selected(people: People, browse: Callable[[str], Client]) -> None:
    pupil = apps.get_model("registers.Pupil")
    client = browse("ben")
    with schema_context("public"):
        client.get("/s/alder-primary/figures/")
        with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
            pupil.objects.exists()
