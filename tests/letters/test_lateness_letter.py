"""The letter about lateness quotes each late arrival with its minutes, and tells what counts as absence."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from letters.actions import propose_letter
from letters.gateways import paper
from tests.factories import make_pupil
from tests.letters.paper import make_school_answer_letters
from tests.people import People

FIGURES: dict[str, Any] = {
    "label": "Letter about lateness",
    "from": "2026-11-02",
    "to": "2026-11-09",
    "lates": [["2026-11-09", "am", "U", 45], ["2026-11-02", "am", "L", 12], ["2026-11-05", "pm", "L", None]],
}


def test_the_letter_lists_each_late_and_their_sum(people: People, monday_morning: dt.datetime) -> None:
    make_school_answer_letters()
    pupil = make_pupil()
    letter = propose_letter(
        pupil, template="lateness", origin="lateness finding 1", figures=FIGURES, by=people.alma, at=monday_morning
    )
    words = paper.words(letter, on=monday_morning.date())
    assert words["ground"].sums == (2, 1, 57, 1)
    assert [late.date.day for late in words["ground"].lates] == [2, 5, 9]
    html = " ".join(paper.letter_html(letter, None, None, on=monday_morning.date()).split())
    for said in ("arrived late 3 times since 2 November 2026, 57 minutes in all", "Thursday 5 November 2026, afternoon",
                 "not recorded", "2 before close, 1 after", "counts as an absence for the whole session"):  # fmt: skip
        assert said in html


def test_a_letter_without_its_lates_is_not_drafted(people: People, monday_morning: dt.datetime) -> None:
    with pytest.raises(ValidationError, match="not complete"):
        propose_letter(
            make_pupil(), template="lateness", origin="x", figures={"label": "x"}, by=people.alma, at=monday_morning
        )
