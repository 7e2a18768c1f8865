"""The weekly review: messages drafted once a week with the sum, reviews asked for, and the agenda's page."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.policy.ladder import StepImpact
from attendance_mat.published.models import CheckRun
from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Case, CaseTask, PupilStage
from escalation.rules.weeks import TwoWeeks, WeekSum, before_and_after
from letters.models import Letter
from registers.models import Pupil
from registers.rules.calendar import Half, SessionMark
from tests.escalation.on_the_ladder import NIGHT, follow_ladder
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil
from tests.people import People

DAYS = weekdays(dt.date(2026, 9, 7), 55)  # to Friday 20 November
TODAY = dt.date(2026, 11, 23)
WEEK = dt.timedelta(days=7)
LOG_IN = 6


@pytest.fixture
def school(alder: School, people: People, monday_morning: dt.datetime) -> School:
    """Return a school that follows the tests' ladder, checked to Friday 20 November."""
    follow_ladder(alder, by=people.ben)
    hold([*DAYS, *weekdays(TODAY, 15)])
    done(alder, NIGHT, monday_morning)
    return alder


def done(school: School, as_of: dt.date, at: dt.datetime) -> None:
    CheckRun.objects.create(school=school, as_of=as_of, started_at=at, finished_at=at)


def at_second(said: str, people: People, at: dt.datetime, **fields: object) -> PupilStage:
    """Return a pupil's time at the stage that sends weekly messages; the pupil's marks spelt out."""
    pupil = make_pupil(dob=dt.date(2015, 3, 4), surname=f"Wren{Pupil.objects.count()}")
    make_contact(pupil)
    take_registers({pupil: spell_out(DAYS, said)}, by=people.tess)
    case = Case.objects.create(pupil=pupil, stage="Second", next_step="x", due_date=TODAY, opened_at=at)
    given = {"entered_on": DAYS[30], "entered_at": at, "case": case, **fields}
    return PupilStage.objects.create(
        pupil=pupil, pack="national", ladder="attendance", stage="second", label="Second", source="crossing",
        proposed_at=at, **given,
    )  # fmt: skip


FELL = "I" * 20 + "." * 70 + "I" * 2 + "." * 14 + "I" * 4  # eight of ten last week, six of ten this week


def test_at_the_end_of_the_week_each_message_says_whether_attendance_rose_or_fell_once(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    row = at_second("." * 90 + "I" * 10 + "." * 6 + "I" * 4, people, monday_morning)

    for _ in range(2):
        actions.after_the_night(school, as_of=NIGHT, at=monday_morning)

    task = CaseTask.objects.get(does="message")
    letter = Letter.objects.get()
    assert task.words == (
        "Tell the parents of the week. This week 6 of 10 sessions (60.0%), last week 0 of 10 (0.0%): "
        "it rose by 60.0 points."
    )
    assert (task.letter, task.stage, task.due_date) == (letter, row, dt.date(2026, 11, 24))
    assert (letter.template, letter.figures["this_week"]["present"]) == ("weekly-message", 6)
    assert letter.figures["last_week"] == {"from": "2026-11-09", "to": "2026-11-15", "present": 0, "possible": 10}


def test_a_newer_week_takes_the_place_of_a_message_not_yet_sent(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    at_second(FELL, people, monday_morning)
    CheckRun.objects.update(as_of=NIGHT - WEEK)
    actions.after_the_night(school, as_of=NIGHT - WEEK, at=monday_morning - WEEK)
    done(school, NIGHT, monday_morning)

    actions.after_the_night(school, as_of=NIGHT, at=monday_morning)

    states = dict(Letter.objects.order_by("pk").values_list("pk", "state"))
    assert list(states.values()) == ["withdrawn", "proposed"]
    assert CaseTask.objects.filter(does="message", cancelled_because="A newer week takes its place.").count() == 1


@pytest.mark.parametrize("why", ["held", "left", "new", "closed"])
def test_nothing_is_drafted_for_a_pupil_who_is_held_or_has_left_the_stage_or_was_not_here(
    school: School, people: People, monday_morning: dt.datetime, why: str
) -> None:
    over = {"left_on": TODAY, "left_because": "Better."} if why == "left" else {}
    row = at_second("_" * 110 if why == "new" else FELL, people, monday_morning, **over)
    if why == "held":
        actions.place_hold(
            row.pupil, reason="medical", words="In hospital.", from_date=TODAY, until_date=None,
            by=people.member("sadie"), at=monday_morning,
        )  # fmt: skip
    if why == "closed":
        PupilStage.objects.update(case=None)

    actions.after_the_night(school, as_of=NIGHT, at=monday_morning)

    assert not Letter.objects.exists()


@pytest.mark.parametrize(("as_of", "days_later"), [(NIGHT - dt.timedelta(days=1), 0), (NIGHT, 8)])
def test_on_other_days_and_long_after_a_week_has_ended_nothing_is_drafted(
    school: School, people: People, monday_morning: dt.datetime, as_of: dt.date, days_later: int
) -> None:
    at_second(FELL, people, monday_morning)
    CheckRun.objects.update(as_of=as_of)

    actions.after_the_night(school, as_of=as_of, at=monday_morning + dt.timedelta(days=days_later))

    assert not Letter.objects.exists()


def test_a_review_that_is_due_becomes_one_decision(school: School, people: People, monday_morning: dt.datetime) -> None:
    row = at_second(FELL, people, monday_morning, review_on=TODAY)
    at_second(FELL, people, monday_morning, review_on=TODAY + WEEK)

    for _ in range(2):
        actions.after_the_night(school, as_of=NIGHT, at=monday_morning)

    review = CaseTask.objects.get(does="decision")
    assert (review.stage, review.options) == (row, ["Stay at the stage", "Leave the stage"])
    assert review.words.startswith("Review “Second”. This week 6 of 10 sessions (60.0%), last week 8 of 10 (80.0%)")
    assert (review.role, review.due_date) == ("attendance_officer", dt.date(2026, 11, 24))


def test_a_review_of_a_week_without_figures_is_still_asked_for(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    row = at_second("_" * 110, people, monday_morning, review_on=TODAY)
    actions.review_week(actions.occasion_of(school, by=people.alma, at=monday_morning))

    assert CaseTask.objects.get(does="decision", stage=row).words == "Review “Second”."


def page(client: Client, **query: str) -> str:
    response = client.get("/s/alder-primary/reviews/", query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_agenda_lists_those_whose_attendance_fell_with_the_sum(
    school: School, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    fell = at_second(FELL, people, monday_morning, review_on=TODAY, entered_on=DAYS[-1])
    at_second("." * 90 + "I" * 10 + "." * 10, people, monday_morning, entered_on=DAYS[0], left_on=DAYS[-2])

    said = page(browse("alma"))

    assert "The week that ends on Friday 20 November 2026." in said
    assert "This week 6 of 10 sessions (60.0%), last week 8 of 10 (80.0%): it fell by 20.0 points." in said
    assert said.count("it fell by") == 1
    assert f"{fell.pupil.list_name}</a>: Second, Fri 20 Nov 2026" in said
    assert "Second, Thu 19 Nov 2026" in said
    assert "Mon 23 Nov 2026" not in said.split("Reviews due")[0]
    assert "Fri 27 Nov 2026" in said.split("Tracking dates")[1]


@pytest.mark.parametrize("week", ["2026-11-12", "2026-11-13"])
def test_another_week_is_chosen_in_the_address_and_what_is_no_week_shows_the_last(
    school: School, browse: Callable[[str], Client], week: str
) -> None:
    client = browse("alma")

    assert "The week that ends on Friday 13 November 2026." in page(client, week=week)
    for odd in ("soon", "0001-01-01", "9999-12-31", "2026-08-12"):
        assert "The week that ends on Friday 20 November 2026." in page(client, week=odd)


def test_the_agenda_costs_the_same_for_two_pupils_and_for_twenty(
    school: School, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime,
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    client = browse("alma")
    page(client)

    def with_pupils(n: int) -> None:
        for _ in range(n):
            at_second(FELL, people, monday_morning, review_on=TODAY)
        with django_assert_num_queries(LOG_IN + 8):
            page(client)

    with_pupils(2)
    with_pupils(18)


def test_a_school_without_sessions_has_no_week_to_review(
    alder: School, browse: Callable[[str], Client], people: People
) -> None:
    follow_ladder(alder, by=people.ben)

    assert "No week to review yet" in page(browse("alma"))


def test_before_and_after_is_shown_for_each_stage_and_letter_of_a_month(
    school: School, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime,
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    client, here = browse("alma"), "/s/alder-primary/impact/"
    client.get("/s/alder-primary/reviews/")  # asks for the school's policy, which is then known
    for n in (1, 9):
        for _ in range(n):
            at_second("." * 90 + "I" * 10 + "." * 10, people, monday_morning, entered_on=DAYS[49])
        with django_assert_num_queries(LOG_IN + 4):
            said = client.get(here, {"month": "2026-11"}).content.decode()
    # Ten sessions missed in the five days up to the one of the stage, and none in the five after it
    assert "Before: 2 of 10 sessions (20.0%); after: 10 of 10 (100.0%): up 80.0 points." in said
    for odd in ("2026-13", "0001-01", "x", "2031-01"):
        assert client.get(here, {"month": odd}).status_code == 200
    assert "No letter was sent" in client.get(here, {"month": "2026-09"}).content.decode()


TERMS = StepImpact(most_school_days=20, read_days=70)


def of(present: int, possible: int) -> WeekSum:
    return WeekSum(dt.date(2026, 11, 16), dt.date(2026, 11, 20), present, possible)


@pytest.mark.parametrize(
    ("now", "then", "change", "words"),
    [
        (of(9, 10), of(8, 10), 1, "it rose by 10.0 points."),
        (of(8, 10), of(9, 10), -1, "it fell by 10.0 points."),
        (of(4, 8), of(5, 10), 0, "no change."),
        (of(2, 3), of(1, 3), 1, "it rose by 33.3 points."),
        (of(5, 10), None, 0, "there is no week to set beside it."),
        (of(5, 10), of(0, 0), 0, "there is no week to set beside it."),
        (of(0, 0), of(5, 10), 0, "there is no week to set beside it."),
    ],
)
def test_two_weeks_are_compared_on_whole_sessions(now: WeekSum, then: WeekSum | None, change: int, words: str) -> None:
    both = TwoWeeks(now, then)

    assert (both.change, both.fell) == (change, change < 0)
    assert both.in_words.endswith(words)
    assert both.as_figures()["last_week"] == (then.as_figures() if then else None)
    assert of(0, 0).percent == "none"


def test_as_many_days_are_counted_before_a_step_as_after_it() -> None:
    marks = [SessionMark(day, half, "/" if day > DAYS[5] else "I") for day in DAYS for half in Half]

    compared = before_and_after(marks, DAYS, step_on=DAYS[5], until=DAYS[-1], terms=TERMS)

    assert compared is not None
    assert (compared.before.possible, compared.after.possible) == (10, 10)
    assert compared.in_words == "Before: 0 of 10 sessions (0.0%); after: 10 of 10 (100.0%): up 100.0 points."
    assert before_and_after(marks, DAYS, step_on=DAYS[-1], until=DAYS[-1], terms=TERMS) is None
    assert before_and_after(marks, DAYS, step_on=DAYS[0], until=DAYS[-1], terms=TERMS) is None
    nothing = before_and_after([], DAYS, step_on=DAYS[5], until=DAYS[-1], terms=TERMS)
    assert nothing is not None
    assert nothing.in_words == "Before: 0 of 0 sessions (none); after: 0 of 0 (none)."
    down = before_and_after(
        [SessionMark(day, Half.AM, "I" if day > DAYS[5] else "/") for day in DAYS],
        DAYS,
        step_on=DAYS[5],
        until=DAYS[-1],
        terms=TERMS,
    )
    assert down is not None
    assert down.in_words.endswith("down 100.0 points.")
