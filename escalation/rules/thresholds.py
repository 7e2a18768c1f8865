"""The four national rules, each a plain function of one pupil's marks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.dated import Cited
from attendance_mat.policy.schema import (
    ContinuousAbsence,
    PenaltyNoticeThreshold,
    PersistentAbsence,
    SevereAbsence,
)
from escalation.rules.findings import Finding, PupilRecord, Rule, Unit
from registers.rules import codes
from registers.rules.calendar import SchoolYear, SessionMark, monday_of
from registers.rules.codes import MISSED, Physical
from registers.rules.measures import Measures, reaches

ALWAYS: Final = dt.date.min
SHARES: Final[Mapping[Rule, type[PersistentAbsence] | type[SevereAbsence]]] = {
    Rule.PERSISTENT_ABSENCE: PersistentAbsence,
    Rule.SEVERE_ABSENCE: SevereAbsence,
}


def findings(pupil: PupilRecord, *, policy: Policy, as_of: dt.date) -> tuple[Finding, ...]:
    """Return what each national rule in force on a day finds of a pupil, met or not."""
    found = (finding(rule, pupil, policy=policy, as_of=as_of) for rule in Rule)
    return tuple(each for each in found if each)


def finding(
    rule: Rule, pupil: PupilRecord, *, policy: Policy, as_of: dt.date, since: dt.date = ALWAYS
) -> Finding | None:
    """Return what one rule finds of a pupil, met or not; nothing where it was not in force on the day.

    `since` leaves out the windows and runs that ended before a day; a share is always of the school year.
    """
    match rule:
        case Rule.PERSISTENT_ABSENCE:
            persistent = policy.find(PersistentAbsence, on=as_of)
            return persistent_absence(pupil, terms=persistent, as_of=as_of) if persistent else None
        case Rule.SEVERE_ABSENCE:
            severe = policy.find(SevereAbsence, on=as_of)
            return severe_absence(pupil, terms=severe, as_of=as_of) if severe else None
        case Rule.TEN_IN_TEN_WEEKS:
            penalty = policy.find(PenaltyNoticeThreshold, on=as_of)
            return most_in_any_window(pupil, terms=penalty, as_of=as_of, since=since) if penalty else None
        case Rule.TWENTY_CONSECUTIVE_DAYS:  # pragma: no branch - there is no fifth rule
            continuous = policy.find(ContinuousAbsence, on=as_of)
            return longest_run(pupil, terms=continuous, as_of=as_of, since=since) if continuous else None


class Episode(NamedTuple):
    """A rule's line was crossed on a day: the finding as it stood at that day's end."""

    reached_on: dt.date
    finding: Finding


def episode(rule: Rule, pupil: PupilRecord, *, policy: Policy, as_of: dt.date) -> Episode | None:
    """Return the episode of a rule that runs on a day, or nothing if its line is not crossed this school year.

    It rests on the marks alone, so that whichever night looks finds the same. A line crossed in an earlier year is
    that year's episode: a session of this year has to complete a window or run anew.
    """
    since = SchoolYear.of(as_of).starts
    reached_on = _reached_on(rule, pupil, policy=policy, as_of=as_of, since=since)
    if reached_on is None:
        return None
    found = (finding(rule, pupil, policy=policy, as_of=day, since=since) for day in (reached_on, as_of))
    then = next(each for each in found if each)  # as the law of the later day, where that of the earlier had no rule
    return Episode(reached_on, then)


def _reached_on(rule: Rule, pupil: PupilRecord, *, policy: Policy, as_of: dt.date, since: dt.date) -> dt.date | None:
    """Return the day on which a rule's line that is crossed on a day was reached, if it is."""
    kind = SHARES.get(rule)
    if kind is None:
        now = finding(rule, pupil, policy=policy, as_of=as_of, since=since)
        return now.reached_on if now else None
    terms = policy.find(kind, on=as_of)
    return _share_reached_on(pupil.year_to_date(as_of), terms.value.percent) if terms else None


def ended_on(rule: Rule, pupil: PupilRecord, *, policy: Policy, reached_on: dt.date, as_of: dt.date) -> dt.date:
    """Return the day an episode that no longer runs came to its end.

    For a share it is the first day at whose end the pupil was back under the line. A line that amended marks never
    crossed has no such day: its episode ends on the day that is found.
    """
    now = finding(rule, pupil, policy=policy, as_of=as_of)
    if now is None or now.percent is None:
        return as_of
    later = [(day, reaches(counts, now.percent)) for day, counts in pupil.year_to_date(as_of) if day >= reached_on]
    crossed = later[0][1] if later else False
    return next((day for day, is_over in later if not is_over), as_of) if crossed else as_of


def persistent_absence(pupil: PupilRecord, *, terms: Cited[PersistentAbsence], as_of: dt.date) -> Finding:
    """Say whether absence this school year is persistent. In sessions. Source: EES-M s3.2; statute.md R55, R57, R58."""
    return _share_missed(Rule.PERSISTENT_ABSENCE, pupil, terms, terms.value.percent, as_of)


def severe_absence(pupil: PupilRecord, *, terms: Cited[SevereAbsence], as_of: dt.date) -> Finding:
    """Say whether absence this school year is severe. In sessions. Source: EES-M s3.2; statute.md R56, R57."""
    return _share_missed(Rule.SEVERE_ABSENCE, pupil, terms, terms.value.percent, as_of)


def most_in_any_window(
    pupil: PupilRecord, *, terms: Cited[PenaltyNoticeThreshold], as_of: dt.date, since: dt.date = ALWAYS
) -> Finding:
    """Say where a pupil came nearest the penalty threshold: the fullest run of adjacent school weeks, earliest first.

    In sessions. A school week begins on Monday and has at least one session, so that a holiday uses up no window. Only
    days of compulsory school age count. Reached on the day of the session at which a window first held enough.
    Source: PN07 reg 9A; statute.md R42.
    """
    law = terms.value
    weeks = {monday: i for i, monday in enumerate(pupil.school_weeks)}
    missed = [
        mark
        for mark in pupil.until(as_of)
        if mark.code in law.codes
        and mark.date >= law.counts_from
        and monday_of(mark.date) in weeks
        and pupil.is_compulsory_age(mark.date)
    ]
    at = [weeks[monday_of(mark.date)] for mark in missed]
    windows = [
        [mark for mark, week in zip(missed, at, strict=True) if 0 <= week - first < law.school_weeks] for first in at
    ]
    fullest = max((window for window in windows if window[-1].date >= since), key=len, default=[])
    enough = (
        missed[i].date
        for i in range(law.sessions - 1, len(missed))
        if at[i] - at[i - law.sessions + 1] < law.school_weeks and missed[i].date >= since
    )
    return Finding(
        rule=Rule.TEN_IN_TEN_WEEKS,
        value=len(fullest),
        threshold=law.sessions,
        unit=Unit.SESSIONS,
        reached_on=next(enough, None),
        sessions=tuple(fullest),
        arithmetic=_window_in_words(fullest, law),
        source=terms.source,
    )


def longest_run(
    pupil: PupilRecord, *, terms: Cited[ContinuousAbsence], as_of: dt.date, since: dt.date = ALWAYS
) -> Finding:
    """Say how long a pupil was continuously absent: the longest run of school days, the earliest of equals.

    In school days. Every session of each day must bear one of the counted codes. A blank, any other code, a day off the
    roll or outside compulsory school age ends the run; a session planned closed is passed over.
    Source: PR24 reg 9(1)(i); statute.md R23(i), R24.
    """
    law = terms.value
    runs = [run for run in _runs(pupil, law, as_of) if run and run[-1][0].date >= since]
    longest = max(runs, key=len, default=[])
    full = (run[law.school_days - 1][0].date for run in runs if len(run) >= law.school_days)
    sessions = tuple(mark for day in longest for mark in day)
    return Finding(
        rule=Rule.TWENTY_CONSECUTIVE_DAYS,
        value=len(longest),
        threshold=law.school_days,
        unit=Unit.SCHOOL_DAYS,
        reached_on=next((day for day in full if day >= since), None),
        sessions=sessions,
        arithmetic=_run_in_words(sessions, len(longest), law),
        source=terms.source,
    )


def _share_missed(
    rule: Rule, pupil: PupilRecord, terms: Cited[PersistentAbsence] | Cited[SevereAbsence], percent: int, as_of: dt.date
) -> Finding:
    """Read one percentage rule over the school year so far, at the end of each day on which a register was taken."""
    to_date = pupil.year_to_date(as_of)
    year_so_far = to_date[-1][1] if to_date else Measures()
    return Finding(
        rule=rule,
        value=year_so_far.missed,
        threshold=_least(percent, year_so_far.possible),
        unit=Unit.SESSIONS,
        reached_on=_share_reached_on(to_date, percent),
        sessions=tuple(mark for mark in _of_year(pupil, as_of) if _is_missed(mark)),
        arithmetic=_share_in_words(year_so_far, percent),
        source=terms.source,
        possible=year_so_far.possible,
        percent=percent,
    )


def _share_reached_on(to_date: Sequence[tuple[dt.date, Measures]], percent: int) -> dt.date | None:
    """Return the first of the last days on end at whose end the share was reached; nothing if it now is not."""
    under = next((n for n, (_, counts) in enumerate(reversed(to_date)) if not reaches(counts, percent)), len(to_date))
    return to_date[-under][0] if under else None


def _of_year(pupil: PupilRecord, as_of: dt.date) -> list[SessionMark]:
    year = SchoolYear.of(as_of)
    return [mark for mark in pupil.until(as_of) if mark.date in year]


def _runs(pupil: PupilRecord, law: ContinuousAbsence, as_of: dt.date) -> Iterator[list[list[SessionMark]]]:
    """Yield each run of adjacent school days of continuous absence: the counted marks of each day."""
    marks = {(mark.date, mark.half): mark for mark in pupil.in_order}
    run: list[list[SessionMark]] = []
    held = sorted(session for session in set(pupil.sessions) if session[0] <= as_of)
    for day, sessions in groupby(held, itemgetter(0)):
        of_day = [marks.get(session) for session in sessions]
        due = [mark for mark in of_day if mark is None or not _is_closure(mark)]
        if not due:
            continue
        counted = [mark for mark in due if mark is not None and mark.code in law.codes]
        if len(counted) == len(due) and pupil.is_on_roll(day) and pupil.is_compulsory_age(day):
            run.append(counted)
        else:
            yield run
            run = []
    yield run


def _least(percent: int, possible: int) -> int:
    """Return the fewest sessions that are this percent of those possible, or more."""
    return -(-percent * possible // 100)


def _is_missed(mark: SessionMark) -> bool:
    code = codes.find(mark.code, on=mark.date)
    return code is not None and code.statistical in MISSED


def _is_closure(mark: SessionMark) -> bool:
    """Say whether a mark is of a session planned closed, which is no session at all. Source: statute.md R11."""
    code = codes.find(mark.code, on=mark.date)
    return code is not None and code.physical is Physical.ADMINISTRATIVE


def _share_in_words(counts: Measures, percent: int) -> str:
    if not counts.possible:
        return "No session was possible this school year, so there is no percentage."
    least = _least(percent, counts.possible)
    return (
        f"Missed {counts.missed} of {counts.possible} possible sessions this school year "
        f"({counts.absence_percent()}%); {percent}% is {least} or more."
    )


def _window_in_words(fullest: Sequence[SessionMark], law: PenaltyNoticeThreshold) -> str:
    counted = f"{law.sessions} in {law.school_weeks} adjacent school weeks meet the threshold."
    if not fullest:
        return f"No session without leave counts; {counted}"
    return (
        f"{len(fullest)} sessions without leave ({_by_code(fullest)}) from {_day(fullest[0].date)} "
        f"to {_day(fullest[-1].date)}; {counted}"
    )


def _run_in_words(sessions: Sequence[SessionMark], days: int, law: ContinuousAbsence) -> str:
    if not sessions:
        return f"No school day of continuous absence; {law.school_days} meet the threshold."
    return (
        f"{days} consecutive school days with every session unauthorised ({_by_code(sessions)}) from "
        f"{_day(sessions[0].date)} to {_day(sessions[-1].date)}; {law.school_days} meet the threshold."
    )


def _by_code(marks: Sequence[SessionMark]) -> str:
    """Return how many of each code, as "G 4, O 6"."""
    return ", ".join(f"{code} {n}" for code, n in sorted(Counter(mark.code for mark in marks).items()))


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"
