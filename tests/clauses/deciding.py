"""Who takes which register, and who decides what an absence was, at a school that follows one of the policies."""

import datetime as dt
import json
import uuid

from registers.models import Assignment, Mark, Pupil
from registers.queries.measures import pupil_measures
from registers.rules.measures import Measures
from tests.clauses.law import TODAY
from tests.clauses.schools import Browse
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

SCHOOL = "/s/alder-primary"


def only_the_designated_teacher_takes_a_register(people: People, browse: Browse) -> None:
    """See that a teacher designated for 7B opens its register and not 7C's, by page or by saving to it."""
    own, other = make_group("7B"), make_group("7C")
    pupil = make_pupil(group=other)
    Assignment.objects.create(
        user=people.tess.user, group=own, weekdays=[TODAY.weekday()], from_date=dt.date(2026, 9, 1)
    )
    session = make_session(TODAY)
    for group, status in ((own, 302), (other, 404)):
        where = f"{SCHOOL}/sessions/{TODAY}/am/groups/{group.pk}/register/"
        assert browse("tess").post(where).status_code == status
    register = make_register(session, other)
    assert browse("tess").get(f"{SCHOOL}/registers/{register.pk}/").status_code == 404
    assert save(browse, "tess", register.pk, pupil, code="/")[0] == 404
    assert not Mark.objects.exists()


def a_note_authorises_nothing_until_it_is_accepted(people: People, browse: Browse) -> None:
    """See that an absence with a parent's note stays N, unauthorised, until somebody who may decides otherwise."""
    group = make_group()
    pupil = make_pupil(group=group)
    register = make_register(make_session(TODAY), group)
    status, row = save(browse, "olly", register.pk, pupil, code="N", comment="Note from home: the day of a festival.")
    assert (status, row["outcome"]) == (200, "saved")
    mark = Mark.objects.get()
    assert (mark.code, mark.comment) == ("N", "Note from home: the day of a festival.")
    assert counted(pupil) == Measures(unauthorised=1)
    amend = f"{SCHOOL}/pupils/{pupil.pk}/marks/{mark.pk}/amend/"
    assert browse("olly").post(amend, {"code": "R", "reason": "The note says so."}).status_code == 422
    assert counted(pupil) == Measures(unauthorised=1)
    answer = browse("ben").post(amend, {"code": "R", "reason": "Accepted."})
    assert answer.status_code == 200, answer.text
    assert counted(pupil) == Measures(authorised=1)


def counted(pupil: Pupil) -> Measures:
    """Return what today counts as for a pupil."""
    return pupil_measures(from_date=TODAY, to_date=TODAY, pupil_ids=[pupil.pk])[pupil.pk]


def save(browse: Browse, name: str, register: int, pupil: Pupil, **row: str) -> tuple[int, dict[str, str]]:
    """Return the status of a mark saved by one of the cast this morning, and what came of it."""
    body = {"pupil": pupil.pk, "base": 0, "made_at": "2026-11-23T08:50:00Z", **row}
    reply = browse(name).post(
        f"{SCHOOL}/api/registers/{register}/marks/",
        json.dumps({"key": str(uuid.uuid4()), "rows": [body]}),
        content_type="application/json",
    )
    return reply.status_code, reply.json()["rows"][0] if reply.status_code == 200 else {}
