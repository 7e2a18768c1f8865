"""`check_thresholds` and `show_findings`, as anyone would run them."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from attendance_mat.published.models import CheckRun
from attendance_mat.trust.models import School
from escalation import tasks
from escalation.models import Finding
from registers.models import Pupil
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

DAYS = weekdays(dt.date(2026, 9, 7), 30)
AS_OF = str(DAYS[-1])


@pytest.fixture
def pupils(people: People, alder: School) -> dict[str, Pupil]:
    """Return a pupil away for five weeks, a leaver, a nursery child and one never absent."""
    hold(DAYS)
    made = {
        "away": make_pupil(dob=dt.date(2015, 3, 4)),
        "leaver": make_pupil(dob=dt.date(2015, 3, 4), until_date=DAYS[10]),
        "nursery": make_pupil(dob=dt.date(2023, 3, 4), year=-1),
        "present": make_pupil(dob=dt.date(2015, 3, 4)),
    }
    said = {
        made["away"]: spell_out(DAYS, "O" * 50 + "." * 10),
        made["leaver"]: spell_out(DAYS[:10], "." * 10 + "U" * 10),
        made["nursery"]: spell_out(DAYS, "O" * 60),
        made["present"]: spell_out(DAYS, "." * 60),
    }
    take_registers(said, by=people.tess)
    return made


def found(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    call_command("show_findings", "alder-primary", "--as-of", AS_OF)
    answer: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return answer


def test_findings_are_of_everyone_on_roll_that_year_with_their_evidence(
    pupils: dict[str, Pupil], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = found(capsys)

    rules = {name: [row["rule"] for row in rows if row["upn"] == pupil.upn] for name, pupil in pupils.items()}
    assert rules == {
        "away": ["persistent_absence", "severe_absence", "ten_in_ten_weeks", "twenty_consecutive_days"],
        "leaver": ["persistent_absence", "severe_absence", "ten_in_ten_weeks"],
        "nursery": ["persistent_absence", "severe_absence"],
        "present": [],
    }
    persistent, _, ten, twenty = (row for row in rows if row["upn"] == pupils["away"].upn)
    assert (persistent["value"], persistent["threshold"], persistent["possible"]) == (50, 10, 60)
    assert (ten["value"], ten["threshold"], ten["unit"], len(ten["sessions"])) == (50, 10, "sessions", 50)
    assert (twenty["value"], twenty["threshold"], twenty["unit"]) == (25, 20, "school days")
    assert (twenty["from"], twenty["to"]) == ("2026-09-07", "2026-10-09")
    assert twenty["sessions"][:2] == [["2026-09-07", "am", "O"], ["2026-09-07", "pm", "O"]]
    assert twenty["source"] == "School Attendance (Pupil Registration) (England) Regulations 2024, reg 9(1)(i)"


def test_findings_are_reckoned_from_the_marks_and_never_from_what_is_stored(
    pupils: dict[str, Pupil], capsys: pytest.CaptureFixture[str]
) -> None:
    before = found(capsys)
    call_command("check_thresholds", "alder-primary", "--as-of", AS_OF)
    Finding.objects.update(cleared_on=DAYS[0])
    capsys.readouterr()

    assert found(capsys) == before


def test_a_check_says_a_line_a_school_and_nothing_on_standard_output(
    pupils: dict[str, Pupil], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_thresholds", "--as-of", AS_OF)

    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert lines[0].startswith("alder-primary: 4 pupils, 200 marks, 9 findings, 9 new, 0 cleared, ")
    assert lines[1].startswith("birch-high: 0 pupils")


def test_a_school_that_fails_is_named_and_the_others_are_done(
    pupils: dict[str, Pupil], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(school: School) -> object:
        if school.slug == "alder-primary":
            message = "This school's policy cannot be read."
            raise LookupError(message)
        return policy_for(school)

    from escalation.actions import night  # noqa: PLC0415

    policy_for = night.policy_for
    monkeypatch.setattr(night, "policy_for", broken)

    with pytest.raises(CommandError, match=r"not finished at alder-primary\."):
        call_command("check_thresholds", "--as-of", AS_OF)

    assert "alder-primary: failed. LookupError: This school's policy" in capsys.readouterr().err
    assert CheckRun.objects.get(finished_at__isnull=False).school.slug == "birch-high"


@pytest.mark.parametrize("command", ["check_thresholds", "show_findings"])
def test_a_school_there_is_not_is_refused(alder: School, command: str) -> None:
    with pytest.raises(CommandError, match="There is no school elm"):
        call_command(command, "elm")


def test_without_a_broker_the_queue_is_refused_by_its_cause(alder: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celery.app.control.Control.ping", lambda *_, **__: [])

    with pytest.raises(CommandError, match="No Celery worker answers"):
        call_command("check_thresholds", "--queue")


def test_the_tick_gives_each_school_its_oldest_night_and_one_that_cannot_be_read_holds_up_no_other(
    alder: School, birch: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a school whose calendar cannot be read, and one with two nights due
    given: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.check_school, "delay", lambda **message: given.append(message))

    def night_due(school: School, **_: object) -> dt.date:
        if school.slug == "alder-primary":
            message = "no calendar"
            raise ValueError(message)
        return DAYS[3]

    monkeypatch.setattr(tasks.queries, "night_due", night_due)

    # When the timer ticks, then the other is given its night
    tasks.check_schools_that_are_due()
    assert given == [{"schema_name": "school_birch_high", "as_of": str(DAYS[3])}]


def test_a_school_goes_on_to_its_next_night_when_one_is_done(
    pupils: dict[str, Pupil], alder: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.check_school, "delay", lambda **message: given.append(message))
    School.objects.filter(pk=alder.pk).update(go_live_date=DAYS[-2])

    tasks.check_school(schema_name=alder.schema_name, as_of=str(DAYS[-2]))

    assert given == [{"schema_name": alder.schema_name, "as_of": AS_OF}]
