import datetime as dt

import pytest

from attendance_mat.policy.schema import PersistentAbsence, SevereAbsence
from escalation.rules.findings import Finding, Rule, Unit
from escalation.rules.thresholds import findings, persistent_absence, severe_absence
from registers.rules.calendar import Half, SessionMark
from tests.calendars import MONDAY, attended, marked, school_days
from tests.escalation.pupils import POLICY, pupil

DAYS = school_days(20)
AS_OF = DAYS[-1]


def persistent(marks: list[SessionMark], as_of: dt.date = AS_OF) -> Finding:
    return persistent_absence(pupil(marks), terms=POLICY.cited(PersistentAbsence, on=as_of), as_of=as_of)


def severe(marks: list[SessionMark], as_of: dt.date = AS_OF) -> Finding:
    return severe_absence(pupil(marks), terms=POLICY.cited(SevereAbsence, on=as_of), as_of=as_of)


def test_exactly_ninety_percent_is_persistent_and_says_its_sum() -> None:
    finding = persistent(attended(DAYS[:18]) + marked(DAYS[18:], "I"))

    assert finding.met
    assert (finding.value, finding.threshold, finding.unit) == (4, 4, Unit.SESSIONS)
    assert finding.arithmetic == "Missed 4 of 40 possible sessions this school year (10.00%); 10% is 4 or more."
    assert str(finding.source) == "DfE pupil absence statistics methodology, s3.2"


def test_one_session_fewer_is_not() -> None:
    finding = persistent(
        [*attended(DAYS[:19]), SessionMark(DAYS[19], Half.AM, "/"), SessionMark(DAYS[19], Half.PM, "O")]
    )

    assert not finding.met
    assert finding.reached_on is None
    assert (finding.first, finding.last) == ((DAYS[19], "pm", "O"),) * 2


def test_exactly_half_is_severe() -> None:
    assert severe(attended(DAYS[:10]) + marked(DAYS[10:], "O")).reached_on == AS_OF
    assert not severe(attended(DAYS[:11]) + marked(DAYS[11:], "O")).met


def test_the_day_reached_is_the_first_of_the_spell_still_running() -> None:
    # Given a pupil over the line on day one, back under it by day eleven, and over it again on day seventeen
    marks = marked(DAYS[:1], "I") + attended(DAYS[1:16]) + marked(DAYS[16:18], "I") + attended(DAYS[18:])

    # When each day's end is read, then each spell has its own first day
    assert persistent(marks, DAYS[9]).reached_on == DAYS[0]
    assert persistent(marks, DAYS[10]).reached_on is None
    assert persistent(marks, DAYS[17]).reached_on == DAYS[16]


def test_a_share_is_read_at_the_end_of_the_day_and_not_between_its_sessions() -> None:
    # Given nine sessions attended, and a tenth missed in the morning of a day whose afternoon was attended
    attended_nine = [*attended(DAYS[:4]), SessionMark(DAYS[4], Half.AM, "/"), SessionMark(DAYS[4], Half.PM, "Y4")]
    marks = [*attended_nine, SessionMark(DAYS[5], Half.AM, "I"), SessionMark(DAYS[5], Half.PM, "\\")]

    # When that day's end is read, then one in eleven is not ten percent
    assert not persistent(marks, DAYS[5]).met


def test_the_count_starts_afresh_on_1_august() -> None:
    july, september = school_days(5, start=dt.date(2026, 7, 20)), school_days(5, start=dt.date(2026, 9, 7))
    marks = marked(july, "O") + attended(september)

    assert persistent(marks, dt.date(2026, 7, 31)).value == 10
    assert persistent(marks, dt.date(2026, 8, 1)).arithmetic == (
        "No session was possible this school year, so there is no percentage."
    )
    assert persistent(marks, september[-1]).value == 0


def test_tomorrow_s_marks_are_not_read_today() -> None:
    assert persistent(attended(DAYS[:19]) + marked(DAYS[19:], "I"), DAYS[18]).value == 0


def test_sessions_that_were_not_possible_are_neither_missed_nor_evidence() -> None:
    finding = persistent(attended(DAYS[:18]) + marked(DAYS[18:], "Y4"))

    assert (finding.value, finding.sessions, finding.first, finding.last) == (0, (), None, None)


def test_a_blank_and_a_code_not_in_force_say_nothing() -> None:
    finding = persistent([SessionMark(MONDAY, Half.AM, ""), SessionMark(MONDAY, Half.PM, "H")])

    assert (finding.value, finding.sessions) == (0, ())


@pytest.mark.parametrize(
    ("as_of", "rules"),
    [
        (dt.date(2015, 1, 5), [Rule.TWENTY_CONSECUTIVE_DAYS]),
        (
            dt.date(2024, 8, 18),
            [Rule.PERSISTENT_ABSENCE, Rule.SEVERE_ABSENCE, Rule.TWENTY_CONSECUTIVE_DAYS],
        ),
        (dt.date(2024, 8, 19), list(Rule)),
    ],
)
def test_each_rule_speaks_from_the_day_it_came_into_force(as_of: dt.date, rules: list[Rule]) -> None:
    assert [finding.rule for finding in findings(pupil([]), policy=POLICY, as_of=as_of)] == rules
