"""The window in which Wigston counts, and the law's."""

import datetime as dt
from collections.abc import Callable

from django.test import Client

from escalation.models import PastStep
from escalation.rules.penalties import Notice, amount_due, counted_notices, may_be_issued, price, taken_as_received
from tests.calendars import school_days
from tests.clauses import proves
from tests.clauses.law import beaten
from tests.clauses.law_of_penalties import is_considered
from tests.clauses.penalties import THIRD, costs_what_the_law_says
from tests.escalation.test_case_pages import make_case
from tests.factories import make_contact, make_pupil
from tests.people import People

# From Monday 15 September to Friday 28 November 2025, with a week's holiday: ten weeks that met.
HOLIDAY = set(school_days(5, start=dt.date(2025, 10, 27)))
MET = [day for day in school_days(55, start=dt.date(2025, 9, 15)) if day not in HOLIDAY]


@proves("WAT-7.08")
def test_ten_school_weeks_pass_over_a_week_without_a_session(page_says) -> None:
    beaten("WAT-7.08")
    first_and_last = [MET[0], MET[1], *MET[-3:]]

    assert (MET[-1] - MET[0]).days > 70
    assert is_considered("wigston", "O" * 10, days=first_and_last, held=MET)
    page_says("WAT-7.08")


@proves("WAT-7.08")
def test_weeks_begin_on_monday_and_do_not_roll_by_the_day() -> None:
    # Given absence on a Friday and, within seventy days of it, from a Monday to a Thursday: eleven weeks are touched
    held = school_days(55, start=dt.date(2025, 9, 8))
    friday, later = held[4], school_days(4, start=dt.date(2025, 11, 17))

    assert (later[-1] - friday).days < 70
    assert not is_considered("wigston", "O" * 10, days=[friday, *later], held=held)


@proves("WAT-7.10")
def test_a_notice_for_an_offence_before_19_august_2024_never_counts_so_2_march_2026_is_allowed(page_says) -> None:
    # Given notices of 4 March 2024 and 10 November 2025 to one parent for one child
    beaten("WAT-7.10")
    tried = dt.date(2026, 3, 2)
    old, new = Notice(dt.date(2024, 3, 4)), Notice(dt.date(2025, 11, 10), dt.date(2025, 10, 6))

    assert counted_notices([old, new], on=tried) == [new]
    assert may_be_issued([old, new], on=tried)[:2] == (True, 1)
    # And one issued after the law for an offence begun before it does not count either
    late = Notice(dt.date(2024, 10, 1), offence_began=dt.date(2024, 7, 1))
    assert may_be_issued([late, new], on=tried)[:2] == (True, 1)
    # But with two that count, no third is issued
    assert may_be_issued([Notice(dt.date(2024, 10, 1)), new], on=tried)[:2] == (False, 2)
    page_says("WAT-7.10")


@proves("WAT-7.10")
def test_the_three_years_end_with_the_day_of_the_notice_and_the_withdrawn_and_acquitted_are_left_out() -> None:
    first, second = Notice(dt.date(2024, 10, 1)), Notice(dt.date(2025, 10, 1))

    assert may_be_issued([first, second], on=dt.date(2027, 9, 30)).allowed is False
    assert may_be_issued([first, second], on=dt.date(2027, 10, 1)).allowed is True
    assert counted_notices([Notice(dt.date(2027, 9, 1))], on=dt.date(2028, 2, 29))
    for ended in ({"withdrawn_on": dt.date(2026, 1, 5)}, {"acquitted_on": dt.date(2026, 1, 5)}):
        assert counted_notices([Notice(dt.date(2025, 10, 1), **ended)], on=dt.date(2026, 3, 2)) == []
    # Before the law the limit was the authority's own
    assert may_be_issued([first], on=dt.date(2024, 6, 3))[:2] == (True, 0)


@proves("WAT-7.10")
def test_a_case_counts_notices_for_each_parent_by_themselves(
    people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    # Given two notices to one parent and one withdrawn to the other, and a third parent named by the history alone
    pupil = make_pupil(surname="Wren")
    rosa, omar = (make_contact(pupil, name=name) for name in ("Rosa Wren", "Omar Wren"))
    for contact, name, day, outcome in (
        (rosa, "Rosa Wren", dt.date(2025, 3, 3), "paid"),
        (rosa, "Rosa Wren", dt.date(2025, 11, 10), ""),
        (omar, "Omar Wren", dt.date(2025, 11, 10), "Withdrawn"),
        (None, "A. Finch", dt.date(2025, 11, 10), "acquitted"),
    ):
        PastStep.objects.create(
            pupil=pupil, kind="penalty", on_date=day, contact=contact, parent_name=name, outcome=outcome,
            imported_at=monday_morning, imported_by=people.alma.user,
        )  # fmt: skip
    case = make_case(pupil, at=monday_morning)
    # When its page is read
    page = " ".join(browse("alma").get(f"/s/alder-primary/cases/{case.pk}/").text.split())
    # Then one parent may have no other, and the rest would be asked for eighty pounds
    assert page.count("2 of at most 2") == 1
    assert page.count("0 of at most 2") == 2
    assert "No further notice may be issued" in page
    assert page.count("£80 if paid by") == 2


@proves("WAT-8.03")
def test_eighty_within_21_days_of_receipt_then_160_and_a_second_notice_is_160(page_says) -> None:
    costs_what_the_law_says("WAT-8.03")
    page_says("WAT-8.03")


@proves("WAT-8.04")
def test_a_notice_posted_on_3_november_may_be_paid_until_2_december(page_says) -> None:
    beaten("WAT-8.04")
    received = taken_as_received(THIRD)
    last = amount_due(price(THIRD), received_on=received, on=dt.date(2025, 12, 2))

    assert received == dt.date(2025, 11, 5)
    assert (last.pounds, last.by) == (160, dt.date(2025, 12, 2))
    unpaid = amount_due(price(THIRD), received_on=received, on=dt.date(2025, 12, 3))
    assert unpaid.pounds is None
    assert unpaid.words.startswith("The time to pay ended on 2 December 2025")
    # Over a weekend and a bank holiday the second working day is later
    assert taken_as_received(dt.date(2026, 4, 30), {dt.date(2026, 5, 4)}) == dt.date(2026, 5, 5)
    page_says("WAT-8.04")
