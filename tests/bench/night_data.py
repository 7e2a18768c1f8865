"""Schools with a year of marks for the night's benchmarks, made once and kept. Runs in a process of its own."""

import datetime as dt
import io
import os
import random
import sys
from functools import lru_cache
from typing import Final

import psycopg2

PUPILS: Final = 1_000
DAYS: Final = 190
FIRST_DAY: Final = dt.date(2025, 9, 1)
TERMS: Final = ((0, 75), (91, 170), (189, 330))  # days from the first on which the school meets, by weekdays
ADMITTED: Final = dt.date(2020, 9, 1)
ABSENCE: Final = ((0.80, 0.03), (0.95, 0.12), (0.99, 0.35), (1.0, 0.65))  # share of pupils up to, and how often absent
CODES: Final = "IIIIMCOOUG"
DRAWN: Final = 4  # registers are drawn this many times; every school has one of them
MARK: Final = (
    "pupil_id, session_id, register_id, code, nature, comment, source, made_by_id, made_by_name, made_by_role, "
    "made_at, received_at, changes"
)


def slug_of(number: int) -> str:
    """Return the name of one of the schools."""
    return f"bench-night-{number:03}"


def days() -> list[dt.date]:
    """Return the school days of the year, in order."""
    met = (FIRST_DAY + dt.timedelta(days=n) for first, until in TERMS for n in range(first, until))
    return [day for day in met if day.isoweekday() <= 5][:DAYS]


def make_schools(schools: int) -> None:
    """Open as many schools, fill each that is not full yet, and forget what earlier nights found."""
    os.environ["DATABASE_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    import django  # noqa: PLC0415 - after the role is set

    django.setup()
    from attendance_mat import clock  # noqa: PLC0415
    from attendance_mat.accounts.member import machine  # noqa: PLC0415
    from attendance_mat.trust.actions import open_school  # noqa: PLC0415

    at = clock.now()
    by = machine("Benchmark", at=at)
    link = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    link.autocommit = True
    for number in range(schools):
        name = f"School {number:03}"
        school = open_school(slug_of(number), name=name, phase="secondary", pack="national", by=by, at=at)
        with link.cursor() as cursor:
            cursor.execute(f"SET search_path = {school.schema_name}, public")
            cursor.execute("SELECT count(*) FROM registers_mark")
            if cursor.fetchone() != (2 * DAYS * PUPILS,):
                sys.stderr.write(f"Filling {school.slug}\n")
                _fill(cursor, number % DRAWN, by.user_id)
            cursor.execute("TRUNCATE escalation_finding CASCADE")
            cursor.execute("DELETE FROM published_schoolfigures WHERE school_id = %s", [school.pk])
            cursor.execute("DELETE FROM published_checkrun WHERE school_id = %s", [school.pk])
    link.close()


def _fill(cursor: "psycopg2.extensions.cursor", draw: int, user: int) -> None:
    """Copy a school's pupils, calendar and marks in, past the triggers and the checks of references."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("TRUNCATE registers_mark, registers_register, registers_group, registers_session,"
                   " registers_rollperiod, registers_pupil CASCADE")  # fmt: skip
    held = [(day, half) for day in days() for half in ("am", "pm")]
    cursor.execute("INSERT INTO registers_group (id, kind, name) VALUES (1, 'registration', 'Everyone')")
    _copy(cursor, "registers_session (id, date, half)", [(n, *session) for n, session in enumerate(held, 1)])
    _copy(
        cursor,
        "registers_register (id, session_id, group_id, opened_at, closes_at)",
        [(n, n, 1, f"{day} 08:50Z", f"{day} 09:20Z") for n, (day, _) in enumerate(held, 1)],
    )
    _copy(cursor, PUPIL, [_pupil(n) for n in range(1, PUPILS + 1)])
    roll = [(n, ADMITTED) for n in range(1, PUPILS + 1)]
    _copy(cursor, "registers_rollperiod (pupil_id, from_date)", roll)
    cursor.copy_expert(f"COPY registers_mark ({MARK}) FROM STDIN", io.StringIO(_marks(draw, user)))
    cursor.execute("SET session_replication_role = DEFAULT")
    cursor.execute("VACUUM (ANALYZE, FREEZE) registers_mark, registers_session, registers_rollperiod, registers_pupil")


PUPIL: Final = (
    "registers_pupil (id, upn, former_upn, local_id, surname, forename, surname_in_use, forename_in_use, dob, sex, "
    "ethnicity, address, address_confidential, enrolment_status, boarder, hidden, middle_names, last_school, "
    "last_school_address, next_school, next_address, next_address_with)"
)


def _pupil(number: int) -> tuple[object, ...]:
    born = dt.date(2010 + number * 5 // PUPILS, 1 + number % 8, 1 + number % 28)
    return (number, f"B{number:012}", "", "", f"Surname{number}", "Forename", "", "", born, "F", "", "", "f", "main",
        "f", "f", *[""] * 6)  # fmt: skip


def _copy(cursor: "psycopg2.extensions.cursor", into: str, rows: list[tuple[object, ...]]) -> None:
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    cursor.copy_expert(f"COPY {into} FROM STDIN", io.StringIO(lines))


@lru_cache(maxsize=DRAWN)
def _marks(draw: int, user: int) -> str:
    """Return a year of everyone's marks as COPY reads them, in the order in which registers are taken."""
    chance = random.Random(draw)  # noqa: S311 - benchmark data
    often = [_how_often(chance.random()) for _ in range(PUPILS)]
    lines = []
    for n, day in enumerate((day for day in days() for _ in range(2)), 1):
        present = "\\\\" if n % 2 == 0 else "/"
        said = f"\t\t\timport\t{user}\tBenchmark\tsystem\t{day} 09:00Z\t{day} 09:00Z\t0\n"
        for pupil, share in enumerate(often, 1):
            code = chance.choice(CODES) if chance.random() < share else present
            lines.append(f"{pupil}\t{n}\t{n}\t{code}{said}")
    return "".join(lines)


def _how_often(drawn: float) -> float:
    return next(share for up_to, share in ABSENCE if drawn <= up_to)


if __name__ == "__main__":
    make_schools(int(sys.argv[1]))
