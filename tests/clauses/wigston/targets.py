"""What Wigston calls good attendance."""

import pytest

from registers.rules.measures import Measures
from reporting.rules.targets import is_good
from tests.clauses import proves
from tests.clauses.marking import SCHOOL, make_attendance, words
from tests.people import People


@proves("WAT-1.01")
@pytest.mark.parametrize(("present", "good"), [(960, True), (959, False)])
def test_96_percent_is_good_attendance_and_less_is_not(present: int, good: bool) -> None:
    assert is_good(Measures(present=present, authorised=1000 - present), 96) is good


@proves("WAT-1.01")
def test_the_schools_page_bands_its_pupils_by_it(adopt, people: People, browse) -> None:
    # Given three pupils always there, and one who attended 19 sessions of 20
    adopt("wigston")
    make_attendance(79, 80, by=people.tess)

    said = words(browse, "ben", SCHOOL)

    assert "3 of 4 pupils attended 96% or more of their possible sessions" in said
