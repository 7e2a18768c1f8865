"""A term of a school in which pupils come late, and the policy of what that leads to."""

import datetime as dt
import uuid
from typing import Any

from absence.models import Detention, LatenessFinding, Task
from attendance_mat.accounts.member import Member
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.policy.adopted import Override
from attendance_mat.trust.adopting import set_value
from attendance_mat.trust.models import School
from registers.actions.amending import amend_mark
from registers.actions.entering import Entry
from registers.actions.saving import save_marks
from registers.models import Mark, Pupil
from tests.conftest import LONDON
from tests.escalation.terms import hold, weekdays
from tests.factories import make_group, make_register, make_session
from tests.people import People

FIRST = dt.date(2025, 9, 1)
MONDAY = dt.date(2025, 11, 3)  # the first day after half term
HALF_TERM = set(weekdays(dt.date(2025, 10, 27), 5))
AUTUMN = [day for day in weekdays(FIRST, 80) if day not in HALF_TERM]  # to Friday 19 December 2025
SINCE = dt.date(2024, 9, 1)


def autumn(people: People) -> School:
    """Put the autumn of 2025 into the calendar, at a school live since then."""
    hold(AUTUMN)
    School.objects.filter(pk=people.alder.pk).update(go_live_date=FIRST)
    people.alder.refresh_from_db()
    return people.alder


def step(does: str, lates: int | None, **besides: Any) -> dict[str, Any]:
    """Return a step of lateness as a policy sets it: over a half term, of L, unless told otherwise."""
    words = {"words": f"Step of {does}", "per": "half_term", "codes": ["L"]}
    return {"does": does, "lates": lates, **words, **besides}


def set_steps(people: People, *steps: dict[str, Any], if_missed: list[dict[str, Any]] | None = None) -> None:
    """Have the trust set what lateness leads to at the school."""
    values: dict[str, Any] = {"steps": list(steps), "if_missed": if_missed or []}
    asked = Override(SINCE, "lateness_steps", values, "The school's own numbers.")
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    set_value(asked, school=people.alder, by=people.member("tara"), at=now)
    people.alder.refresh_from_db()


def moment(on: dt.date, clock: str = "09:05") -> dt.datetime:
    """Return a time of a day in London."""
    return dt.datetime.combine(on, dt.time.fromisoformat(clock), tzinfo=LONDON)


def comes_late(
    pupil: Pupil, on: dt.date, *, by: Member, code: str = "L", minutes: int = 10, comment: str = "", group: str = "4A"
) -> Mark:
    """Save a late mark on the pupil's register, as the office does, and let what follows from it happen."""
    register = make_register(make_session(on), make_group(group))
    at = register.opened_at + dt.timedelta(minutes=minutes)
    entry = Entry(pupil.pk, code, 0, made_at=at, minutes_late=minutes, comment=comment)
    key = uuid.uuid4()
    reply = save_marks(register, [entry], key=key, digest=str(key), by=by, at=at)
    assert [row["outcome"] for row in reply["rows"]] == ["saved"], reply["rows"]
    handle_waiting_events(at=at)
    return Mark.objects.get(pupil=pupil, session=register.session)


def correct(mark: Mark, code: str, *, by: Member) -> None:
    """Amend a mark, as somebody does who finds that it is wrong, and let what follows from it happen."""
    fresh = Mark.objects.get(pk=mark.pk)
    amend_mark(fresh, code=code, reason="It was another child", by=by, at=moment(fresh.session.date, "15:00"))
    handle_waiting_events(at=moment(fresh.session.date, "15:00"))


def asked_of(pupil: Pupil) -> list[str]:
    """Return the kinds of task that wait about a pupil."""
    rows = Task.objects.filter(pupil=pupil, done_at__isnull=True, dropped_at__isnull=True)
    return sorted(rows.values_list("kind", flat=True))


def detentions(pupil: Pupil) -> list[tuple[str, int, dt.date, str]]:
    """Return a pupil's detentions: kind, minutes, day and state."""
    rows = Detention.objects.filter(pupil=pupil).order_by("on_date", "pk")
    return list(rows.values_list("words", "minutes", "on_date", "state"))


def found(pupil: Pupil, *, withdrawn: bool = False) -> list[tuple[str, int]]:
    """Return a pupil's steps that stand, or were withdrawn: what each does, and the number that was reached."""
    rows = LatenessFinding.objects.filter(pupil=pupil, withdrawn_at__isnull=not withdrawn)
    return list(rows.values_list("does", "number"))
