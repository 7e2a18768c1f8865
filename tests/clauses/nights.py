"""A school that has lived under a policy since September 2025: its registers, its nights and what its pages say."""

import datetime as dt
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from attendance_mat.accounts.member import Member
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.clock import LONDON
from attendance_mat.policy.adopted import Override
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.typed import plain
from attendance_mat.trust.adopting import set_value
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation import actions
from escalation.models import CaseTask, Finding, PupilStage
from letters.actions import send_letter
from letters.models import Letter
from registers.models import Assignment, Pupil
from tests.clauses.schools import Adopt
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil
from tests.people import SINCE, People

A_DAY = dt.timedelta(days=1)
FIRST = dt.date(2025, 9, 1)  # a Monday
HALF_TERM = set(weekdays(dt.date(2025, 10, 27), 5))
AUTUMN = [day for day in weekdays(FIRST, 80) if day not in HALF_TERM]  # to Friday 19 December 2025
SPRING = weekdays(dt.date(2026, 1, 5), 30)  # to Friday 13 February 2026
SUMMER = weekdays(dt.date(2026, 2, 23), 25) + weekdays(dt.date(2026, 4, 13), 60)  # the rest of 190 days
YEAR = [*AUTUMN, *SPRING, *SUMMER]
HERE = "/s/alder-primary/"
AGED_TWELVE = dt.date(2013, 3, 4)

Post = tuple[int, str]


def days_to(last: dt.date, n: int | None = None) -> list[dt.date]:
    """Return the school days of 2025/26 up to a day, or the last so many of them."""
    return [day for day in YEAR if day <= last][-(n or 0) :]


def fall(*points: tuple[int, int], code: str = "O") -> str:
    """Return a register that comes by some points, each attended of possible: between two, what is attended first."""
    said, attended, possible = "", 0, 0
    for now, of in points:
        said += "." * (now - attended) + code * (of - possible - now + attended)
        attended, possible = now, of
    return said


def in_words(html: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class Nights:
    """A school under a policy, live since 1 September 2025. Its clock stands where it was last set."""

    def __init__(
        self, school: School, people: People, it_is: Callable[[dt.datetime], None], browse: Callable[[str], Client]
    ) -> None:
        self.school, self.people, self.it_is, self.browse = school, people, it_is, browse
        School.objects.filter(pk=school.pk).update(go_live_date=FIRST)
        school.refresh_from_db()
        hold(YEAR)
        self.begin(FIRST)

    def begin(self, day: dt.date, hour: int = 9) -> dt.datetime:
        """Make it a morning of 2025/26, and return the moment."""
        self.now = dt.datetime.combine(day, dt.time(hour), LONDON)
        self.it_is(self.now)
        return self.now

    def pupil(self, said: str, *, last: dt.date, **fields: Any) -> Pupil:
        """Return a pupil with a parent, whose sessions up to a day's end are spelt out as terms.spell_out has it.

        What comes after a night is not seen by it, though it is written down already.
        """
        pupil = make_pupil(**{"dob": AGED_TWELVE, "from_date": FIRST, "year": 8, **fields})
        make_contact(pupil)
        self.begin(last, 18)
        take_registers({pupil: spell_out(days_to(last, len(said) // 2), said)}, by=self.people.tess)
        return pupil

    def pass_night(self, night: dt.date) -> None:
        """Let a night's check pass and all that follows from it, at half past two the next morning."""
        at = dt.datetime.combine(night + A_DAY, dt.time(2, 30), LONDON)
        self.it_is(at)
        run = actions.run_threshold_check(self.school, as_of=night, at=at)
        assert run is not None
        assert run.error == ""
        handle_waiting_events(at=at)
        actions.after_the_night(self.school, as_of=night, at=at)
        handle_waiting_events(at=at)
        self.now = at

    def page(self, name: str, path: str, **query: str) -> str:
        """Return what a page says to one of the cast."""
        answer = self.browse(name).get(f"{HERE}{path}", query)
        assert answer.status_code == 200
        return in_words(answer.text)

    def post(self, name: str, path: str, **given: str) -> Post:
        """Return the status of what one of the cast sends, and what the answer says."""
        answer = self.browse(name).post(f"{HERE}{path}", given)
        return answer.status_code, in_words(answer.text)

    def put(self, pupil: Pupil, stage: str, *, by: str = "alma", **given: str) -> Post:
        """Have one of the cast put a pupil at a stage that a person decides about."""
        typed = {"stage_key": stage, "reason": "Decided at the meeting.", "because": "", **given}
        return self.post(by, f"pupils/{pupil.pk}/stages/put/", **typed)

    def do(self, task: CaseTask, *, by: str = "alma", **given: str) -> None:
        """Have one of the cast record that a step was done."""
        status, said = self.post(by, f"steps/{task.pk}/do/", **{"outcome": "Done as agreed.", **given})
        assert status == 302, said

    def case_page(self, pupil: Pupil, *, by: str = "alma") -> str:
        """Return what the page of a pupil's case says."""
        return self.page(by, f"cases/{pupil.cases.get(closed_at=None).pk}/")

    def trust_sets_stages(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        """Have the trust set the school's ladders from September, as a function changes those of its policy."""
        ladders = json.loads(json.dumps(plain(policy_for(self.school).terms(Ladders, on=FIRST))["ladders"]))
        change(ladders)
        asked = Override(FIRST, "ladders", {"ladders": ladders}, "Entered from the trust's chart.")
        set_value(asked, school=self.school, by=self.people.member("tara"), at=self.now)
        self.school.refresh_from_db()

    def send(self, letter: Letter, *, by: Member | None = None) -> None:
        """Have a proposed letter sent now."""
        send_letter(letter, by=by or self.people.alma, at=self.now)
        handle_waiting_events(at=self.now)


def steps(pupil: Pupil, does: str, **where: object) -> list[CaseTask]:
    """Return a pupil's steps of a kind that are still to do."""
    rows = CaseTask.objects.filter(case__pupil=pupil, does=does, done_at=None, cancelled_at=None, **where)
    return list(rows.order_by("pk"))


def stages(pupil: Pupil) -> dict[str, dt.date | None]:
    """Return the stages a pupil is at or waits for, with the day each was entered."""
    rows = PupilStage.objects.filter(pupil=pupil, left_on=None, withdrawn_at=None)
    return dict(rows.values_list("stage", "entered_on"))


def reached(pupil: Pupil) -> dict[str, dt.date]:
    """Return the lines a pupil has crossed that stand, with the day each was."""
    return dict(Finding.objects.filter(pupil=pupil, cleared_on=None).values_list("rule", "reached_on"))


def letters(pupil: Pupil) -> list[str]:
    """Return the letters drafted about a pupil that nobody has taken back."""
    return list(Letter.objects.filter(pupil=pupil).exclude(state="withdrawn").values_list("template", flat=True))


@pytest.fixture
def nights(
    adopt: Adopt, people: People, it_is: Callable[[dt.datetime], None], browse: Callable[[str], Client]
) -> Callable[[str], Nights]:
    """Return a function that has Alder Primary School live under a policy, Hana as head of its year 8."""

    def live(name: str) -> Nights:
        school = adopt(name)
        Assignment.objects.create(user=people.user("hana"), year=8, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
        return Nights(school, people, it_is, browse)

    return live
