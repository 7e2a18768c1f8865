"""An absence nobody has explained is resolved by a named person within five school days (R8)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.accounts.member import machine
from registers.actions.amending import amend_mark
from registers.actions.resolving import resolve_unexplained
from registers.models import Mark, MarkAmendment
from registers.rules.unexplained import in_words, standing
from tests.factories import amend, make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People

MONDAY = dt.date(2026, 11, 23)
PAGE, RESOLVE = "/s/alder-primary/unexplained/", "/s/alder-primary/unexplained/resolve/"
LOGGING_IN = 6
WEEKS = [day for n in range(60) if (day := dt.date(2026, 11, 2) + dt.timedelta(days=n)).weekday() < 5]


def of(on: dt.date, days: list[dt.date] = WEEKS) -> tuple[int, bool, int, str]:
    found = standing(on, today=MONDAY, school_days=days, limit=5)
    return found.school_days, found.is_due, found.overdue_by, in_words(found, today=MONDAY)


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (dt.date(2026, 11, 20), (1, False, 0, "by the end of Friday 27 November")),
        (dt.date(2026, 11, 17), (4, False, 0, "by the end of Tuesday 24 November")),
        (dt.date(2026, 11, 16), (5, True, 0, "today")),
        (dt.date(2026, 11, 13), (6, True, 1, "1 school day over")),
        (dt.date(2026, 11, 12), (7, True, 2, "2 school days over")),
    ],
)
def test_the_deadline_is_the_end_of_the_fifth_school_day_after_its_own(on: dt.date, found: object) -> None:
    assert of(on) == found


def test_days_on_which_the_school_does_not_meet_are_not_counted() -> None:
    without = [day for day in WEEKS if day not in {dt.date(2026, 11, 18), dt.date(2026, 11, 24)}]
    assert of(dt.date(2026, 11, 16), without) == (4, False, 0, "by the end of Wednesday 25 November")
    assert of(dt.date(2026, 11, 20), WEEKS[:16])[3] == "no date yet: the calendar ends before it"


@given(st.sampled_from(WEEKS[:15]), st.sets(st.sampled_from(WEEKS)))
def test_what_is_due_has_stood_five_school_days_and_no_fewer(on: dt.date, days: set[dt.date]) -> None:
    found = standing(on, today=MONDAY, school_days=sorted(days), limit=5)
    assert found.is_due == (sum(on < day <= MONDAY for day in days) >= 5)
    assert found.until is None or (found.until <= MONDAY) == found.is_due


@pytest.fixture
def unexplained(people: People, monday_morning: dt.datetime):
    """Return a function that has so many children absent without a reason on Monday a week ago, and gives the marks."""

    def make(count: int, on: dt.date = dt.date(2026, 11, 16)) -> list[Mark]:
        make_sessions(dt.date(2026, 11, 16), 10)
        pupils = [make_pupil(surname=f"Row{row:02}", group=make_group()) for row in range(count)]
        return [make_mark(pupil, make_session(on), "N", by=people.tess) for pupil in pupils]

    return make


def test_the_list_tells_age_and_deadline_in_words(unexplained, browse, people) -> None:
    (mark,) = unexplained(1)
    make_mark(mark.pupil, make_session(mark.session.date, "pm"), "\\", by=people.tess)
    unexplained(1, dt.date(2026, 11, 20))
    page = browse("alma").get(PAGE).text
    assert "Today" in page
    assert "By the end of Friday 27 November" in page
    assert "the afternoon says" in page
    assert "Resolve them" in browse("alma").get("/s/alder-primary/today/").text


@pytest.mark.parametrize(
    ("code", "reason"),
    [("O", "No reason could be established."), ("U", "The child came later in the session.")],
)
def test_one_press_resolves_one_in_the_name_of_who_pressed(unexplained, browse, people, code: str, reason: str) -> None:
    mark, _ = unexplained(2)
    assert browse("alma").post(RESOLVE, {"one": f"{code}-{mark.pk}-0"}).status_code == 302
    change = MarkAmendment.objects.get()
    assert (change.mark, change.original_code, change.amended_code, change.reason) == (mark, "N", code, reason)
    assert (change.amended_by, change.amended_by_name, change.kind) == (people.alma.user, "Alma Reyes", "amendment")


def test_several_are_resolved_with_one_reason(unexplained, browse) -> None:
    marks = unexplained(3)
    sent = {"mark": [f"{mark.pk}-0" for mark in marks], "code": "I", "reason": "Parents rang back"}
    assert browse("alma").post(RESOLVE, sent).status_code == 302
    assert set(MarkAmendment.objects.values_list("amended_code", "reason")) == {("I", "Parents rang back")}
    assert "Every absence of earlier days is explained" in browse("alma").get(PAGE).text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"code": "I", "reason": "Rang"}, "Tick the ones that you resolve."),
        ({"mark": "it", "code": "", "reason": "Rang"}, "Choose what it was."),
        ({"mark": "it", "code": "I", "reason": "  "}, "Give a reason: it is kept with each amendment."),
        ({"mark": "it", "code": "B", "reason": "Rang"}, "needs its nature written down."),
        ({"mark": "it", "code": "N", "reason": "Rang"}, "N is not one of the available choices."),
        ({"one": "I-it"}, "Choose what it was."),
        ({"one": "O-x-y"}, "Somebody has resolved one of these already."),
        ({"one": "O"}, "Tick the ones that you resolve."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(unexplained, browse, sent: dict[str, str], said: str) -> None:
    (mark,) = unexplained(1)
    sent = {name: value.replace("it", f"{mark.pk}-0") for name, value in sent.items()}
    response = browse("alma").post(RESOLVE, sent)
    assert response.status_code == 422
    assert said in response.text
    assert "mark" not in sent or "checked" in response.text
    assert not MarkAmendment.objects.exists()


def test_one_that_was_resolved_meanwhile_holds_the_others_back_and_is_named(
    unexplained, browse, people, monday_morning
) -> None:
    first, second = unexplained(2)
    amend(first, "I", by=people.ben, at=monday_morning)
    amend(Mark.objects.get(pk=first.pk), "N", by=people.ben, at=monday_morning)
    sent = {"mark": [f"{first.pk}-0", f"{second.pk}-0"], "code": "O", "reason": "Nobody answered"}
    response = browse("alma").post(RESOLVE, sent)
    assert response.status_code == 422
    assert "Row00, " in response.text
    assert "Someone else changed this mark" in response.text
    assert Mark.objects.get(pk=second.pk).code == "N"


def test_an_explained_absence_is_not_resolved_again(unexplained, people, monday_morning) -> None:
    (mark,) = unexplained(1)
    resolve_unexplained([mark], code="O", reason="Nobody answered", by=people.alma, at=monday_morning)
    mark.refresh_from_db()
    with pytest.raises(ValidationError, match="explained already: the mark says O"):
        resolve_unexplained([mark], code="I", reason="Rang", by=people.alma, at=monday_morning)


def test_a_machine_resolves_none_by_whichever_way(unexplained, monday_morning) -> None:
    (mark,) = unexplained(1)
    timer = machine("Register timer", at=monday_morning)
    for resolve in (
        lambda: resolve_unexplained([mark], code="O", reason="Five days", by=timer, at=monday_morning),
        lambda: amend_mark(mark, code="O", reason="Five days", by=timer, at=monday_morning),
    ):
        with pytest.raises(ValidationError, match="by a named person"):
            resolve()
    assert Mark.objects.get(pk=mark.pk).code == "N"


@pytest.mark.parametrize(("who", "status"), [("tess", 403), ("hana", 403), ("cass", 404), ("olly", 200)])
def test_the_page_is_for_those_who_settle(unexplained, browse, who: str, status: int) -> None:
    unexplained(1)
    assert browse(who).get(PAGE).status_code == status


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_takes_four_queries_however_long(
    unexplained, browse, django_assert_max_num_queries, size: int
) -> None:
    unexplained(size)
    client = browse("alma")
    client.get(PAGE)
    with django_assert_max_num_queries(4 + LOGGING_IN):
        assert client.get(PAGE).status_code == 200
