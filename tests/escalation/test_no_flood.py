"""No flood: a school that begins with a year of marks behind it writes to nobody about what lies before."""

import csv
import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path

import pytest

from attendance_mat.accounts.member import Member
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.trust.models import PolicyAdoption, School
from escalation.actions import after_the_night, run_threshold_check
from escalation.models import Case, CaseTask, Finding, PupilStage
from escalation.rules.findings import Rule
from letters.models import Letter
from registers.actions.importing import Kind
from registers.models import Pupil
from registers.rules.calendar import LONDON, Half
from tests.escalation.histories import History, row
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil
from tests.people import People
from tests.registers.files import Importer

PACKS = ("national", "aspire", "advance", "wigston", "hertfordshire", "john_taylor")
SEPTEMBER = dt.date(2026, 9, 1)
LAST_YEAR = weekdays(dt.date(2025, 9, 8), 190)
GO_LIVE = dt.date(2026, 11, 23)
MOMENT = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)
ABSENT = ("", "O" * 30, "I" * 24, "OI" * 40, "N" * 12, "G" * 10, "U" * 16, "C" * 60)


def follow(school: School, pack: str, *, by: Member, go_live: dt.date) -> None:
    """Have a school follow a pack from last school year on, and go live on a day."""
    PolicyAdoption.objects.create(
        school=school, pack=pack, from_date=dt.date(2025, 9, 1), adopted_at=dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
    )
    School.objects.filter(pk=school.pk).update(go_live_date=go_live, policy_version=uuid.uuid4())
    school.refresh_from_db()


def pass_night(school: School, night: dt.date) -> None:
    """Let a night's check pass and all that follows from it, at half past two the next morning."""
    at = dt.datetime.combine(night + dt.timedelta(days=1), dt.time(2, 30), dt.UTC)
    run = run_threshold_check(school, as_of=night, at=at)
    assert run is not None
    assert run.error == ""
    handle_waiting_events(at=at)
    after_the_night(school, as_of=night, at=at)
    handle_waiting_events(at=at)


def sent_or_set() -> tuple[int, int, int]:
    """Return how many letters are proposed, tasks set and cases open."""
    return Letter.objects.count(), CaseTask.objects.count(), Case.objects.count()


def marks_file(marks: Iterable[tuple[Pupil, dict[tuple[dt.date, Half], str]]]) -> str:
    """Return marks.csv of some pupils."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["upn", "date", "am", "pm"])
    for pupil, said in marks:
        for day in sorted({day for day, _ in said}):
            writer.writerow([pupil.upn, day.isoformat(), said.get((day, Half.AM), ""), said.get((day, Half.PM), "")])
    return out.getvalue()


@pytest.mark.parametrize("pack", PACKS)
def test_a_full_year_imported_midway_leads_to_no_letter_and_no_task(
    pack: str, alder: School, people: People, tmp_path: Path, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a school that goes live today, with last year and this autumn in its registers and every sort of absence
    follow(alder, pack, by=people.alma, go_live=GO_LIVE)
    days = [*LAST_YEAR, *AUTUMN]
    hold([*days, GO_LIVE, GO_LIVE + dt.timedelta(days=1)])
    marks = []
    for absent in ABSENT:
        pupil = make_pupil(dob=dt.date(2015, 3, 4), from_date=dt.date(2025, 9, 1))
        make_contact(pupil)
        of_year = (absent + "." * 380)[:380]
        of_autumn = ("." * 110 + absent)[-110:-4] + "...."
        marks.append((pupil, spell_out(days, of_year + of_autumn)))

    # When the marks are imported, and two nights pass
    Importer(tmp_path, alder, people.alma).take(Kind.MARKS, marks_file(marks))
    pass_night(alder, AUTUMN[-1])
    it_is(dt.datetime(2026, 11, 24, 8, 50, tzinfo=LONDON))
    take_registers({pupil: spell_out([GO_LIVE], "..") for pupil, _ in marks}, by=people.tess)
    pass_night(alder, GO_LIVE)

    # Then lines are known to be crossed, and nothing follows from it
    crossed = set(Finding.objects.filter(cleared_on__isnull=True).values_list("rule", flat=True))
    assert Rule.TEN_IN_TEN_WEEKS in crossed
    assert crossed - set(Rule) or pack == "national"
    assert sent_or_set() == (0, 0, 0)
    assert not PupilStage.objects.exists()


@pytest.mark.parametrize("code", ["O", "I", "N", "C", "U"])
@pytest.mark.parametrize("pack", PACKS)
def test_one_absence_in_the_first_five_days_of_september_leads_to_no_letter(
    pack: str, code: str, alder: School, people: People
) -> None:
    # Given a school that is live, and a pupil who misses one session of the first five days
    follow(alder, pack, by=people.alma, go_live=SEPTEMBER)
    hold(AUTUMN)
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    make_contact(pupil)
    first = AUTUMN[:5]
    take_registers({pupil: spell_out(first, f"..{code}.......")}, by=people.tess)

    # When each of the five nights has passed
    for night in first:
        pass_night(alder, night)

    # Then no letter is proposed
    assert Letter.objects.count() == 0


def test_a_stage_brought_by_a_history_does_not_begin_again_before_its_review(
    alder: School, people: People, tmp_path: Path, monday_morning: dt.datetime
) -> None:
    # Given Wigston's policy, and two pupils who fall to 95 percent on Friday: one came to stage two on Thursday, by the
    # school's own history
    follow(alder, "wigston", by=people.alma, go_live=SEPTEMBER)
    hold(AUTUMN)
    known, new = (make_pupil(dob=dt.date(2015, 3, 4)) for _ in range(2))
    for pupil in (known, new):
        make_contact(pupil)
    said = spell_out(AUTUMN, "." * 100 + "OOOO....OO")
    take_registers({known: said, new: said}, by=people.tess)
    history = History(Importer(tmp_path, alder, people.alma), monday_morning)
    history.take(row(upn=known.upn, name="stage_two", date="2026-11-19"))

    # When the night of Friday passes
    pass_night(alder, AUTUMN[-1])

    # Then both have crossed the line of stage two, and it is proposed for the second alone, with no letter of it yet
    assert Finding.objects.filter(rule="stage_two", reached_on=AUTUMN[-1]).count() == 2
    at_stage = PupilStage.objects.filter(stage="stage_two").order_by("pupil")
    assert list(at_stage.values_list("pupil", "source")) == [(known.pk, "history"), (new.pk, "crossing")]
    assert not Letter.objects.filter(pupil=known, template="concern-letter-1").exists()


def test_a_policy_taken_up_in_november_writes_to_nobody_who_was_below_its_line_before(
    alder: School, people: People
) -> None:
    # Given a school live since September by the national rules, and one pupil at 90 percent all autumn, another at 100
    follow(alder, "national", by=people.alma, go_live=SEPTEMBER)
    hold(AUTUMN)
    low, falling = make_pupil(dob=dt.date(2015, 3, 4)), make_pupil(dob=dt.date(2015, 3, 4))
    make_contact(low)
    make_contact(falling)
    said = {low: "I.................." * 6, falling: "." * 100 + "IIIIIIIIII"}
    take_registers(
        {pupil: spell_out(AUTUMN, (codes + "." * 110)[:110]) for pupil, codes in said.items()}, by=people.tess
    )

    # When it takes up Advance's policy from the week in which the second pupil falls ill, and the week's nights pass
    taken_up = AUTUMN[-5]
    PolicyAdoption.objects.create(school=alder, pack="advance", from_date=taken_up, adopted_at=MOMENT)
    School.objects.filter(pk=alder.pk).update(policy_version=uuid.uuid4())
    alder.refresh_from_db()
    for night in AUTUMN[-5:]:
        pass_night(alder, night)

    # Then only who came below the line under that policy is written to
    assert set(Finding.objects.filter(rule="a1", cleared_on=None).values_list("pupil", flat=True)) == {
        low.pk,
        falling.pk,
    }
    assert set(Letter.objects.values_list("pupil", flat=True)) == {falling.pk}
