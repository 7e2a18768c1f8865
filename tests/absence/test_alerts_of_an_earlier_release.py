"""What stood before there was one alert a day, and before detentions were of truancies too, is kept as it was."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection

from absence.models import Detention, Task, TruancyAlert, TruancyFinding
from registers.models import Pupil
from tests.absence.truancy import TODAY, at
from tests.factories import make_pupil
from tests.people import People

ONE_A_DAY = import_module("absence.migrations.0007_one_truancy_alert_a_day")
DETENTIONS = import_module("absence.migrations.0008_detentions_for_truancy_and_by_hand")
TABLES = ("truancyalert", "truancyfinding", "task", "detention")


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a pupil; what is written of alerts stands in tables without any constraint, as before the release."""
    with connection.cursor() as cursor:
        for name in TABLES:
            like = f"(LIKE absence_{name} INCLUDING DEFAULTS INCLUDING IDENTITY)"
            cursor.execute(f"CREATE TEMPORARY TABLE absence_{name} {like} ON COMMIT DROP")
    return make_pupil()


def alert(pupil: Pupil, people: People, kind: str, when: dt.datetime, **besides: object) -> TruancyAlert:
    by = people.alma
    return TruancyAlert.objects.create(
        pupil=pupil, kind=kind, date=TODAY, last_seen="Registration", raised_at=when, raised_by=by.user,
        raised_by_name=by.name, raised_by_role=by.role, **besides,
    )  # fmt: skip


def task(people: People, origin: str, kind: str, words: str = "Ring", role: str = "attendance_officer") -> None:
    by = people.alma
    Task.objects.create(
        kind=kind, words=words, origin=origin, role=role, due_at=at(9), asked_at=at(9), asked_by=by.user,
        asked_by_name=by.name, asked_by_role=by.role,
    )  # fmt: skip


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_several_alerts_open_on_a_day_go_on_as_the_first_with_all_they_were_for(pupil: Pupil, people: People) -> None:
    by = people.alma
    first = alert(pupil, people, "lesson", at(9))
    second = alert(pupil, people, "afternoon", at(13, 30))
    ended = {"ended_at": at(9, 30), "ended_by": by.user, "ending": "found"}
    over = alert(pupil, people, "overdue", at(8, 50), **ended)
    task(people, str(second), "contact")
    task(people, f"{second}, office", "other")
    task(people, f"{first}0", "contact")  # another alert's, whose number begins alike
    run(ONE_A_DAY.FINDINGS)
    found = TruancyFinding.objects.order_by("pk").values_list("alert", "kind", "answer")
    assert list(found) == [(first.pk, "lesson", ""), (first.pk, "afternoon", ""), (over.pk, "overdue", "found")]
    second.refresh_from_db()
    assert (second.ending, second.ended_by_name) == ("joined", "Alma Reyes")
    finding = TruancyFinding.objects.get(kind="afternoon")
    assert list(Task.objects.order_by("pk").values_list("origin", flat=True)) == [
        f"{first}, {finding.origin}", f"{first}, {finding.origin}, office", f"{first}0",
    ]  # fmt: skip


def test_each_way_of_passing_an_alert_on_is_told_from_the_other(pupil: Pupil, people: People) -> None:
    task(people, "truancy alert 4", "safeguarding", "Missing: Alma Reyes sees a link to safeguarding.")
    task(people, "truancy alert 5", "safeguarding", "Missing, and the parents could not be reached.")
    task(people, "movement 6", "safeguarding", "Not released.")
    task(people, "truancy alert 5", "contact")
    run(ONE_A_DAY.PASSED_ON)
    assert list(Task.objects.order_by("pk").values_list("origin", flat=True)) == [
        "truancy alert 4, linked", "truancy alert 5, unreached", "movement 6", "truancy alert 5",
    ]  # fmt: skip


def test_the_detention_that_an_alert_named_is_one_and_those_for_lateness_are_series(
    pupil: Pupil, people: People
) -> None:
    by = people.ben
    said = {"confirmed_at": at(11), "confirmed_by": by.user, "confirmed_by_name": by.name}
    with_one = alert(pupil, people, "lesson", at(9), detention_at=at(15, 10), **said)
    alert(pupil, people, "lesson", at(10), **said)
    ended = {"ended_at": at(12), "ended_by": by.user, "ended_by_name": by.name, "ended_by_role": by.role}
    alert(pupil, people, "lesson", at(8), detention_at=at(15, 10), ending="withdrawn", **ended, **said)
    for finding, number in ((7, 1), (7, 2), (8, 1)):
        Detention.objects.create(
            pupil=pupil, finding_id=finding, number=number, words="Detention", minutes=30, on_date=TODAY,
            offered_at=at(9),
        )  # fmt: skip
    run(DETENTIONS.SERIES)
    run(DETENTIONS.OF_ALERTS)
    one, two, other = Detention.objects.filter(alert__isnull=True).order_by("pk")
    assert one.series == two.series != other.series
    given = Detention.objects.get(alert=with_one.pk)
    assert (given.state, given.on_date, given.starts_at, given.minutes) == ("set", TODAY, dt.time(15, 10), None)
    assert (given.set_by_name, given.set_at, given.reason) == ("Ben Okafor", at(11), "")
