"""A mark amended in November 2025 at a school that follows one of the policies, and what its page then shows."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from attendance_mat.clock import LONDON
from registers.models import Mark, MarkAmendment
from tests.clauses.schools import Browse
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

MONDAY = dt.date(2025, 11, 3)
JOINED = dt.date(2025, 9, 1)
SetClock = Callable[[dt.datetime], None]


def make_unexplained(people: People, it_is: SetClock) -> Mark:
    """Return an N of Monday 3 November 2025, made that morning in 7B."""
    group = make_group("7B")
    pupil = make_pupil(group=group, surname="Wren", from_date=JOINED, dob=dt.date(2013, 10, 1))
    register = make_register(make_session(MONDAY), group)
    it_is(register.opened_at)
    return make_mark(pupil, register.session, "N", by=people.tess, register=register)


def amend_by_page(mark: Mark, browse: Browse, *, by: str = "alma", **given: str) -> tuple[int, str]:
    """Return the status of an amendment sent from the pupil's page, and what the answer says."""
    answer = browse(by).post(f"/s/alder-primary/pupils/{mark.pupil_id}/marks/{mark.pk}/amend/", given)
    return answer.status_code, answer.text


def all_six_are_kept_and_shown(people: People, it_is: SetClock, browse: Browse) -> None:
    """See that N changed to I the next day keeps original, amended, reason, date, name and role, and stays as it is;
    without a reason it is refused."""
    mark = make_unexplained(people, it_is)
    it_is(dt.datetime(2025, 11, 4, 9, 30, tzinfo=LONDON))
    for reason in ("", "   "):
        status, said = amend_by_page(mark, browse, code="I", reason=reason)
        assert (status, MarkAmendment.objects.count()) == (422, 0)
        assert "Give a reason" in said
    assert amend_by_page(mark, browse, code="I", reason="Mother rang: a cold.")[0] == 200
    kept = MarkAmendment.objects.get()
    assert (kept.original_code, kept.amended_code, kept.reason) == ("N", "I", "Mother rang: a cold.")
    assert (kept.received_at.astimezone(LONDON).date(), kept.amended_by_name, kept.amended_by_role) == (
        dt.date(2025, 11, 4), "Alma Reyes", "attendance_officer",
    )  # fmt: skip
    page = browse("ben").get(f"/s/alder-primary/pupils/{mark.pupil_id}/?year=2025&mark={mark.pk}").text
    for particular in ("Mother rang: a cold.", "Tue 4 Nov 2025", "Alma Reyes, attendance officer"):
        assert particular in page
    for change in ("UPDATE registers_markamendment SET reason = 'x'", "DELETE FROM registers_markamendment"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
