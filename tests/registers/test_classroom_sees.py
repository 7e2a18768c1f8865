"""What a classroom sees on a register: that a child is not expected or elsewhere, never why (decision 6)."""

import datetime as dt
import json
import uuid

import pytest

from registers.actions.expecting import expect_absence
from registers.models import Assignment, Mark, Register
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People

TODAY, FRIDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 20)
SENSITIVE = ["E", "Y5", "M", "C", "V", "D"]


@pytest.fixture
def register(people: People) -> Register:
    """Return this morning's register of Tess's class."""
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    return make_register(make_session(TODAY), make_group())


def page(browse, name: str, register: Register, query: str = "") -> str:
    reply = browse(name).get(f"/s/alder-primary/registers/{register.pk}/{query}")
    assert reply.status_code == 200
    return reply.content.decode()


@pytest.mark.parametrize("code", SENSITIVE)
def test_a_teacher_sees_that_a_child_is_not_expected_and_never_why(
    browse, register: Register, people: People, monday_morning: dt.datetime, code: str
) -> None:
    # Given an absence expected today, and the same code on Friday's register
    pupil = make_pupil(surname="Quill", group=make_group())
    make_mark(pupil, make_session(FRIDAY), code, by=people.alma, nature="At Ormskirk court")
    expect_absence(
        pupil, from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), halves="am", code=code, origin="office",
        nature="At Ormskirk court", by=people.ben, at=monday_morning,
    )  # fmt: skip
    # When the teacher looks, plainly or with the projector
    words = "Elsewhere" if code in {"V", "D"} else "Not expected"
    for query in ("", "?projector"):
        html = page(browse, "tess", register, query)
        # Then the words are there, and neither code, title nor nature
        assert words in html
        assert f">{code}<" not in html
        assert "court" not in html
        assert "They are here" in html
    # And neither does the office's own page on the projector, nor a head of year, who may enter some of these codes
    assert f">{code}<" not in page(browse, "alma", register, "?projector")
    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0], from_date=SINCE)
    assert f">{code}<" not in page(browse, "hana", register)
    # And the office sees the code and its nature
    assert f">{code}<" in page(browse, "alma", register)
    assert "court" in page(browse, "alma", register)


@pytest.mark.parametrize("code", SENSITIVE)
def test_a_teacher_is_not_told_a_code_by_guessing_it(browse, register: Register, people: People, code: str) -> None:
    # Given a mark that the office entered
    pupil = make_pupil(group=make_group())
    make_mark(pupil, register.session, code, by=people.alma, register=register)
    # When the teacher sends that very code, or another
    for guess in (code, "/"):
        row = {"pupil": pupil.pk, "code": guess, "base": 0, "made_at": "2026-11-23T08:50:00Z"}
        reply = browse("tess").post(
            f"/s/alder-primary/api/registers/{register.pk}/marks/",
            json.dumps({"key": str(uuid.uuid4()), "rows": [row]}),
            content_type="application/json",
        )
        # Then both are refused alike, and the mark stands
        answer = reply.json()["rows"][0]
        assert (answer["outcome"], answer["code"]) == ("refused", "")
        assert answer["words"] in {"Not expected", "Elsewhere"}
    assert Mark.objects.get().code == code


def test_the_projector_hides_what_happened_before(browse, register: Register, people: People) -> None:
    make_mark(make_pupil(group=make_group()), make_session(FRIDAY), "N", by=people.tess)
    assert 'class="past"' in page(browse, "tess", register)
    assert 'class="past"' not in page(browse, "tess", register, "?projector")


def test_two_children_of_one_name_are_told_apart(browse, register: Register) -> None:
    for day in (4, 19):
        make_pupil(surname="Twinn", forename="Ada", dob=dt.date(2017, 3, day), group=make_group())
    make_pupil(surname="Solo", forename="Han", dob=dt.date(2017, 5, 1), group=make_group())
    html = page(browse, "tess", register)
    assert "born 4 Mar" in html
    assert "born 19 Mar" in html
    assert "born 1 May" not in html
