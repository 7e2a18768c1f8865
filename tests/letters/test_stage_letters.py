"""The letters that stages ask for: each says what its policy says it must, from its frozen figures."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection

from attendance_mat.trust.actions import adopt_policy
from letters import actions, queries
from letters.gateways import paper, pdf
from letters.models import Letter
from registers.models import Pupil
from tests.letters.paper import MISSED, evidence, make_absentee, make_school_answer_letters, text_of
from tests.people import People

NAME = "Mira Lindholm"
TWO_WEEKS: dict[str, dict[str, Any]] = {
    "this_week": {"from": "2026-11-16", "to": "2026-11-20", "present": 9, "possible": 10},
    "last_week": {"from": "2026-11-09", "to": "2026-11-13", "present": 8, "possible": 10},
}  # fmt: skip
SAYS = {
    "concern-letter-1": ["every week", "whether it has risen or fallen", "attended 10 of 20 possible"],
    "concern-letter-2": ["attendance surgery", "local authority", "not a penalty notice"],
    "weekly-message": ["rose", "9 of 10 sessions: 90.0%", "8 of 10 sessions: 80.0%"],
    "postcard": ["Thank you, and well done"],
    "end-of-year-letter": ["persistent absence: 10% or more", "Stage two", "the new school year will be better"],
    "medical-evidence": ["prescription", "appointment card", "Please do not pay for anything"],
    "attendance-notice": ["registration certificate", "first day of any absence", "achieve more", "sections 7 and 444"],
    "medical-evidence-required": ["We have written to you before", "court", "named member of staff"],
    "persistent-absence-notice": ["10% or more", "Early Help Assessment", "attendance team"],
    "planning-meeting": ["attendance planning meeting", "voluntary", "sections 7 and 444"],
    "signed-letter-request": ["sign the letter", "not asking for medical evidence"],
    "meeting-invitation": ["attendance officer", "what is getting in the way"],
    "reason-request": ["do not yet know why", "5 school days", "Mon 9 Nov 2026"],
    "suspected-leave": ["We may be wrong", "visit you at home", "10 sessions", "not a penalty notice"],
    "no-contact": ["get in touch today, on 01632 960123", "is safe"],
    "letter-home": ["attendance clinic", "attended 10 of 20 possible"],
}
STAGE_LETTERS = [
    name for name in paper.TEMPLATES if name not in {"attendance-concern", "leave-granted", "leave-refused", "lateness"}
]


@pytest.fixture
def later(monday_morning: dt.datetime) -> dt.datetime:
    """Return a minute after the marks were received."""
    return monday_morning + dt.timedelta(minutes=1)


@pytest.fixture
def pupil(people: People) -> Pupil:
    make_school_answer_letters()
    return make_absentee(people.tess)


def figures_of(template: str, **besides: object) -> dict[str, Any]:
    """Return the figures a stage gives a letter."""
    weeks = TWO_WEEKS if template == "weekly-message" else {}
    return {**evidence(), "rule": "stage_two", "label": "Stage two", "next_stage": "Stage two", **weeks, **besides}


def propose(
    pupil: Pupil, template: str, *, people: People, at: dt.datetime, figures: Mapping[str, Any] | None = None
) -> Letter:
    """Propose a stage's letter about an absentee."""
    given = figures_of(template) if figures is None else figures
    return actions.propose_letter(pupil, template=template, origin="stage 1", figures=given, by=people.alma, at=at)


def read(letter: Letter, *, people: People, on: dt.date) -> str:
    """Return the words of the letter as the first household gets it on paper."""
    household = queries.recipients(letter.pupil, asked_by=people.alma).households[0]
    return text_of(pdf.render(paper.letter_html(letter, household, queries.certificate_for(letter), on=on)))


def test_every_stage_letter_is_described_here() -> None:
    assert sorted(SAYS) == sorted(STAGE_LETTERS)


@pytest.mark.parametrize("template", STAGE_LETTERS)
def test_a_stages_letter_says_what_it_must(pupil: Pupil, people: People, later: dt.datetime, template: str) -> None:
    letter = propose(pupil, template, people=people, at=later)
    words = read(letter, people=people, on=later.date())
    for said in (NAME, "Our reference: L", *SAYS[template]):
        assert said in words
    assert "fit note" not in words
    assert paper.TEMPLATES[template].subject in words


@pytest.mark.parametrize("template", STAGE_LETTERS)
def test_a_stages_letter_can_be_written_of_a_finding_without_sessions(
    pupil: Pupil, people: People, later: dt.datetime, template: str
) -> None:
    nothing: dict[str, object] = {"sessions": [], "from": None, "to": None, "arithmetic": ""}
    letter = propose(pupil, template, people=people, at=later, figures=figures_of(template, **nothing))
    words = read(letter, people=people, on=later.date())
    assert NAME in words
    assert "The sessions this letter is about" not in words
    assert "None" not in words


def test_the_advance_letters_are_signed_by_their_officer_and_enclose_the_register(
    pupil: Pupil, people: People, later: dt.datetime
) -> None:
    letter = propose(pupil, "attendance-notice", people=people, at=later)
    words = read(letter, people=people, on=later.date())
    assert "Attendance and Engagement Officer, Alder Primary" in words
    assert f"{MISSED} of 20 possible sessions: 50.0%" in words
    assert "Marks by week" in words


def test_a_letter_lists_the_sessions_missed_and_none_attended(pupil: Pupil, people: People, later: dt.datetime) -> None:
    sessions = [["2026-11-09", "am", "/"], ["2026-11-09", "pm", "\\"], ["2026-11-10", "am", "I"]]
    figures = figures_of("concern-letter-1", sessions=sessions)
    letter = propose(pupil, "concern-letter-1", people=people, at=later, figures=figures)
    words = read(letter, people=people, on=later.date())
    assert "Tue 10 Nov 2026 Illness" in words
    assert "Mon 9 Nov 2026" not in words


@pytest.mark.parametrize(
    ("last_week", "said"),
    [
        ({"present": 10, "possible": 10}, "fell"),
        ({"present": 9, "possible": 10}, "neither rose nor fell"),
        ({"present": 0, "possible": 0}, "no earlier week"),
        (None, "no earlier week"),
    ],
)
def test_the_weekly_message_compares_two_weeks_on_whole_sessions(
    pupil: Pupil, people: People, later: dt.datetime, last_week: dict[str, int] | None, said: str
) -> None:
    before = last_week and {**TWO_WEEKS["last_week"], **last_week}
    figures = figures_of("weekly-message", last_week=before)
    letter = propose(pupil, "weekly-message", people=people, at=later, figures=figures)
    assert said in read(letter, people=people, on=later.date())


def test_a_week_without_a_session_has_no_figure(pupil: Pupil, people: People, later: dt.datetime) -> None:
    figures = figures_of("weekly-message", this_week={**TWO_WEEKS["this_week"], "present": 0, "possible": 0})
    letter = propose(pupil, "weekly-message", people=people, at=later, figures=figures)
    assert "no figure for the week" in read(letter, people=people, on=later.date())


def test_a_meeting_already_agreed_is_stated_with_its_day_time_and_place(
    pupil: Pupil, people: People, later: dt.datetime
) -> None:
    meeting = {"date": "2026-12-01", "time": "15:30", "place": "the library", "with": "the school nurse",
               "purpose": "what would make mornings easier"}  # fmt: skip
    figures = figures_of("meeting-invitation", meeting=meeting)
    letter = propose(pupil, "meeting-invitation", people=people, at=later, figures=figures)
    words = read(letter, people=people, on=later.date())
    assert "Tuesday 1 December 2026 at 15:30, the library. Also there: the school nurse." in words
    assert "what would make mornings easier" in words


@pytest.mark.parametrize("template", ["signed-letter-request", "reason-request", "suspected-leave"])
def test_a_day_to_answer_by_is_stated_where_one_is_set(
    pupil: Pupil, people: People, later: dt.datetime, template: str
) -> None:
    letter = propose(pupil, template, people=people, at=later, figures=figures_of(template, reply_by="2026-11-30"))
    assert "by Monday 30 November 2026" in read(letter, people=people, on=later.date())


def test_no_contact_names_one_day_or_two(pupil: Pupil, people: People, later: dt.datetime) -> None:
    one_day = figures_of("no-contact", **{"from": "2026-11-20", "to": "2026-11-20"})
    letter = propose(pupil, "no-contact", people=people, at=later, figures=one_day)
    assert "absent on Friday 20 November 2026" in read(letter, people=people, on=later.date())


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("attendance-notice", ["at least 97%", "7 sessions, which is 3.5 school days, or 17.5 hours", "5 hours a day"]),
        ("medical-evidence-required", ["reaches the 97% expected at Alder Primary School", "within 5 school days"]),
        ("persistent-absence-notice", ["at least 97%", "17.5 hours of learning"]),
    ],
)
def test_the_advance_letters_quote_the_policys_own_figures(
    pupil: Pupil, people: People, later: dt.datetime, template: str, said: list[str]
) -> None:
    adopt_policy(people.alder, pack="advance", from_date=dt.date(2026, 9, 1), by=people.member("tara"), at=later)
    connection.tenant.refresh_from_db()
    term = {"from": "2026-11-09", "to": "2026-11-23", "missed": 7}
    figures = figures_of(template, term=term)
    words = read(propose(pupil, template, people=people, at=later, figures=figures), people=people, on=later.date())
    for each in said:
        assert each in words


def test_a_policy_that_reckons_in_no_hours_states_the_days_alone(
    pupil: Pupil, people: People, later: dt.datetime
) -> None:
    figures = figures_of("attendance-notice", term={"from": "2026-11-09", "to": "2026-11-23", "missed": 2})
    words = read(
        propose(pupil, "attendance-notice", people=people, at=later, figures=figures), people=people, on=later.date()
    )
    assert "missed 2 sessions, which is 1 school day." in words
    assert "hours" not in words


@pytest.mark.parametrize(("pack", "head"), [("aspire", "Principal"), ("john_taylor", "Head teacher")])
def test_the_head_signs_by_the_title_the_policy_uses(
    pupil: Pupil, people: People, later: dt.datetime, pack: str, head: str
) -> None:
    adopt_policy(people.alder, pack=pack, from_date=dt.date(2026, 9, 1), by=people.member("tara"), at=later)
    connection.tenant.refresh_from_db()
    words = read(propose(pupil, "letter-home", people=people, at=later), people=people, on=later.date())
    assert f"Ben Okafor {head}, Alder Primary School" in words
