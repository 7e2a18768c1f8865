"""Expecting an absence, and amending a mark, past any page."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from attendance_mat.audit.models import AuditEvent, Event
from registers.actions import arriving
from registers.actions.amending import amend_mark
from registers.actions.expecting import end_expected_absence, expect_absence
from registers.models import ExpectedMark, FamilyTie, Mark, Pupil, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

TODAY, TOMORROW = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
FRIDAY = dt.date(2026, 11, 20)


@pytest.fixture
def pupil(people: People) -> Pupil:
    return make_pupil(group=make_group())


@pytest.fixture
def register(pupil: Pupil) -> Register:
    return make_register(make_session(TODAY), make_group())


def expect(pupil: Pupil, people: People, at: dt.datetime, **fields: object) -> ExpectedMark:
    usual = {"from_date": TODAY, "until_date": TOMORROW, "halves": "both", "code": "C", "origin": "test"}
    return expect_absence(pupil, **{**usual, **fields}, by=people.ben, at=at)


def test_what_is_expected_is_logged_with_who_granted_it(pupil: Pupil, people: People, monday_morning) -> None:
    expected = expect(pupil, people, monday_morning)
    event = AuditEvent.objects.get(kind=Event.ABSENCE_EXPECTED)
    assert (expected.granted_by_name, event.detail["pupil"], event.detail["code"]) == ("Ben Okafor", pupil.pk, "C")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"code": "H"}, "Use C"),
        ({"code": "X"}, "never for a pupil of compulsory school age"),
        ({"code": "/", "halves": "am"}, "not known beforehand"),
        ({"code": "N"}, "not known beforehand"),
        ({"code": "K"}, "needs its nature"),
        ({"until_date": TODAY}, "first day back"),
    ],
)
def test_what_cannot_be_expected_is_refused(
    pupil: Pupil, people: People, monday_morning, fields: dict[str, object], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        expect(pupil, people, monday_morning, **fields)


def test_nothing_is_expected_twice_of_one_session(pupil: Pupil, people: People, monday_morning) -> None:
    morning = expect(pupil, people, monday_morning, halves="am")
    expect(pupil, people, monday_morning, halves="pm")
    with pytest.raises(ValidationError, match="already"):
        expect(pupil, people, monday_morning)
    # And once the morning's is ended, another may take its place; ending it again changes nothing
    for _ in range(2):
        end_expected_absence(morning, by=people.alma, at=monday_morning)
    expect(pupil, people, monday_morning, halves="am", code="M")
    assert AuditEvent.objects.filter(kind=Event.EXPECTED_ABSENCE_ENDED).count() == 1


def test_another_fault_of_the_database_is_not_called_an_overlap(
    pupil: Pupil, people: People, monday_morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_expected: ExpectedMark) -> None:
        raise IntegrityError

    monkeypatch.setattr(ExpectedMark, "save", fail)
    with pytest.raises(IntegrityError):
        expect(pupil, people, monday_morning)


def test_nobody_enters_or_amends_anything_for_their_own_family(pupil: Pupil, people: People, monday_morning) -> None:
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    for member in (people.ben, people.alma):
        FamilyTie.objects.create(user=member.user, pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        expect(pupil, people, monday_morning)
    with pytest.raises(ValidationError, match="family"):
        amend_mark(mark, code="I", reason="Rang", by=people.alma, at=monday_morning)


def test_an_amendment_is_logged_with_what_it_changed(pupil: Pupil, people: People, monday_morning) -> None:
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess, comment="Seen at the gate")
    change = amend_mark(mark, code="I", reason="Parent rang", by=people.alma, at=monday_morning)
    assert AuditEvent.objects.get(kind=Event.MARK_AMENDED).detail == {
        "mark": mark.pk, "pupil": pupil.pk, "old": "N", "new": "I",
    }  # fmt: skip
    assert (change.kind, change.amended_comment) == ("amendment", "Seen at the gate")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": "  "}, "Give a reason"),
        ({"code": "N"}, "says N already"),
        ({"code": "H"}, "Use C"),
        ({"code": "B"}, "needs its nature"),
        ({"code": "L", "arrived_at": dt.datetime(2026, 11, 20, 9, 21, tzinfo=LONDON)}, "Use U"),
    ],
)
def test_an_amendment_that_cannot_stand_is_refused(
    pupil: Pupil, people: People, monday_morning, fields: dict[str, object], why: str
) -> None:
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    with pytest.raises(ValidationError, match=why):
        amend_mark(mark, **{"code": "I", "reason": "Rang", **fields}, by=people.alma, at=monday_morning)


def test_a_mark_may_be_amended_to_late_with_or_without_the_minute(pupil: Pupil, people: People, monday_morning) -> None:
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    amend_mark(mark, code="L", reason="Signed in", by=people.alma, at=monday_morning)
    arrived = dt.datetime(2026, 11, 20, 9, 0, tzinfo=LONDON)
    amend_mark(Mark.objects.get(), code="L", reason="Book", by=people.alma, at=monday_morning, arrived_at=arrived)
    assert (Mark.objects.get().code, Mark.objects.get().minutes_late) == ("L", 10)


def test_a_stale_page_amends_nothing(pupil: Pupil, people: People, monday_morning) -> None:
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    amend_mark(mark, code="I", reason="Rang", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="while you worked"):
        amend_mark(mark, code="O", reason="Nobody rang", by=people.ben, at=monday_morning)
    assert Mark.objects.get().code == "I"


def test_they_are_here_is_for_a_child_of_this_register_who_is_away(
    register: Register, pupil: Pupil, people: People, monday_morning
) -> None:
    stranger = make_pupil(group=make_group("5B"))
    with pytest.raises(ValidationError, match="not in the register"):
        arriving.child_is_here(register, stranger.pk, base=0, by=people.tess, at=monday_morning)
    make_mark(pupil, register.session, "/", by=people.tess, register=register)
    with pytest.raises(ValidationError, match="has a mark"):
        arriving.child_is_here(register, pupil.pk, base=1, by=people.tess, at=monday_morning)
    FamilyTie.objects.create(user=people.tess.user, pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        arriving.child_is_here(register, pupil.pk, base=1, by=people.tess, at=monday_morning)


def test_after_the_close_a_child_expected_away_keeps_the_reason_and_one_unconfirmed_is_entered_late(
    register: Register, pupil: Pupil, people: People, monday_morning, it_is
) -> None:
    visitor = make_pupil(group=make_group())
    expect(pupil, people, monday_morning, code="M")
    expect(visitor, people, monday_morning, code="V")
    noon = dt.datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)
    it_is(noon)
    assert arriving.child_is_here(register, pupil.pk, base=0, by=people.tess, at=noon) == "M"
    with pytest.raises(ValidationError, match="enter when the child arrived"):
        arriving.child_is_here(register, visitor.pk, base=0, by=people.tess, at=noon)


def test_what_is_of_the_whole_school_or_known_on_the_day_alone_is_not_expected_of_a_pupil(
    pupil: Pupil, people: People, monday_morning
) -> None:
    with pytest.raises(ValidationError, match="of the whole school: set it in the calendar"):
        expect(pupil, people, monday_morning, code="#")
    with pytest.raises(ValidationError, match="not known beforehand"):
        expect(pupil, people, monday_morning, code="N")
