"""The trust asks for a school; the owner's worker makes its tables and says how it went."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, ProgrammingError, connection, transaction
from django_tenants.utils import schema_context

from attendance_mat.accounts import tasks
from attendance_mat.accounts.member import Member, machine
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust import actions
from attendance_mat.trust.models import School, SchoolOpening
from registers.models import Pupil
from tests.conftest import MONDAY_MORNING as AT
from tests.people import People

CEDAR = {"name": "Cedar Infant School", "phase": "primary", "pack": "national", "urn": "123456"}


@pytest.fixture
def tara(monday_morning: dt.datetime) -> Member:
    return People(alder=School.objects.get(slug="alder-primary"), birch=School.objects.get(slug="birch-high")).member(
        "tara"
    )


@pytest.fixture
def owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Member]:
    """Be the owner of the tables, as the worker that opens schools is; what is done is undone afterwards."""
    address, before = settings.OWNER_DATABASE, dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(USER=address.user, PASSWORD=address.password)
        with transaction.atomic():
            yield machine("Setting up", at=AT)
            transaction.set_rollback(True)
        connection.close()
        connection.settings_dict.update(USER=before["USER"], PASSWORD=before["PASSWORD"])


def ask(slug: str, by: Member, **other: str) -> SchoolOpening:
    return actions.ask_for_school(slug, **{**CEDAR, **other}, by=by, at=AT)


def test_what_is_asked_for_waits_under_the_name_of_whoever_asked(tara: Member) -> None:
    opening = ask("cedar-infant", tara)
    assert (opening.asked_by, opening.asked_at, opening.school, opening.error) == (tara.user, AT, None, "")
    event = AuditEvent.objects.get(subject_id=opening.pk, kind=Event.SCHOOL_ASKED_FOR)
    assert event.detail == {"slug": "cedar-infant", "pack": "national"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pack": "none-such"}, "pack"),
        ({"phase": "college"}, "phase"),
        ({"name": ""}, "name"),
        ({"urn": "1" * 7}, "urn"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(tara: Member, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        ask("cedar-infant", tara, **wrong)
    assert list(refusal.value.message_dict) == [field]
    assert not SchoolOpening.objects.exists()


@pytest.mark.parametrize("slug", ["Cedar", "ce", "1cedar", "cedar school", "cedar-"])
def test_an_address_that_is_none_is_refused(tara: Member, slug: str) -> None:
    with pytest.raises(ValidationError, match="small letters, digits and hyphens"):
        ask(slug, tara)


def test_a_school_that_is_open_or_being_opened_is_not_asked_for_again(tara: Member) -> None:
    with pytest.raises(ValidationError, match="is open at this address already"):
        ask("alder-primary", tara)
    ask("cedar-infant", tara)
    with pytest.raises(ValidationError, match="is being opened at this address"):
        ask("cedar-infant", tara)


def test_the_web_servers_role_can_say_nothing_of_how_it_went(tara: Member) -> None:
    opening = ask("cedar-infant", tara)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SchoolOpening.objects.filter(pk=opening.pk).update(error="It went well")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        actions.open_asked_school(opening.pk, by=tara, at=AT)
    assert not School.objects.filter(slug="cedar-infant").exists()


def test_the_owners_worker_opens_it_once(owner: Member) -> None:
    opening = ask("cedar-infant", owner, local_authority="Kestrelshire")
    # When its message comes twice
    for _ in range(2):
        tasks.open_asked_school(opening_id=opening.pk)
    # Then the school stands, with tables, a policy and who opened it
    opening.refresh_from_db()
    school = School.objects.get(slug="cedar-infant")
    assert (opening.school, opening.error) == (school, "")
    assert opening.opened_at is not None
    assert (school.urn, school.local_authority, school.adoptions.get().pack) == ("123456", "Kestrelshire", "national")
    with schema_context(school.schema_name):
        assert Pupil.objects.count() == 0
    assert AuditEvent.objects.filter(kind=Event.SCHOOL_OPENED, subject_id=school.pk).count() == 1


def test_opened_again_by_command_a_school_has_its_particulars_brought_up_to_date_and_no_more(owner: Member) -> None:
    alder = School.objects.get(slug="alder-primary")
    opened = AuditEvent.objects.filter(kind=Event.SCHOOL_OPENED).count()

    again = actions.open_school("alder-primary", **{**CEDAR, "pack": "aspire"}, by=owner, at=AT)

    assert (again.pk, again.name, again.schema_name) == (alder.pk, "Cedar Infant School", alder.schema_name)
    assert again.adoptions.get().pack == "national"
    assert AuditEvent.objects.filter(kind=Event.SCHOOL_OPENED).count() == opened


def test_one_opened_by_command_meanwhile_is_not_written_over(owner: Member) -> None:
    opening = ask("cedar-infant", owner)
    school = School.objects.get(slug="alder-primary")
    School.objects.filter(pk=school.pk).update(slug="cedar-infant")
    actions.open_asked_school(opening.pk, by=owner, at=AT)
    opening.refresh_from_db()
    assert (opening.error, opening.school) == (actions.OPEN_ALREADY, None)
    school.refresh_from_db()
    assert school.name == "Alder Primary School"


def test_what_breaks_leaves_nothing_and_is_said_in_words(owner: Member, caplog: pytest.LogCaptureFixture) -> None:
    opening = ask("cedar-infant", owner)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trust_stray (id int); ALTER TABLE trust_policyadoption RENAME TO elsewhere")
    actions.open_asked_school(opening.pk, by=owner, at=AT)
    opening.refresh_from_db()
    assert opening.error == actions.BROKEN
    assert not School.objects.filter(slug="cedar-infant").exists()
    assert "was not opened" in caplog.text


def test_while_the_database_is_away_it_stays_waiting(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = ask("cedar-infant", owner)

    def gone(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(actions, "open_school", gone)
    with pytest.raises(OperationalError):
        actions.open_asked_school(opening.pk, by=owner, at=AT)
    opening.refresh_from_db()
    assert (opening.error, opening.opened_at) == ("", None)


def test_every_minute_each_one_that_waits_is_asked_for_again(tara: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [ask(slug, tara).pk for slug in ("cedar-infant", "elder-junior")]
    asked: list[int] = []
    monkeypatch.setattr(
        tasks.open_asked_school, "apply_async", lambda *, kwargs, **_: asked.append(kwargs["opening_id"])
    )
    tasks.open_schools_that_wait()
    assert asked == waiting


def test_a_broker_that_is_away_is_no_error_of_the_page(tara: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.open_asked_school, "apply_async", away)
    tasks.send_to_owner(ask("cedar-infant", tara).pk)
