"""The runs of the night's check: done twice, late, half-way, by two at once, and when it is due."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django_tenants.utils import schema_context

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.adopted import national
from attendance_mat.published.models import CheckRun, SchoolFigures
from attendance_mat.trust.models import PolicyAdoption, School
from escalation.actions import night, run_threshold_check
from escalation.queries import night as queries
from registers.models import Pupil, Session
from tests.escalation.terms import AUTUMN, check, hold, rows

FRIDAY = AUTUMN[-1]


def test_the_same_night_twice_changes_nothing_but_the_attempts(
    alder: School, absentee: Pupil, monday_morning: dt.datetime
) -> None:
    check(alder, FRIDAY, monday_morning)
    before, events = rows(), AuditEvent.objects.count()

    run = check(alder, FRIDAY, monday_morning)

    assert rows() == before
    assert AuditEvent.objects.count() == events
    assert (run.attempts, run.episodes_opened, run.episodes_cleared, run.findings) == (2, 0, 0, 3)
    assert CheckRun.objects.count() == 1


def test_a_night_missed_gives_the_same_rows(alder: School, absentee: Pupil, monday_morning: dt.datetime) -> None:
    with transaction.atomic():
        for day in AUTUMN:
            check(alder, day, monday_morning)
        every_night = rows()
        transaction.set_rollback(True)  # what the application itself cannot remove

    for day in [*AUTUMN[2:20:7], FRIDAY]:
        check(alder, day, monday_morning)

    assert rows() == every_night


def test_a_night_done_late_does_not_take_back_what_a_later_one_found(
    alder: School, absentee: Pupil, monday_morning: dt.datetime
) -> None:
    check(alder, FRIDAY, monday_morning)
    before = rows()

    run = check(alder, AUTUMN[2], monday_morning)

    assert rows() == before
    assert (run.findings, run.finished_at is not None) == (2, True)
    assert SchoolFigures.objects.get(school=alder).as_of == FRIDAY


def test_a_check_broken_off_half_way_leaves_only_the_attempt_and_is_whole_the_next_time(
    alder: School, absentee: Pupil, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a check that stops after the episodes are written and before the figures are
    def stop(*_: object) -> None:
        message = "the worker is gone\nand here is a row of data"
        raise RuntimeError(message)

    monkeypatch.setattr(night, "_publish", stop)
    broken = run_threshold_check(alder, as_of=FRIDAY, at=monday_morning)

    # Then nothing of it stands but the attempt and the first line of what went wrong
    assert (rows(), SchoolFigures.objects.count()) == ([], 0)
    assert not AuditEvent.objects.filter(kind=Event.THRESHOLD_CROSSED).exists()
    assert (broken.error, broken.finished_at) == ("RuntimeError: the worker is gone", None)

    # When it is done again, then it is whole
    monkeypatch.undo()
    run = check(alder, FRIDAY, monday_morning)
    assert (run.attempts, len(rows())) == (2, 3)


def test_the_oldest_night_not_done_is_due_from_two_in_the_morning(alder: School, monday_morning: dt.datetime) -> None:
    hold(AUTUMN[-3:])
    alder.go_live_date = AUTUMN[-2]

    def due(moment: dt.datetime) -> dt.date | None:
        return queries.night_due(alder, now=moment, policy=national())

    # Wednesday was before the school went live; Friday's check waits for Saturday at two
    friday_night = monday_morning.replace(day=21, hour=1, minute=59)
    assert due(monday_morning) == AUTUMN[-2]
    CheckRun.objects.create(school=alder, as_of=AUTUMN[-2], started_at=monday_morning, finished_at=monday_morning)
    assert due(friday_night) is None
    assert due(friday_night + dt.timedelta(minutes=1)) == FRIDAY

    # One that failed is due still
    CheckRun.objects.create(school=alder, as_of=FRIDAY, started_at=monday_morning, error="broken")
    assert due(monday_morning) == FRIDAY


def test_one_school_is_checked_by_one_process_at_a_time(
    alder: School, absentee: Pupil, monday_morning: dt.datetime, other_connection: Callable[[str], object]
) -> None:
    other_connection(f"SELECT pg_advisory_lock({queries.LOCKS}, {alder.pk})")

    assert run_threshold_check(alder, as_of=FRIDAY, at=monday_morning) is None
    assert not CheckRun.objects.exists()


def test_a_night_that_is_done_is_left_alone_by_a_repeated_message(
    alder: School, absentee: Pupil, monday_morning: dt.datetime
) -> None:
    check(alder, FRIDAY, monday_morning)

    assert run_threshold_check(alder, as_of=FRIDAY, at=monday_morning, again=False) is None
    assert CheckRun.objects.get().attempts == 1


def test_a_policy_that_cannot_be_read_is_a_failure_of_that_school_s_run(
    alder: School, monday_morning: dt.datetime
) -> None:
    hold(AUTUMN)
    with schema_context("public"):
        PolicyAdoption.objects.create(
            school=alder, pack="no_such_pack", from_date=dt.date(2026, 9, 1), adopted_at=monday_morning
        )
    alder.policy_version = uuid.uuid4()

    run = run_threshold_check(alder, as_of=FRIDAY, at=monday_morning)

    assert run.finished_at is None
    assert "no_such_pack" in run.error


def test_a_day_without_marks_or_pupils_is_checked_too(alder: School, monday_morning: dt.datetime) -> None:
    Session.objects.create(date=FRIDAY, half="am")

    run = check(alder, FRIDAY, monday_morning)

    assert (run.pupils, run.marks, run.findings) == (0, 0, 0)


@pytest.fixture
def other_connection(django_db_setup: None) -> Callable[[str], object]:
    """Return a function that runs SQL on a second connection, which holds its locks until the test ends."""
    link = connections.create_connection("default")

    def run(sql: str) -> object:
        with link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    yield run
    link.close()
