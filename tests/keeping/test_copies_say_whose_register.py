"""Until the school's register-of-record date, what is copied from here says it is a copy (decision 26)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from registers.models import Pupil
from tests.keeping.copying import asked, certified
from tests.keeping.inspections import url
from tests.letters.paper import text_of
from tests.people import People

Browse = Callable[[str], Client]
MONDAY = dt.date(2026, 11, 16)  # the first day that is copied
A_COPY = "This is a copy, not the register: the school"
BEFORE = "Of the days before Wednesday 18 November 2026 this is a copy, not the register"


@pytest.mark.parametrize(
    ("of_record", "said"),
    [
        pytest.param(None, A_COPY, id="no date yet"),
        pytest.param(dt.date(2026, 11, 18), BEFORE, id="a date within the days copied"),
        pytest.param(MONDAY, None, id="the first day copied"),
        pytest.param(dt.date(2026, 9, 1), None, id="a date before them"),
    ],
)
def test_a_copy_says_for_which_days_it_is_no_more_than_a_copy(
    of_record: dt.date | None, said: str | None, pupil: Pupil, people: People, browse: Browse
) -> None:
    people.alder.register_of_record_date = of_record
    people.alder.save()
    text = text_of(browse("alma").post(url("copies", pupil.pk), asked()).content)
    assert said in text if said else "copy, not the register" not in text


@pytest.mark.parametrize("of_record", [None, MONDAY])
def test_what_is_certified_is_the_copy_until_the_register_is_kept_here(
    of_record: dt.date | None, pupil: Pupil, people: People, browse: Browse
) -> None:
    people.alder.register_of_record_date = of_record
    people.alder.save()
    text = text_of(certified(browse("ben"), pupil).content)
    assert ("in the copy kept in this system of the attendance register" in text) is (of_record is None)
    assert ("in the attendance register of" in text) is (of_record is not None)
