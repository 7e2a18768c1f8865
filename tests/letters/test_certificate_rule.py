"""A copy of the register as a grid: what stands in each place, the key and the totals."""

import datetime as dt

from letters.rules.certificate import Certificate, Entry, Kind, certificate_of
from registers.rules.calendar import Half, SessionMark
from tests.calendars import MONDAY

NOON = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


def entry(offset: int, code: str, half: Half = Half.AM, *, on_roll: bool = True, amendments: int = 0) -> Entry:
    """Return one session, so many days after a Monday."""
    day = MONDAY + dt.timedelta(days=offset)
    return Entry(SessionMark(day, half, code), on_roll=on_roll, amendments=amendments)


def laid_out(*entries: Entry) -> Certificate:
    """Return the certificate of January."""
    return certificate_of(entries, from_date=MONDAY, to_date=dt.date(2026, 1, 31), as_at=NOON)


def test_each_place_says_what_stood_there() -> None:
    week = laid_out(entry(0, "/"), entry(1, "O", amendments=2), entry(2, ""), entry(3, "/", on_roll=False)).weeks[0]
    mornings = week.cells[::2]
    assert [cell.kind for cell in mornings] == [Kind.MARK, Kind.MARK, Kind.MISSING, Kind.OFF_ROLL, Kind.CLOSED]
    assert (mornings[0].code, mornings[0].amended, mornings[0].unauthorised) == ("/", False, False)
    assert (mornings[1].code, mornings[1].amended, mornings[1].unauthorised) == ("O", True, True)


def test_a_week_in_which_the_school_never_met_takes_no_row() -> None:
    assert [week.monday for week in laid_out(entry(0, "/"), entry(14, "/")).weeks] == [
        MONDAY, MONDAY + dt.timedelta(weeks=2),
    ]  # fmt: skip


def test_a_saturday_the_school_met_on_has_a_column() -> None:
    assert laid_out(entry(0, "/")).day_names[-1] == "Friday"
    certificate = laid_out(entry(0, "/"), entry(5, "/"))
    assert certificate.day_names[-1] == "Saturday"
    assert len(certificate.weeks[0].cells) == 12


def test_totals_leave_out_days_off_roll_and_count_amendments() -> None:
    certificate = laid_out(
        entry(0, "/"), entry(0, "U", Half.PM, amendments=1), entry(1, "I", amendments=2), entry(2, ""),
        entry(3, "O", on_roll=False, amendments=4),
    )  # fmt: skip
    sums = certificate.measures
    assert (sums.present, sums.authorised, sums.unauthorised, sums.late_after_close) == (1, 1, 1, 1)
    assert (certificate.missing, certificate.amendments) == (1, 3)


def test_the_key_has_each_mark_once_present_marks_first() -> None:
    key = laid_out(entry(0, "O"), entry(1, "/"), entry(2, "/"), entry(3, "V")).key
    assert [(code.code, counts_as) for code, counts_as in key] == [
        ("/", "attended"), ("O", "unauthorised absence"), ("V", "attended"),
    ]  # fmt: skip


def test_an_unknown_old_code_stands_in_the_grid_and_counts_for_nothing() -> None:
    certificate = laid_out(entry(0, "Q9"))
    assert certificate.weeks[0].cells[0].code == "Q9"
    assert certificate.measures.possible == 0


def test_no_session_makes_an_empty_certificate() -> None:
    assert laid_out().weeks == ()


def test_late_before_close_and_after_stand_apart() -> None:
    certificate = laid_out(entry(0, "L"), entry(1, "U"), entry(2, "L"), entry(3, "/"))
    sums = certificate.measures
    assert (sums.late_before_close, sums.present) == (2, 3)  # a late before close is present
    assert (sums.late_after_close, sums.unauthorised) == (1, 1)  # one after close is absent
    assert [(code.code, counts_as) for code, counts_as in certificate.key] == [
        ("/", "attended"), ("L", "attended"), ("U", "unauthorised absence"),
    ]  # fmt: skip
