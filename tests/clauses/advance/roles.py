"""Who takes a register at a school of Advance, and whom its steps are for."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.clauses import proves
from tests.clauses.deciding import only_the_designated_teacher_takes_a_register
from tests.clauses.nights import AUTUMN, Nights, fall, letters, stages


@proves("ALP-3.09")
def test_a_teacher_opens_the_register_of_their_own_class_and_no_other(adopt, people, browse) -> None:
    adopt("advance")
    only_the_designated_teacher_takes_a_register(people, browse)


@proves("ALP-0.01")
@pytest.mark.parametrize(
    ("pupil", "said", "raised"),
    [
        ({"dob": dt.date(2022, 1, 10), "year": -1}, fall((97, 138)), False),
        ({"dob": dt.date(2019, 10, 10), "year": 1}, fall((108, 120), (124, 138)), True),
    ],
)
def test_a_nursery_child_at_70_percent_raises_no_step_and_a_child_of_year_one_at_89_9_does(
    nights: Callable[[str], Nights], pupil: dict[str, Any], said: str, *, raised: bool
) -> None:
    school = nights("advance")
    child = school.pupil(said, last=AUTUMN[68], **pupil)
    for _ in range(2):
        school.pass_night(AUTUMN[68])

    assert bool(stages(child)) is raised
    assert bool(letters(child)) is raised
