"""A key, a folder for archives, the owner's log-in where a command runs as the owner, and a pupil to copy."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from attendance_mat.clock import LONDON
from registers.models import Mark, Pupil
from tests.factories import amend, make_contact, make_group, make_mark, make_pupil, make_sessions
from tests.letters.paper import make_school_answer_letters
from tests.live import cloned_database, it_becomes
from tests.people import People
from tests.registers.sealed import KEY

__all__ = ["cloned_database", "it_becomes"]
SetClock = Callable[[dt.datetime], None]
LAST_MONDAY = dt.date(2026, 11, 16)
THURSDAY = dt.datetime(2026, 11, 26, 9, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def archives(settings: object, tmp_path: Path) -> Path:
    """Keep archives in a folder of the test's own, and sign them with the tests' key; return the folder."""
    folder = tmp_path / "archives"
    settings.REGISTER_SEAL_KEY = KEY
    options = {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    settings.STORAGES = {
        **settings.STORAGES,
        "archives": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options},
    }
    return folder


@pytest.fixture
def pupil(people: People, it_is: SetClock) -> Pupil:
    """Return a pupil with a week behind them whose Friday morning was amended twice since; it is Thursday."""
    make_school_answer_letters()
    pupil = make_pupil(surname="Example", forename="Robin", group=make_group(), address="1 Lane\nExampleton")
    make_contact(pupil, name="Ada Example", address="1 Lane\nExampleton", phone="01632 960001")
    make_contact(pupil, name="Ned Example", address="2 Road\nOtherton", phone="01632 960002", lives_with=False)
    codes = ["/", "\\"] * 3 + ["L", "U", "N", "\\"]
    for session, code in zip(make_sessions(LAST_MONDAY, 5), codes, strict=True):
        make_mark(pupil, session, code, by=people.tess)
    friday = Mark.objects.get(pupil=pupil, session__date=dt.date(2026, 11, 20), session__half="am")
    for day, code, reason in [(24, "I", "Mother rang"), (25, "M", "Clinic letter seen")]:
        moment = dt.datetime(2026, 11, day, 9, tzinfo=LONDON)
        it_is(moment)
        amend(friday, code, by=people.alma, at=moment, reason=reason)
    it_is(THURSDAY)
    return pupil
