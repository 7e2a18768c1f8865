"""What a penalty notice costs, until when it may be paid, and which earlier notices count. Money is in whole pounds.

All of it is the law's, by the day on which the offence began: no policy varies it. Source: statute.md R43 to R46.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from attendance_mat.policy.adopted import national
from attendance_mat.policy.legal_route import PenaltyAmounts, PenaltyLimit
from escalation.rules.english import day

ONE_DAY: Final = dt.timedelta(days=1)
SATURDAY: Final = 5
POSTAL_WORKING_DAYS: Final = 2  # first-class post is taken to arrive on the second working day after (PN07 reg 22)

AUTHORITYS_OWN: Final = "Before August 2024 each authority set its own limit: ask for its code of conduct."
ANOTHER_MEASURE: Final = "No further notice may be issued: another measure is looked at, usually prosecution."


@dataclass(frozen=True)
class Notice:
    """A penalty notice to one parent for one child. `offence_began` is None where a school's own history lacks it."""

    issued_on: dt.date
    offence_began: dt.date | None = None
    withdrawn_on: dt.date | None = None
    acquitted_on: dt.date | None = None


class Price(NamedTuple):
    """What a notice costs: pounds up to the first last day counted from receipt, and pounds up to the last day."""

    first_pounds: int
    first_days: int
    later_pounds: int
    last_day: int


class Due(NamedTuple):
    """What is due on a day: pounds, None once nothing can be paid any more; the last day for it; in a sentence."""

    pounds: int | None
    by: dt.date
    words: str


class Issue(NamedTuple):
    """Whether another notice to this parent for this child is within the limit, how many count, and why."""

    allowed: bool
    counted: int
    why: str


def taken_as_received(posted_on: dt.date, bank_holidays: Collection[dt.date] = ()) -> dt.date:
    """Return the day a notice sent by first-class post counts as received: the second working day after posting.

    Source: PN07 reg 22; statute.md R43.
    """
    arrives, left = posted_on, POSTAL_WORKING_DAYS
    while left:
        arrives += ONE_DAY
        left -= arrives.weekday() < SATURDAY and arrives not in bank_holidays
    return arrives


def price(offence_began: dt.date, *, counted: int = 0) -> Price:
    """Return what a notice costs for an offence that began on a day, where so many earlier notices count.

    An offence begun before 19 August 2024 keeps the amounts of its day, however late the notice.
    Source: PN07 reg 4; statute.md R43, R45, R46.
    """
    law = national().terms(PenaltyAmounts, on=offence_began)
    if counted and law.repeat_pounds is not None:
        return Price(law.repeat_pounds, law.last_day, law.repeat_pounds, law.last_day)
    return Price(law.first_pounds, law.first_days, law.later_pounds, law.last_day)


def amount_due(asked: Price, *, received_on: dt.date, on: dt.date) -> Due:
    """Return what is due on a day for a notice received on a day; both the days of receipt and of payment count.

    Source: PN07 regs 4, 5, "beginning with the day"; statute.md R43.
    """
    first, last = (received_on + (days - 1) * ONE_DAY for days in (asked.first_days, asked.last_day))
    if on <= first:
        return Due(asked.first_pounds, first, f"£{asked.first_pounds} if paid by {day(first)}.")
    if on <= last:
        return Due(asked.later_pounds, last, f"£{asked.later_pounds} if paid by {day(last)}.")
    return Due(None, last, f"The time to pay ended on {day(last)}: the authority prosecutes or withdraws.")


def counted_notices(notices: Iterable[Notice], *, on: dt.date) -> list[Notice]:
    """Return the earlier notices that count against a parent for a child when one is issued on a day.

    Those of the three years that end with the day, but for any withdrawn, or whose parent was acquitted, or whose
    offence began before 19 August 2024. Where the history lacks the offence, the notice's own day is taken.
    Source: PN07 regs 4(3)-(5), 12A; statute.md R44, R45.
    """
    law = national().find(PenaltyLimit, on=on)
    if law is None:
        return []
    since = _years_before(on, law.value.years) + ONE_DAY
    return [
        notice
        for notice in notices
        if since <= notice.issued_on <= on
        and notice.withdrawn_on is None
        and notice.acquitted_on is None
        and (notice.offence_began or notice.issued_on) >= law.from_date
    ]


def may_be_issued(notices: Iterable[Notice], *, on: dt.date) -> Issue:
    """Say whether one more notice may be issued on a day to this parent for this child.

    Source: PN07 reg 12A; statute.md R44.
    """
    law, counted = national().find(PenaltyLimit, on=on), len(counted_notices(notices, on=on))
    if law is None:
        return Issue(allowed=True, counted=counted, why=AUTHORITYS_OWN)
    limit = law.value
    said = f"{counted} of at most {limit.notices} in the {limit.years} years to {day(on)} count."
    if counted < limit.notices:
        return Issue(allowed=True, counted=counted, why=said)
    return Issue(allowed=False, counted=counted, why=f"{said} {ANOTHER_MEASURE}")


def words_today(notices: Collection[Notice], *, on: dt.date) -> tuple[str, ...]:
    """Return, in sentences, what a notice issued and posted on a day would be, for an offence begun by then, and why.

    Source: PN07 regs 4, 5, 12A, 22; statute.md R43 to R46.
    """
    issue = may_be_issued(notices, on=on)
    if not issue.allowed:
        return (issue.why,)
    asked, received = price(on, counted=issue.counted), taken_as_received(on)
    first = amount_due(asked, received_on=received, on=received)
    then = amount_due(asked, received_on=received, on=first.by + ONE_DAY)
    costs = first.words if then.pounds is None else f"{first.words} Then {then.words}"
    return (
        issue.why,
        f"Posted today, it counts as received on {day(received)} unless a bank holiday falls between.",
        costs,
    )


def _years_before(on: dt.date, years: int) -> dt.date:
    """Return the same day so many years before; the last of February where the year has no such day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return dt.date(on.year - years, 2, 28)
