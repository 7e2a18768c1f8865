"""What a lesson and the office say of one child: whose mark stands, and who is told where the two differ."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from registers.actions.contradictions import settle_contradiction
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking_lessons import (
    save_lesson_marks,
)
from registers.models import (
    Contradiction,
    ExpectedMark,
    LessonMarkAmendment,
    Mark,
    MarkAmendment,
    Pupil,
    Register,
)
from registers.queries.today import open_contradictions
from tests.clauses.schools import adopt
from tests.factories import make_register
from tests.registers.first_period import TODAY, First, at, first

__all__ = ["adopt", "first"]

Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]


def test_what_the_office_said_since_stays_though_the_code_is_the_lesson_s_own_again(first: First) -> None:
    first.save(at(8, 46), "/")
    first.office(at(8, 47), "N", 1)
    first.office(at(8, 48), "/", 2)
    reply = first.save(at(8, 50), "N", base=1)
    assert first.standing()[0] == "/"
    row = reply["rows"][0]
    assert (row["outcome"], row["code"]) == ("saved", "N")
    assert row["why"].startswith("The statutory mark stays as it is: ")
    assert row["why"].endswith(" The office is told.")


def test_an_arrival_the_office_entered_stays_when_the_lesson_s_minutes_change(first: First) -> None:
    first.save(at(8, 50), "L", minutes_late=1)
    arrived = at(8, 51)
    first.office(at(8, 52), "L", 1, arrived_at=arrived, comment="bus")
    reply = first.save(at(8, 53), "L", base=1, minutes_late=3)
    mark = Mark.objects.get()
    assert (mark.code, mark.arrived_at, mark.comment) == ("L", arrived, "bus")
    assert reply["rows"][0]["why"].endswith("If it is wrong, tell the office.")
    assert not Contradiction.objects.exists()  # both say that the child came


def test_a_mark_the_office_cleared_is_not_written_again_by_another_pupil_s_save(first: First) -> None:
    first.save(at(8, 46), "/")
    first.office(at(8, 47), "", 1)
    first.save(at(8, 48), "", "", "/")
    assert first.standing() == [".", ".", "/"]


def test_a_lesson_still_changes_its_own_mark_again_and_again_and_those_made_offline(first: First) -> None:
    closes = make_register(first.session, first.groups[0]).closes_at
    made, received = at(8, 50), closes + dt.timedelta(minutes=5)
    first.save(at(8, 46), "N")
    first.save(at(8, 47), "/", base=1)
    first.save(at(8, 48), "N", base=2)
    assert first.standing()[0] == "N"
    # A first mark and a change, both made while the statutory register was open and received once it was closed
    first.it_is(received)
    rows = [LessonEntry(first.pupils[0].pk, "/", 3, made), LessonEntry(first.pupils[2].pk, "N", 0, made)]
    save_lesson_marks(first.register, rows, key=uuid4(), digest="", by=first.people.tess, at=received)
    assert first.standing() == ["/", ".", "N"]
    last = MarkAmendment.objects.order_by("-number").first()
    assert last
    assert (last.kind, last.reason, last.source) == ("amendment", "made offline", "lesson")


def test_made_offline_in_the_lesson_is_no_reason_where_the_statutory_register_had_closed_by_then(first: First) -> None:
    first.save(at(8, 47), "N")
    closes, ends = Register.objects.get().closes_at, first.register.ends_at
    made, received = ends - dt.timedelta(minutes=1), ends + dt.timedelta(hours=1)
    assert made > closes
    first.it_is(received)
    entry = LessonEntry(first.pupils[0].pk, "/", 1, made)
    reply = save_lesson_marks(first.register, [entry], key=uuid4(), digest="", by=first.people.tess, at=received)
    assert LessonMarkAmendment.objects.get().reason == "made offline"
    assert first.standing()[0] == "N"
    assert not MarkAmendment.objects.exists()
    assert "The register is closed: say why the mark is amended. The office is told." in reply["rows"][0]["why"]


def test_a_child_here_after_the_close_whose_statutory_mark_says_absent_is_for_the_office_to_settle(
    first: First, browse: Browse
) -> None:
    first.save(at(8, 47), "N", "/")
    closes = Register.objects.filter(group=first.groups[0]).get().closes_at
    reply = first.save(closes + dt.timedelta(minutes=5), "/", base=1)
    row = Contradiction.objects.get()
    assert (row.mark.code, row.lesson_code, row.settled_at) == ("N", "/", None)
    assert "stays as it is" in reply["rows"][0]["why"]
    html = browse("alma").get("/s/alder-primary/today/").content.decode()
    assert "register said “Present”" in html


def test_what_contradicts_a_mark_after_one_was_settled_is_listed_again_and_the_first_stays_as_it_was(
    first: First, browse: Browse
) -> None:
    # Given a contradiction that the office has settled
    first.save(at(8, 47), "N", "/")
    closes = Register.objects.filter(group=first.groups[0]).get().closes_at
    first.save(closes + dt.timedelta(seconds=10), "/", base=1)
    settled_at = closes + dt.timedelta(seconds=20)
    settle_contradiction(Contradiction.objects.get(), outcome="A slip.", by=first.people.alma, at=settled_at)
    # When the lesson says absent, as the mark does, and then again that the child is there
    first.save(settled_at + dt.timedelta(seconds=1), "N", base=2)
    assert open_contradictions(Pupil.objects.all()).count() == 0
    for seconds, base, code in ((2, 3, "/"), (3, 4, "L")):
        given = {"minutes_late": 5} if code == "L" else {}
        first.save(settled_at + dt.timedelta(seconds=seconds), code, base=base, **given)
    # Then it waits for the office once more, once, and what was settled is on record
    again = open_contradictions(Pupil.objects.all()).get()
    assert (again.lesson_code, again.raised_at) == ("/", settled_at + dt.timedelta(seconds=2))
    assert Contradiction.objects.get(settled_at__isnull=False).outcome == "A slip."
    assert "register said “Present”" in browse("alma").get("/s/alder-primary/today/").text


def test_a_child_expected_elsewhere_who_came_is_told_to_the_teacher_where_no_mark_can_be_made(first: First) -> None:
    by = first.people.alma
    ExpectedMark.objects.create(
        pupil=first.pupils[0], from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), code="V", nature="Museum",
        origin="office", granted_by=by.user, granted_by_name=by.name, granted_by_role=by.role, granted_at=at(8, 0),
    )  # fmt: skip
    closes = make_register(first.session, first.groups[0]).closes_at
    reply = first.save(closes + dt.timedelta(minutes=5), "/")
    assert first.standing()[0] == "."
    assert reply["rows"][0]["why"] == (
        "No statutory mark is made. The register is closed: enter when the child arrived. Tell the office."
    )
