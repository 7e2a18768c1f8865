"""The night's check by a real worker and a real broker: one school broken, the other done; nights caught up with."""

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import conftest as shared
from tests.escalation.terms import weekdays
from tests.journeys.conftest import PATIENCE, Product, commands, worked

pytestmark = [pytest.mark.live, pytest.mark.enable_socket]
DAYS = weekdays(dt.date(2026, 11, 2), 15)
FRIDAY = DAYS[-1]
SCHOOLS = ("alder-primary", "birch-high")
__all__ = ["commands", "worked"]


def bring_in(product: Product, folder: Path) -> None:
    """Give each school three weeks, one pupil there throughout and one who misses the last ten sessions."""
    (folder / "calendar.csv").write_text("date,am,pm\n" + "".join(f"{day},1,1\n" for day in DAYS))
    pupils = ["upn,surname,forename,dob,sex,year,reg_group,admitted"]
    marks = ["upn,date,am,pm"]
    for upn, missed in (("A000000000001", []), ("A000000000002", DAYS[10:])):
        pupils.append(f"{upn},Linnet,Robin,2015-03-04,F,6,6A,2026-11-02")
        marks += [f"{upn},{day}," + ("O,O" if day in missed else "/,\\") for day in DAYS]
    (folder / "pupils.csv").write_text("\n".join(pupils) + "\n")
    (folder / "marks.csv").write_text("\n".join(marks) + "\n")
    for slug in SCHOOLS:
        for kind in ("calendar", "pupils", "marks"):
            product.manage(f"import_{kind}", slug, str(folder / f"{kind}.csv"))


def check(product: Product, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run `check_thresholds --queue`, whatever comes of it."""
    return product.attempt("check_thresholds", *words, "--queue", "--as-of", str(FRIDAY))


def asked(product: Product, sql: str) -> list[str]:
    """Return the rows that the owner's role gets for a query."""
    return product.manage("sql", "--role", "owner", told=sql).splitlines()[1:]


def test_a_broken_school_stops_only_itself_and_is_done_once_mended(worked: Product, tmp_path: Path) -> None:
    # Given two schools, in one of which the table of marks has gone missing
    bring_in(worked, tmp_path)
    worked.manage("sql", "--role", "owner", told="ALTER TABLE school_birch_high.registers_mark RENAME TO elsewhere")
    runs = "SELECT slug, finished_at IS NULL, attempts, error FROM published_checkrun r JOIN trust_school s" \
        f" ON s.id = r.school_id WHERE as_of = '{FRIDAY}' ORDER BY slug"  # fmt: skip

    # When the workers are given both, then one is done, the other says why not, and the command fails
    done = check(worked)
    assert (done.returncode, done.stdout) == (1, "")
    assert "alder-primary: 2 pupils, 60 marks" in done.stderr
    assert "birch-high: failed. ProgrammingError" in done.stderr
    alder, birch = asked(worked, runs)
    assert alder == "alder-primary,False,1,"
    assert birch.startswith("birch-high,True,1,")
    assert "registers_mark" in birch

    # When it is mended, then the next attempt finds what the other school's did
    worked.manage("sql", "--role", "owner", told="ALTER TABLE school_birch_high.elsewhere RENAME TO registers_mark")
    assert check(worked, "birch-high").returncode == 0
    assert asked(worked, runs) == ["alder-primary,False,1,", "birch-high,False,2,"]
    found = [worked.manage("show_findings", slug, "--as-of", str(FRIDAY)) for slug in SCHOOLS]
    assert found[0] == found[1]
    assert '"ten_in_ten_weeks"' in found[0]


def test_the_tick_catches_up_with_every_night_since_a_school_went_live(worked: Product, tmp_path: Path) -> None:
    # Given two schools that went live three school days ago
    bring_in(worked, tmp_path)
    worked.manage("sql", "--role", "owner", told=f"UPDATE trust_school SET go_live_date = '{DAYS[-3]}'")

    # When the timer ticks twice at once
    for _ in range(2):
        tick = ["celery", "-A", "attendance_mat.celery", "call", "escalation.tasks.check_schools_that_are_due"]
        subprocess.run([sys.executable, "-m", *tick], cwd=shared.ROOT, env=worked.environment, check=True)

    # Then each school has each night once, done at the first attempt
    wanted = [f"{day},2,1" for day in DAYS[-3:]]
    runs = "FROM published_checkrun WHERE finished_at IS NOT NULL"
    nights = f"SELECT as_of, count(*), max(attempts) {runs} GROUP BY 1 ORDER BY 1"
    until = time.monotonic() + PATIENCE
    while asked(worked, nights) != wanted and time.monotonic() < until:
        time.sleep(0.5)
    assert asked(worked, nights) == wanted


def test_without_a_worker_the_command_says_so(commands: Product) -> None:
    done = check(commands)

    assert done.returncode == 1
    assert "No Celery worker answers." in done.stderr
