"""How long a year of a 1,000-pupil school's marks takes to come in from CSV."""

import datetime as dt
import os
import random
import time
from pathlib import Path
from typing import Final

from tests.bench.result import Result
from tests.bench.school import asked, manage, open_anew

SLUG: Final = "bench-imports"
PUPILS: Final = 1_000
DAYS: Final = 190  # the school days of a year
GROUP_SIZE: Final = 28
FIRST_DAY: Final = dt.date(2024, 9, 2)
ABSENT: Final = ("I", "I", "I", "O", "M", "C", "G")
SHARE_ABSENT: Final = 0.07
SHARE_LATE: Final = 0.03


def import_seconds() -> Result:
    """Measure `import_marks`, the process's start included, and count what then stands in the database."""
    folder = Path(os.environ["STATE_DIR"]) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    days = [FIRST_DAY + dt.timedelta(days=n) for n in range(365)]
    days = [day for day in days if day.weekday() < 5][:DAYS]
    calendar, pupils, marks = (folder / f"{name}.csv" for name in ("calendar", "pupils", "marks"))
    calendar.write_text("date,am,pm\n" + "".join(f"{day},1,1\n" for day in days), encoding="utf-8")
    _write_pupils(pupils)
    expected = _write_marks(marks, days)
    open_anew(SLUG)
    manage("import_calendar", SLUG, str(calendar))
    manage("import_pupils", SLUG, str(pupils))
    began = time.perf_counter()
    manage("import_marks", SLUG, str(marks))
    seconds = time.perf_counter() - began
    found = asked("SELECT count(*), count(*) FILTER (WHERE code = 'L') FROM registers_mark", school=SLUG)
    if [int(number) for number in found] != list(expected):
        message = f"The file has {expected} marks and late ones; the database has {found}."
        raise RuntimeError(message)
    size = marks.stat().st_size / 1_000_000
    return Result(
        round(seconds, 1), "s", f"{expected[0]:,} marks of {PUPILS:,} pupils, {size:.1f} MB, all counted after"
    )


def _upn(number: int) -> str:
    return f"H{number:012}"


def _write_pupils(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("upn,surname,forename,dob,sex,year,reg_group,admitted,contact1_name,contact1_phone\n")
        for number in range(PUPILS):
            year = 7 + number * 5 // PUPILS
            group = f"{year}{chr(65 + number % (PUPILS // 5) // GROUP_SIZE)}"
            dob = dt.date(2017 - year + 3, 1 + number % 12, 1 + number % 28)
            file.write(f"{_upn(number)},Surname{number},Forename{number},{dob},{'FM'[number % 2]},{year},{group},")
            file.write(f"{FIRST_DAY},Parent {number},01632 960{number:03}\n")


def _write_marks(path: Path, days: list[dt.date]) -> tuple[int, int]:
    """Write a year in the order of its days; return how many marks there are, and how many are L."""
    chance = random.Random(20_240_902)  # noqa: S311 - the same file on every machine
    late = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("upn,date,am,pm,am_minutes_late\n")
        for day in days:
            for number in range(PUPILS):
                throw = chance.random()
                if throw < SHARE_ABSENT:
                    code = chance.choice(ABSENT)
                    file.write(f"{_upn(number)},{day},{code},{code},\n")
                elif throw < SHARE_ABSENT + SHARE_LATE:
                    late += 1
                    file.write(f"{_upn(number)},{day},L,\\,{chance.randint(1, 29)}\n")
                else:
                    file.write(f"{_upn(number)},{day},/,\\,\n")
    return PUPILS * len(days) * 2, late
