"""A small demonstration is loaded by its command into a database of its own, and looked at there."""

import pytest

from reporting.demo.loading import LIVE_FOR
from tests.reporting.conftest import Demo

SCHOOLS = ("school_otter_ford", "school_kestrel_vale")
pytestmark = [pytest.mark.live, pytest.mark.xdist_group("demo")]  # one load serves them all


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_session_so_far_has_a_mark_of_every_child_on_roll(demo: Demo, school: str) -> None:
    missing = """
        SELECT count(*) FROM registers_session s JOIN registers_rollperiod r
            ON s.date >= r.from_date AND (r.until_date IS NULL OR s.date < r.until_date)
        LEFT JOIN registers_mark m ON m.session_id = s.id AND m.pupil_id = r.pupil_id
        WHERE s.date < '2026-11-23' AND m.id IS NULL"""
    assert demo.one(missing, school) == 0
    assert demo.one("SELECT count(DISTINCT date) FROM registers_session WHERE date < '2026-11-23'", school) == 51


@pytest.mark.parametrize("school", SCHOOLS)
def test_marks_and_amendments_were_received_in_their_day(demo: Demo, school: str) -> None:
    out_of_time = """
        SELECT count(*) FROM registers_mark m JOIN registers_session s ON s.id = m.session_id
        WHERE (m.received_at AT TIME ZONE 'Europe/London')::date <> s.date OR m.made_at > m.received_at"""
    assert demo.one(out_of_time, school) == 0
    kept = """
        SELECT count(*), count(DISTINCT received_at::date), bool_and(reason <> '' OR kind = 'correction')
        FROM registers_markamendment"""  # what the late desk corrects while a register is open needs no reason
    (amendments, days, reasoned), *_ = demo.ask(kept, school)
    assert amendments > 20
    assert days > 10
    assert reasoned


@pytest.mark.parametrize("school", SCHOOLS)
def test_an_unexplained_absence_is_settled_within_five_school_days(demo: Demo, school: str) -> None:
    old = """
        SELECT count(*) FROM registers_mark m JOIN registers_session s ON s.id = m.session_id
        WHERE m.code = 'N' AND s.date < '2026-11-16'"""
    assert demo.one(old, school) == 0


@pytest.mark.parametrize("school", SCHOOLS)
def test_a_third_of_this_mornings_registers_are_finished_and_a_third_under_way(demo: Demo, school: str) -> None:
    today = """
        SELECT count(*), count(r.finished_at) FROM registers_register r JOIN registers_session s ON s.id = r.session_id
        WHERE s.date = '2026-11-23'"""
    (opened, finished), *_ = demo.ask(today, school)
    slug = school.removeprefix("school_").replace("_", "-")
    due, published = demo.ask(f"""
        SELECT d.registers, (SELECT count(*) FROM published_finishedregister f WHERE f.school_id = d.school_id)
        FROM published_registersdue d JOIN trust_school s ON s.id = d.school_id
        WHERE s.slug = '{slug}' AND d.half = 'am'""")[0]
    assert 0 < finished < opened < due
    assert published == finished


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_page_has_something_on_it(demo: Demo, school: str) -> None:
    assert demo.one("SELECT count(*) FROM registers_contradiction WHERE lesson_code = ''", school) == 1
    assert demo.one("SELECT count(*) FROM absence_leaverequest", school) == 4
    assert demo.one("SELECT count(*) FROM absence_leavedecision", school) == 2
    assert demo.one("SELECT count(*) FROM escalation_case", school) >= 1
    assert demo.one("SELECT count(*) FROM letters_letter WHERE template LIKE 'leave-%%'", school) == 2
    assert demo.one("SELECT count(*) FROM escalation_casetask WHERE done_at IS NULL", school) >= 1
    assert demo.one("SELECT count(*) FROM registers_familytie", school) == 1
    assert demo.one("SELECT count(*) FROM admission_owngroupplace WHERE until_date IS NULL", school) >= 1
    assert demo.one("SELECT count(*) FROM escalation_finding WHERE rule = 'ten_in_ten_weeks'", school) >= 1


def test_the_last_night_is_checked_and_none_is_owed(demo: Demo) -> None:
    nights = (
        "SELECT count(*), max(as_of)::text, count(finished_at), max(error) FROM published_checkrun GROUP BY school_id"
    )
    assert demo.ask(nights) == [(LIVE_FOR, "2026-11-20", LIVE_FOR, "")] * 2
    assert demo.one("SELECT count(*) FROM published_schoolfigures WHERE as_of = '2026-11-20'") == 2


def test_the_triggers_have_the_demonstrations_time_again(demo: Demo) -> None:
    assert demo.ask("SELECT seconds FROM trust_clockshift") == [(int(demo.environment["DEMO_CLOCK"]),)]


def test_a_second_load_finds_everything_and_changes_nothing(demo: Demo) -> None:
    before = demo.one("SELECT count(*) FROM registers_mark", SCHOOLS[0])
    assert "loaded already" in demo.manage("load_demo", "--small").stderr
    assert demo.one("SELECT count(*) FROM registers_mark", SCHOOLS[0]) == before


def test_a_school_opened_in_the_demonstration_does_not_keep_it_from_starting_again(demo: Demo) -> None:
    demo.manage("open_school", "cedar-infant", "--name", "Cedar Infant", "--phase", "primary", "--policy", "national")
    assert "loaded already" in demo.manage("load_demo", "--small").stderr


def test_the_log_ins_are_printed_a_line_each_for_every_role(demo: Demo) -> None:
    lines = [line.split("\t") for line in demo.manage("demo_logins").stdout.splitlines()]
    assert len(lines) == 2 + 2 * 8
    assert {len(line) for line in lines} == {4}
    assert all(email.endswith("@demo.invalid") for _, email, _, _ in lines)
