"""Wigston Academies Trust on lateness."""

import datetime as dt
import re
from dataclasses import replace

from absence.actions.detentions import record_missed
from absence.models import Detention
from attendance_mat.policy.lateness import LatenessSteps
from attendance_mat.policy.typed import plain
from attendance_mat.trust.policy import policy_for
from letters.models import Letter
from registers.models import Assignment, Mark
from tests.absence.lateness import FIRST, autumn, comes_late, detentions, moment, set_steps
from tests.absence.test_lateness_pages import table
from tests.clauses import proves
from tests.clauses.coding import Code
from tests.clauses.lateness import ABSENT, LATE, arrives_at, set_for_alder
from tests.clauses.schools import Adopt, Browse
from tests.escalation.terms import weekdays
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

MONDAY = dt.date(2025, 11, 3)
WEEK = weekdays(MONDAY, 5)


@proves("WAT-3.16")
def test_a_head_of_year_reports_a_weeks_lates_by_tutor_group_and_the_rows_sum(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("wigston")
    autumn(people)
    hana = people.member("hana")
    Assignment.objects.create(user=hana.user, year=7, weekdays=[0], from_date=FIRST)
    groups = [make_group(name) for name in ("7A", "7B", "7C")]
    often = make_pupil(surname="Often", group=groups[0], year=7, from_date=FIRST)
    for day in (3, 5, 7):
        comes_late(often, dt.date(2025, 11, day), by=people.alma, minutes=4, comment="Overslept", group="7A")
    for number in range(19):
        group = groups[number % 3]
        pupil = make_pupil(group=group, year=7, from_date=FIRST)
        make_mark(pupil, make_session(WEEK[number % 5]), "L", by=people.tess, group=group, minutes_late=6)
    elsewhere = make_pupil(group=make_group("8A"), year=8, from_date=FIRST)
    make_mark(elsewhere, make_session(MONDAY), "L", by=people.tess, group=make_group("8A"))
    page = "/s/alder-primary/lateness/?from_date=2025-11-03&to_date=2025-11-07"
    by_pupil = table(browse("hana").get(page).text)
    assert by_pupil[0][0].startswith("Often")
    assert by_pupil[0][2] == "3"
    rows = table(browse("hana").get(page + "&by=group").text)
    assert [row[0] for row in rows] == ["7A", "7B", "7C", "Sum of 3 lines"]
    assert sum(int(row[3]) for row in rows[:-1]) == int(rows[-1][3]) == 22
    record = browse("hana").get(f"/s/alder-primary/pupils/{often.pk}/?year=2025").text
    assert "Overslept" in record


@proves("WAT-3.19")
def test_a_detention_not_attended_has_the_next_sanction_scheduled(adopt: Adopt, people: People, browse: Browse) -> None:
    adopt("wigston")
    autumn(people)
    pupil = make_pupil(group=make_group(), from_date=FIRST)
    comes_late(pupil, dt.date(2025, 11, 4), by=people.alma)
    browse("alma").post(f"/s/alder-primary/lateness/detentions/{Detention.objects.get().pk}/missed/")
    first, second = detentions(pupil)
    assert first == ("Detention the same day", 60, dt.date(2025, 11, 4), "missed")
    assert (second[0], second[1], second[3]) == ("Detention of two hours", 120, "set")
    # A second press schedules nothing more
    record_missed(Detention.objects.get(number=1), by=people.alma, at=moment(WEEK[3]))
    assert Detention.objects.count() == 2


@proves("WAT-4.03")
def test_a_close_set_at_five_past_nine_parts_late_from_absent(adopt: Adopt, people: People) -> None:
    adopt("wigston")
    set_for_alder(people, "register_open", minutes=30)  # the policy names none: registers are called at 08:35
    assert arrives_at("09:00", people=people) == ("L", LATE)
    assert arrives_at("09:10", people=people) == ("U", ABSENT)


@proves("WAT-7.11")
def test_a_reason_that_is_not_accepted_warns_beside_an_authorised_code_and_m_may_stand(
    adopt: Adopt, code: Code
) -> None:
    adopt("wigston")
    tried = code(code="I", was="U", reason="Missed bus")
    assert (tried.status, tried.mark.code) == (200, "I")
    assert "The policy does not accept this reason for an arrival after the register closed: missed bus" in tried.page
    established = code(code="M", was="U", reason="At the dentist, letter seen")
    assert established.mark.code == "M"
    assert "does not accept" not in established.page


@proves("WAT-7.11")
def test_the_page_says_that_u_is_proposed_and_a_person_decides(page_says) -> None:
    page_says("WAT-7.11")


@proves("WAT-7.11")
def test_the_fourth_arrival_after_close_drafts_the_invitation_that_absence_brings(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("wigston")
    autumn(people)
    pupil = make_pupil(group=make_group(), from_date=FIRST, dob=dt.date(2012, 1, 5))
    mondays = [MONDAY + dt.timedelta(weeks=number) for number in range(4)]
    for day in mondays[:3]:
        comes_late(pupil, day, by=people.alma, code="U", minutes=50, comment="Missed bus")
    assert not Letter.objects.exists()
    comes_late(pupil, mondays[3], by=people.alma, code="U", minutes=50, comment="Missed bus")
    letter = Letter.objects.get()
    assert letter.template == "meeting-invitation"
    words = re.sub("<[^>]+>", " ", browse("alma").get(f"/s/alder-primary/letters/{letter.pk}/").text)
    assert "late 4 times from Mon 3 Nov 2025" in " ".join(words.split())
    assert set(Mark.objects.values_list("code", flat=True)) == {"U"}


@proves("WAT-7.13")
def test_the_third_late_of_a_week_is_offered_two_hours_where_the_school_has_set_three(
    adopt: Adopt, people: People
) -> None:
    school = adopt("wigston")
    autumn(people)
    terms = policy_for(school).terms(LatenessSteps, on=MONDAY)
    set_to_three = [replace(step, lates=3) if step.minutes == 120 else step for step in terms.steps]
    set_steps(people, *plain(LatenessSteps(tuple(set_to_three)))["steps"])
    pupil = make_pupil(group=make_group(), from_date=FIRST)
    for day in WEEK[:3]:
        comes_late(pupil, day, by=people.alma)
    assert [(minutes, day, state) for _, minutes, day, state in detentions(pupil)] == [
        (60, WEEK[0], "offered"), (60, WEEK[1], "offered"), (120, WEEK[2], "offered"),
    ]  # fmt: skip
