"""Rows that are read and inserted by statements of our own are those that Django would have read and stored."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangoSessions
from django.contrib.sessions.models import Session
from django.db import DatabaseError, models, transaction

from attendance_mat.accounts.models import User
from attendance_mat.accounts.signed_in import People as Backend
from attendance_mat.accounts.signed_in import SessionStore
from attendance_mat.audit.inserting import insert_each
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.rows import row_by
from attendance_mat.trust.models import School
from registers.models import Mark, Register, SaveReceipt
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

TODAY = dt.date(2026, 11, 23)


def fields(row: models.Model | None) -> dict[str, Any]:
    assert row is not None
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_is_read_as_django_reads_it(people: People, alder: School) -> None:
    register = make_register(make_session(TODAY), make_group())
    mark = make_mark(make_pupil(group=make_group()), make_session(TODAY), "N", by=people.tess)
    for row, column in ((register, "id"), (mark, "id"), (alder, "slug"), (people.tess.user, "id")):
        found = row_by(type(row), column, getattr(row, column))
        assert fields(found) == fields(type(row)._default_manager.get(pk=row.pk))
    assert row_by(School, "slug", "no-such-school") is None


def test_a_locked_row_is_asked_for_by_those_words(people: People, django_assert_num_queries: Any) -> None:
    register = make_register(make_session(TODAY), make_group())
    with django_assert_num_queries(1) as asked:
        row_by(Register, "id", register.pk, locked=True)
    assert asked[0]["sql"].endswith("FOR UPDATE")


def event(subject: int, at: dt.datetime, **detail: Any) -> AuditEvent:
    return AuditEvent(
        kind=Event.MARKS_SAVED, at=at, by_id=1, by_name="T", by_role="teacher", subject_type="registers.mark",
        subject_id=subject, detail=detail,
    )  # fmt: skip


def test_many_rows_are_stored_each_as_it_was_under_its_own_key(people: People, monday_morning: dt.datetime) -> None:
    register = make_register(make_session(TODAY), make_group())
    pupils = [make_pupil(group=make_group()) for _ in range(4)]
    said = [("/", None, None), ("N", None, None), ("L", monday_morning, 3), ("/", None, None)]
    marks = [
        Mark(pupil=pupil, session_id=register.session_id, register=register, code=code, arrived_at=arrived,
            minutes_late=late, source="teacher", made_by=people.tess.user, made_by_name=people.tess.name,
            made_by_role="teacher", made_at=monday_morning, received_at=monday_morning)
        for pupil, (code, arrived, late) in zip(pupils, said, strict=True)
    ]  # fmt: skip
    for mark in insert_each(marks):
        stored = Mark.objects.get(pk=mark.pk)
        assert fields(stored) == fields(mark) | {"received_at": stored.received_at}


def test_what_json_tells_apart_is_kept_apart(people: People, monday_morning: dt.datetime) -> None:
    """1, 1.0 and True are equal in Python, and are not the same to whoever reads the log."""
    events = insert_each([event(1, monday_morning, n=1), event(2, monday_morning, n=True), event(3, monday_morning)])
    stored = AuditEvent.objects.in_bulk([each.pk for each in events])
    assert [(stored[each.pk].subject_id, repr(stored[each.pk].detail)) for each in events] == [
        (1, "{'n': 1}"), (2, "{'n': True}"), (3, "{}"),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_too_long_is_refused_and_never_cut(people: People, monday_morning: dt.datetime, count: int) -> None:
    rows = [
        SaveReceipt(user=people.tess.user, key=uuid.uuid4(), digest="d" * 65, reply={}, saved_at=monday_morning)
        for _ in range(count)
    ]
    with pytest.raises(DatabaseError, match="too long"), transaction.atomic():
        insert_each(rows)


def test_nothing_to_insert_asks_nothing(people: People, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert_each([]) == []


def test_a_session_is_found_while_it_lasts_as_django_finds_it(people: People) -> None:
    store = SessionStore()
    store["began"] = "now"
    store.save()
    key = store.session_key
    assert dict(SessionStore(key).items()) == dict(DjangoSessions(key).items()) == {"began": "now"}
    Session.objects.filter(session_key=key).update(expire_date=dt.datetime.now(tz=dt.UTC))  # noqa: TID251 - not ours
    ended = SessionStore(key)
    assert (ended.load(), ended.session_key) == ({}, None)
    assert SessionStore("no-such-session").load() == {}


def test_who_is_signed_in_is_found_while_active(people: People) -> None:
    tess = people.tess.user
    assert fields(Backend().get_user(tess.pk)) == fields(User.objects.get(pk=tess.pk))
    User.objects.filter(pk=tess.pk).update(is_active=False)
    assert Backend().get_user(tess.pk) is None
    assert Backend().get_user(0) is None
