"""Ten ways to falsify a sealed register, each by the superuser's own command, and one command that finds all ten."""

import os
import resource
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Product

pytestmark = [pytest.mark.live, pytest.mark.long, pytest.mark.enable_socket]

SLUG, LONGEST = "alder-primary", 60  # seconds of work for the whole story, however busy the machine is
KEY = "a key of the journey, which no database has ever seen"
PUPILS, DAYS = range(1, 7), ("2026-11-18", "2026-11-19", "2026-11-20")
TRIGGERS_OFF = "SET session_replication_role = replica;\n"
# Which rows are tampered with: marks by pupil's place and day, of the morning.
MARK = (
    "SELECT m.id FROM registers_mark m JOIN registers_session s ON s.id = m.session_id"
    " JOIN registers_pupil p ON p.id = m.pupil_id WHERE p.upn = 'A00000000000{pupil}' AND s.date = '{day}'"
    " AND s.half = 'am'"
)
WEDNESDAY, THURSDAY, FRIDAY = DAYS


def mark(pupil: int, day: str) -> str:
    """Return the SQL that says a mark's number."""
    return f"({MARK.format(pupil=pupil, day=day)})"


AMENDED = mark(1, WEDNESDAY)
AMENDMENT = f"(SELECT id FROM registers_markamendment WHERE mark_id = {AMENDED} AND number = {{number}})"
REGISTER = (
    "(SELECT r.id FROM registers_register r JOIN registers_session s ON s.id = r.session_id"
    f" WHERE s.date = '{THURSDAY}' AND s.half = 'am')"
)
# What is done; the number of which row it is of, asked beforehand; and what the report says of that row.
TAMPERING = {
    "an absence made a presence": (
        f"UPDATE registers_mark SET code = '/' WHERE id = {mark(2, WEDNESDAY)}", mark(2, WEDNESDAY),
        "mark {row} (session 2026-11-18 am",
    ),
    "a mark given to another pupil": (
        f"UPDATE registers_mark SET pupil_id = 999999 WHERE id = {mark(3, WEDNESDAY)}", mark(3, WEDNESDAY),
        "mark {row} (session 2026-11-18 am",
    ),
    "a mark's author changed": (
        f"UPDATE registers_mark SET made_by_name = 'Somebody Else' WHERE id = {mark(4, WEDNESDAY)}",
        mark(4, WEDNESDAY), "mark {row} (session 2026-11-18 am",
    ),
    "a mark removed": (
        f"DELETE FROM registers_mark WHERE id = {mark(5, WEDNESDAY)}", mark(5, WEDNESDAY),
        "mark {row} (session 2026-11-18 am) was removed",
    ),
    "a mark slipped in": (
        "INSERT INTO registers_mark SELECT (jsonb_populate_record(m, '{\"id\": 900001, \"pupil_id\": 999998}')).*"
        f" FROM registers_mark m WHERE id = {mark(6, WEDNESDAY)}", "900001",
        "mark {row} (session 2026-11-18 am, pupil 999998) was inserted behind the seal",
    ),
    "an amendment's reason written anew": (
        f"UPDATE registers_markamendment SET reason = 'Nothing' WHERE id = {AMENDMENT.format(number=1)}",
        AMENDMENT.format(number=1), "amendment {row} (session 2026-11-18 am",
    ),
    "an amendment's author changed": (
        f"UPDATE registers_markamendment SET amended_by_role = 'headteacher' WHERE id = {AMENDMENT.format(number=2)}",
        AMENDMENT.format(number=2), "amendment {row} (session 2026-11-18 am",
    ),
    "a register's closing time moved": (
        f"UPDATE registers_register SET closes_at = closes_at + interval '2 hours' WHERE id = {REGISTER}", REGISTER,
        "register {row} (session 2026-11-19 am",
    ),
    "a whole morning done away with": (
        f"DELETE FROM registers_mark WHERE session_id = (SELECT id FROM registers_session WHERE date = '{FRIDAY}'"
        " AND half = 'am')", mark(1, FRIDAY), "mark {row} (session 2026-11-20 am) was removed",
    ),
    "a seal replaced": (
        "UPDATE registers_seal SET digest = repeat('0', 64) WHERE number = 1", "1",
        "seal {row} was replaced or altered",
    ),
}  # fmt: skip


def write_files(folder: Path) -> None:
    """Write what the office imports: three days of six children, and twice what it found out since."""
    heading = "upn,date,am,pm"
    marks = [heading, *(f"{upn(pupil)},{day},N,O" for day in DAYS for pupil in PUPILS)]
    pupils = ["upn,surname,forename,dob,sex,year,reg_group,admitted"]
    pupils += [f"{upn(pupil)},Secretname,Robin{pupil},2017-03-0{pupil},F,4,4A,2026-09-07" for pupil in PUPILS]
    files = {
        "calendar": ["date,am,pm", *(f"{day},1,1" for day in DAYS)],
        "pupils": pupils,
        "marks": marks,
        "found-out": [heading, f"{upn(1)},{WEDNESDAY},I,"],
        "found-out-later": [heading, f"{upn(1)},{WEDNESDAY},M,"],
        "found-out-since": [heading, f"{upn(1)},{THURSDAY},I,"],
    }
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def upn(pupil: int) -> str:
    return f"A00000000000{pupil}"


def work_done() -> float:
    """Return the processor's time that finished commands have taken, in seconds."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def as_superuser(product: Product, sql: str) -> str:
    """Run SQL as the superuser with every trigger off."""
    return product.manage("sql", "--role", "superuser", "--school", SLUG, told=TRIGGERS_OFF + sql)


def numbers(product: Product) -> list[str]:
    """Return the number of the row that each way of tampering is of, in order."""
    asked = ", ".join(f"{row} AS row_{place}" for place, (_, row, _) in enumerate(TAMPERING.values()))
    return as_superuser(product, f"SELECT {asked}").splitlines()[1].split(",")


def test_ten_falsifications_are_found_and_each_row_named(commands: Product, tmp_path: Path) -> None:
    began = work_done()
    superuser = os.environ.get("SUPERUSER_DATABASE_URL")
    if not superuser:
        pytest.skip("no superuser's log-in is given here")
    database = urlsplit(commands.environment["DATABASE_URL"]).path
    commands.environment |= {
        "SUPERUSER_DATABASE_URL": urlsplit(superuser)._replace(path=database).geturl(),
        "REGISTER_SEAL_KEY": KEY,
    }
    write_files(tmp_path)

    def office_imports(kind: str, name: str) -> None:
        commands.manage(f"import_{kind}", SLUG, str(tmp_path / f"{name}.csv"))

    # Given registers that were sealed, lawfully amended twice, sealed, and amended once more since
    for kind in ("calendar", "pupils", "marks"):
        office_imports(kind, kind)
    commands.manage("seal_register", SLUG)
    office_imports("marks", "found-out")
    office_imports("marks", "found-out-later")
    commands.manage("seal_register", SLUG)
    office_imports("marks", "found-out-since")

    # Then they are as sealed, whatever was lawfully changed
    said = commands.manage("verify_register", SLUG)
    assert "2 seals" in said
    assert "36 marks, 2 amendments" in said
    assert "received since: 0 marks, 1 amendment" in said

    # When someone with the superuser's log-in falsifies them in ten ways
    rows = numbers(commands)
    assert all(rows), rows
    for sql, _, _ in TAMPERING.values():
        as_superuser(commands, sql)

    # Then each is found and its row named, and no child is
    done = commands.attempt("verify_register", SLUG)
    assert done.returncode == 1, done.stderr
    told = [says.format(row=row) for row, (_, _, says) in zip(rows, TAMPERING.values(), strict=True)]
    assert [words for words in told if words not in done.stdout] == [], done.stdout
    assert len(set(told)) == len(TAMPERING) == 10
    assert "Secretname" not in done.stdout
    commands.leave_the_office()  # whose work, and that of all it started, is counted now
    assert 1 < work_done() - began < LONGEST
