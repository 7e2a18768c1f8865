"""Opening, filling and finishing a register."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.published.models import FinishedRegister
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from registers.actions import taking
from registers.actions.expecting import expect_absence
from registers.models import ExpectedConfirmation, Mark, MarkAmendment, Pupil, Register
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

TODAY = dt.date(2026, 11, 23)
TOMORROW = dt.date(2026, 11, 24)


@pytest.fixture
def register(people: People) -> Register:
    """Return this morning's register of 4A, open, with four children and no mark."""
    for _ in range(4):
        make_pupil(group=make_group())
    return make_register(make_session(TODAY), make_group())


def pupils() -> list[Pupil]:
    return list(Pupil.objects.order_by("pk"))


def codes_now() -> list[str]:
    return list(Mark.objects.order_by("pupil").values_list("code", flat=True))


def expect(pupil: Pupil, code: str, people: People, at: dt.datetime, **fields: str) -> object:
    return expect_absence(
        pupil,
        from_date=TODAY,
        until_date=TOMORROW,
        halves="both",
        code=code,
        origin="test",
        by=people.ben,
        at=at,
        **fields,
    )


def test_opening_a_register_twice_is_the_same_register(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    asked = {"policy": policy_for(alder), "by": people.tess, "at": monday_morning}
    first = taking.open_register(make_group(), make_session(TODAY), **asked)
    second = taking.open_register(make_group(), make_session(TODAY), **asked)
    assert first == second
    assert first.closes_at == dt.datetime(2026, 11, 23, 9, 20, tzinfo=monday_morning.tzinfo)
    assert AuditEvent.objects.filter(kind=Event.REGISTER_OPENED).count() == 1


@pytest.mark.parametrize(("date", "half"), [(TOMORROW, "am"), (TODAY, "pm")])
def test_a_register_is_not_opened_before_its_time(
    alder: School, people: People, monday_morning: dt.datetime, date: dt.date, half: str
) -> None:
    with pytest.raises(ValidationError, match="still to come"):
        taking.open_register(
            make_group(), make_session(date, half), policy=policy_for(alder), by=people.tess, at=monday_morning
        )


def test_everyone_else_is_present_fills_blanks_only_and_can_be_undone(
    register: Register, people: People, monday_morning: dt.datetime
) -> None:
    # Given one child expected elsewhere
    expect(pupils()[0], "C", people, monday_morning)
    # When everyone else is marked present
    count = taking.mark_everyone_else_present(register, number=3, by=people.tess, at=monday_morning)
    # Then three marks stand, made at one moment, as one act
    assert (count, codes_now()) == (3, ["/", "/", "/"])
    assert len(set(Mark.objects.values_list("made_at", flat=True))) == 1
    assert AuditEvent.objects.filter(kind=Event.EVERYONE_ELSE_PRESENT).count() == 1
    # And when it is undone, each is cleared by a correction that stays on record
    assert taking.undo_everyone_else_present(register, by=people.tess, at=monday_morning) == 3
    assert codes_now() == ["", "", ""]
    assert set(MarkAmendment.objects.values_list("original_code", "kind")) == {("/", "correction")}
    # And they can be filled again
    assert taking.mark_everyone_else_present(register, number=3, by=people.tess, at=monday_morning) == 3
    assert codes_now() == ["/", "/", "/"]


def test_a_register_is_finished_with_expected_absences_in_their_grantors_name(
    register: Register, people: People, monday_morning: dt.datetime
) -> None:
    # Given leave, a confirmed visit and a visit nobody has confirmed
    leave, visit, unconfirmed, _ = pupils()
    expect(leave, "C", people, monday_morning)
    confirmed = expect(visit, "V", people, monday_morning)
    expect(unconfirmed, "V", people, monday_morning)
    ExpectedConfirmation.objects.create(
        expected=confirmed, session=register.session, confirmed_by_name="Museum", confirmed_at=monday_morning,
        entered_by=people.alma.user,
    )  # fmt: skip
    # When the last child is marked and the register finished
    taking.mark_everyone_else_present(register, number=1, by=people.tess, at=monday_morning)
    taking.finish_register(register, by=people.tess, at=monday_morning)
    # Then the first two are marks in the head's name, and the third is missing, not present
    assert dict(Mark.objects.values_list("pupil", "code")) == {leave.pk: "C", visit.pk: "V", pupils()[3].pk: "/"}
    assert set(Mark.objects.filter(source="expected").values_list("made_by_name", flat=True)) == {"Ben Okafor"}
    # And the morning's counts are published
    counted = FinishedRegister.objects.get()
    assert (counted.pupils, counted.present, counted.absent_explained, counted.elsewhere) == (4, 1, 1, 1)


def test_a_register_with_blanks_is_not_finished(
    register: Register, people: People, monday_morning: dt.datetime
) -> None:
    with pytest.raises(taking.BlanksLeftError, match="4 children have no mark"):
        taking.finish_register(register, by=people.tess, at=monday_morning)
    register.refresh_from_db()
    assert register.finished_at is None


def test_a_register_finishes_once_and_does_not_close_before_its_time(
    register: Register, people: People, monday_morning: dt.datetime
) -> None:
    taking.close_register(register, by=people.tess, at=monday_morning)
    taking.mark_everyone_else_present(register, number=4, by=people.tess, at=monday_morning)
    first = taking.finish_register(register, by=people.tess, at=monday_morning)
    again = taking.finish_register(register, by=people.alma, at=monday_morning)
    assert (again.finished_by, FinishedRegister.objects.count()) == (first.finished_by, 1)
    assert not AuditEvent.objects.filter(kind=Event.REGISTER_CLOSED).exists()


def test_after_closing_everyone_else_leaves_what_was_cleared_and_nothing_is_undone(
    register: Register, people: People, monday_morning: dt.datetime, it_is
) -> None:
    # Given two children marked present and the act undone, while the register was open
    for pupil in pupils()[2:]:
        expect(pupil, "C", people, monday_morning)
    taking.mark_everyone_else_present(register, number=2, by=people.tess, at=monday_morning)
    taking.undo_everyone_else_present(register, by=people.tess, at=monday_morning)
    # When the register has closed, then a cleared mark wants an amendment of its own
    noon = monday_morning.replace(hour=12)
    it_is(noon)
    assert taking.mark_everyone_else_present(register, number=2, by=people.tess, at=noon) == 0
    with pytest.raises(ValidationError, match="can only be amended"):
        taking.undo_everyone_else_present(register, by=people.tess, at=noon)
