"""What the application's own role cannot do to a mark, whatever SQL it runs (decisions 1 to 3)."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from attendance_mat.trust.models import School
from registers.models import Mark, MarkAmendment
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

YESTERDAY = dt.date(2026, 11, 20)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def mark(people: People) -> Mark:
    """Return an absence of last Friday morning, as the application's role stored it."""
    pupil = make_pupil(group=make_group())
    return make_mark(pupil, make_session(YESTERDAY), "N", by=people.tess)


def refused(sql: str) -> str:
    """Run SQL as the application and return why the database refused it."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(error.value)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE registers_mark SET code = '/'",
        "DELETE FROM registers_mark",
        "TRUNCATE registers_mark CASCADE",
        "UPDATE registers_markamendment SET reason = 'x'",
        "DELETE FROM registers_markamendment",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_auditevent SET by_name = 'x'",
        "UPDATE registers_session SET date = '2026-01-01'",
        "UPDATE registers_register SET closes_at = now() + interval '9 years'",
        "INSERT INTO trust_clockshift (seconds) VALUES (1)",
    ],
)
def test_the_application_has_no_right_to_alter_or_remove_what_is_recorded(mark: Mark, sql: str) -> None:
    assert "permission denied" in refused(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TRIGGER a_mark_is_received ON registers_mark",
        "ALTER TABLE registers_mark DISABLE TRIGGER ALL",
        "DROP FUNCTION change_mark() CASCADE",
        "ALTER TABLE registers_mark DROP CONSTRAINT one_mark_a_session",
    ],
)
def test_the_application_cannot_take_the_protection_away(mark: Mark, sql: str) -> None:
    assert "must be owner" in refused(sql)


def test_the_application_cannot_switch_triggers_off_for_itself(mark: Mark) -> None:
    assert "permission denied" in refused("SET session_replication_role = replica")


def test_a_mark_is_stamped_with_the_time_it_was_received_whatever_it_claims(
    people: People, alder: School, monday_morning: dt.datetime
) -> None:
    # Given a mark that claims to have been received last year
    long_ago = monday_morning - dt.timedelta(days=365)
    mark = make_mark(make_pupil(), make_session(YESTERDAY), "/", by=people.tess, received_at=long_ago)
    # Then it stands with the time it really came
    mark.refresh_from_db()
    assert abs(mark.received_at - monday_morning) < dt.timedelta(minutes=5)


def test_a_mark_of_a_future_session_is_refused(people: People, monday_morning: dt.datetime) -> None:
    tomorrow = make_session(dt.date(2026, 11, 24))
    with pytest.raises(IntegrityError, match="future session"), transaction.atomic():
        make_mark(make_pupil(), tomorrow, "/", by=people.tess, made_at=monday_morning)


def test_a_mark_stands_in_a_register_of_its_own_session(people: People) -> None:
    register = make_register(make_session(YESTERDAY), make_group())
    with pytest.raises(IntegrityError, match="its own session"), transaction.atomic():
        make_mark(make_pupil(), make_session(TODAY), "/", by=people.tess, register=register)


def test_a_pupil_has_one_mark_a_session(mark: Mark, people: People) -> None:
    with pytest.raises(IntegrityError, match="one_mark_a_session"), transaction.atomic():
        make_mark(mark.pupil, mark.session, "/", by=people.tess)


def test_an_amendment_changes_the_mark_and_keeps_what_it_said(
    mark: Mark, people: People, monday_morning: dt.datetime
) -> None:
    # When the absence is amended twice
    amend(mark, "I", by=people.alma, at=monday_morning)
    amend(mark, "M", by=people.alma, at=monday_morning, reason="Appointment card seen", original_code="/")
    # Then the mark says the last, and the chain has no gap, whatever the caller claimed
    mark.refresh_from_db()
    chain = list(MarkAmendment.objects.filter(mark=mark).values_list("number", "original_code", "amended_code"))
    assert (mark.code, mark.changes) == ("M", 2)
    assert chain == [(1, "N", "I"), (2, "I", "M")]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": "   "}, "an_amendment_gives_a_reason"),
        ({"amended_by_name": " "}, "an_amendment_says_who_made_it"),
        ({"kind": "correction"}, "finished or closed"),
        ({"amended_code": ""}, "only_a_correction_clears_a_mark"),
        ({"amended_code": "N"}, "changes nothing"),
        ({"amended_code": "??"}, "shape_of_a_code"),
    ],
)
def test_an_incomplete_amendment_is_refused(mark: Mark, people: People, fields: dict[str, str], why: str) -> None:
    given = {
        "kind": "amendment", "amended_code": "I", "reason": "Parent rang", "source": "office",
        "amended_by": people.alma.user, "amended_by_name": people.alma.name, "amended_by_role": people.alma.role,
        "made_at": mark.made_at, "received_at": mark.made_at,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        MarkAmendment.objects.create(mark=mark, **{**given, **fields})


def test_a_correction_needs_no_reason_while_the_register_is_open(people: People) -> None:
    mark = make_mark(make_pupil(), make_session(TODAY), "N", by=people.tess)
    MarkAmendment.objects.create(
        mark=mark, kind="correction", amended_code="", source="teacher", amended_by=people.tess.user,
        amended_by_name=people.tess.name, amended_by_role=people.tess.role, made_at=mark.made_at,
        received_at=mark.made_at,
    )  # fmt: skip
    mark.refresh_from_db()
    assert mark.code == ""


def test_a_finished_register_stays_finished(people: People, monday_morning: dt.datetime) -> None:
    register = make_register(
        make_session(TODAY), make_group(), finished_at=monday_morning, finished_by=people.tess.user
    )
    assert "stays finished" in refused(
        f"UPDATE registers_register SET finished_at = NULL, finished_by_id = NULL WHERE id = {register.pk}"
    )


def test_a_register_cannot_be_held_open_past_its_day(people: People, monday_morning: dt.datetime) -> None:
    with pytest.raises(IntegrityError, match="day of its session"), transaction.atomic():
        make_register(make_session(TODAY), make_group(), closes_at=monday_morning + dt.timedelta(days=400))
