"""A school that follows one of the policies: what is entered there, and what its policy page says."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from attendance_mat.trust.actions import ALWAYS, adopt_policy
from attendance_mat.trust.models import School
from tests.clauses import clauses
from tests.clauses.law import AGED_TEN, TODAY, beaten
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

Adopt = Callable[[str], School]
Keyed = Callable[..., tuple[str, str]]
Browse = Callable[[str], Client]


@pytest.fixture
def adopt(people: People, monday_morning: dt.datetime) -> Adopt:
    """Return a function that has Alder Primary School follow a policy, and always have followed it."""

    def follow(name: str) -> School:
        school = people.alder
        adopt_policy(school, pack=name, from_date=ALWAYS, by=people.member("tara"), at=monday_morning)
        school.refresh_from_db()
        return school

    return follow


@pytest.fixture
def page_says(adopt: Adopt, browse: Browse) -> Callable[..., None]:
    """Return a function that reads a school's page of its policy and sees that it says what is done of clauses."""

    def read(*ids: str) -> None:
        (name,) = {clauses()[each].policy for each in ids}
        adopt(name)
        page = unescape(browse("ben").get("/s/alder-primary/policy/").text)
        for each in ids:
            said = beaten(each)
            assert said.clause in page
            assert said.instead in page

    return read


@pytest.fixture
def keyed(people: People, browse: Browse) -> Keyed:
    """Return a function that enters a code on this morning's register, and returns what came of it and why."""

    def enter(code: str, *, by: str = "alma", dob: dt.date = AGED_TEN, nature: str = "") -> tuple[str, str]:
        group = make_group()
        pupil = make_pupil(group=group, dob=dob)
        register = make_register(make_session(TODAY, "pm" if code == "\\" else "am"), group)
        row = {"pupil": pupil.pk, "code": code, "base": 0, "made_at": "2026-11-23T08:50:00Z", "nature": nature}
        reply = browse(by).post(
            f"/s/alder-primary/api/registers/{register.pk}/marks/",
            json.dumps({"key": str(uuid.uuid4()), "rows": [row]}),
            content_type="application/json",
        )
        answer = reply.json()["rows"][0]
        return answer["outcome"], answer["why"]

    return enter
