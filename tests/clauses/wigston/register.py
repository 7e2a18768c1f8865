"""Who takes Wigston's register, when, and what it holds."""

import datetime as dt
from collections.abc import Callable

from django.test import Client

from absence.models import Task
from attendance_mat.accounts.member import machine
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.policy.chasing import RegisterChasing
from attendance_mat.policy.schema import MorningSession
from attendance_mat.policy.school_day import RegisterStatuses
from registers import tasks
from registers.actions.doubting import look_over_registers
from registers.actions.entering import school_policy
from registers.actions.expecting import Wanted, expect_absences
from registers.actions.taking import finish_register, mark_everyone_else_present, open_register
from registers.models import Assignment, ExpectedMark, Mark, PresenceCheck, Register
from registers.rules import codes
from registers.rules.codes import Physical
from registers.rules.expected import Run
from tests.clauses import proves
from tests.clauses.coding import Code, grant, of_that_year
from tests.clauses.law import TODAY, policy_of
from tests.clauses.registering import MONDAY, THIS_YEAR, on_the_day
from tests.clauses.schools import Adopt, Keyed
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People


@proves("WAT-2.02")
def test_two_registers_make_two_marks_a_child_each_of_one_status(
    adopt: Adopt, people: People, monday_morning: dt.datetime, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a group of thirty
    adopt("wigston")
    group = make_group("8B")
    pupils = [make_pupil(group=group) for _ in range(30)]
    # When both registers are taken, one child away and one on a visit in the morning
    for half, at in (("am", monday_morning), ("pm", monday_morning + dt.timedelta(hours=5))):
        it_is(at)
        register = open_register(group, make_session(TODAY, half), policy=school_policy(), by=people.tess, at=at)
        if half == "am":
            make_mark(pupils[0], register.session, "N", by=people.tess, register=register)
            make_mark(pupils[1], register.session, "Y2", by=people.tess, register=register)
            make_mark(pupils[2], register.session, "V", by=people.tess, register=register)
        mark_everyone_else_present(register, number=30, by=people.tess, at=at)
        finish_register(register, by=people.tess, at=at)
    # Then sixty marks exist, each of exactly one status
    statuses = {Physical.PRESENT: 0, Physical.ABSENT: 0, Physical.APPROVED_EDUCATIONAL_ACTIVITY: 0,
                Physical.UNABLE_TO_ATTEND: 0}  # fmt: skip
    for said in Mark.objects.values_list("code", flat=True):
        found = codes.find(said, on=TODAY)
        assert found
        statuses[found.physical] += 1
    assert list(statuses.values()) == [57, 1, 1, 1]
    assert sum(statuses.values()) == 60
    assert len(policy_of("wigston").terms(RegisterStatuses, on=TODAY).statuses) == 4


@proves("WAT-4.01")
def test_a_tutor_cannot_enter_leave_and_the_attendance_officer_can(
    adopt: Adopt, keyed: Keyed, code: Code, people: People
) -> None:
    adopt("wigston")
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    outcome, why = keyed("C", by="tess")
    assert (outcome, why) == ("refused", "C (Leave: exceptional circumstances) is for another role to enter.")
    assert [keyed(each, by="tess")[0] for each in ("/", "N")] == ["saved", "saved"]
    child = of_that_year()
    grant(child, dt.date(2025, 11, 3), dt.date(2025, 11, 4), people=people)
    saved = code(dt.date(2025, 11, 3), code="C", reason="As granted", pupil=child)
    assert (saved.status, saved.mark.code) == (200, "C")


@proves("WAT-4.02")
def test_the_register_begins_at_0835_and_a_late_one_is_reported_with_its_minutes(
    adopt: Adopt, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    adopt("wigston")
    assert policy_of("wigston").terms(MorningSession, on=TODAY).starts == dt.time(8, 35)
    group = make_group("8B")
    pupil, session = make_pupil(group=group), make_session(TODAY)
    register = open_register(group, session, policy=school_policy(), by=people.tess, at=monday_morning)
    make_mark(pupil, session, "/", by=people.tess, register=register)
    page = " ".join(browse("alma").get("/s/alder-primary/today/?half=am").text.split())
    assert "8B was first saved 15 minutes after its session began" in page


TUESDAY = dt.date(2025, 11, 4)


@proves("WAT-3.01")
def test_a_register_opens_with_every_name_unmarked_and_is_not_finished_while_one_is(
    adopt: Adopt, people, browse, it_is
) -> None:
    adopt("wigston")
    it_is(on_the_day("08:40"))
    group, _ = make_group("7T"), make_session(MONDAY, "am")
    pupils = [make_pupil(group=group, from_date=THIS_YEAR, year=7, dob=dt.date(2014, 3, 4)) for _ in range(28)]
    client = browse("ben")
    client.post(f"/s/alder-primary/sessions/{MONDAY}/am/groups/{group.pk}/register/")
    register = Register.objects.get()
    where = f"/s/alder-primary/registers/{register.pk}/"
    page = client.get(where).text

    names = [page.index(f'id="pupil-{pupil.pk}"') for pupil in sorted(pupils, key=lambda each: each.list_name)]
    assert len(names) == 28
    assert names == sorted(names)
    assert " checked" not in page[page.index("<tbody") : page.index("</tbody>")]
    sent = {f"mark-{pupil.pk}": "/" for pupil in pupils[:27]} | {f"seen-{pupil.pk}": "0||" for pupil in pupils}
    refused = client.post(where, {**sent, "do": "finish"})
    assert refused.status_code == 422
    assert f"{pupils[27].list_name} has no mark." in refused.text
    register.refresh_from_db()
    assert register.finished_at is None


@proves("WAT-4.17")
def test_work_experience_that_nobody_checked_stays_to_be_confirmed_when_the_day_is_closed(
    adopt: Adopt, people, browse, it_is
) -> None:
    school = adopt("wigston")
    it_is(on_the_day("08:40", MONDAY))
    group = make_group("7T")
    here, checked = (make_pupil(group=group, from_date=THIS_YEAR) for _ in range(2))
    make_session(TUESDAY, "am")
    run = Run(TUESDAY, TUESDAY + dt.timedelta(days=1), "both")
    expect_absences(
        [here, checked], Wanted("W", "activity: garage", [run]), by=people.alma, at=on_the_day("08:40", MONDAY)
    )
    # On the day one of them is checked, and the register closes
    it_is(on_the_day("09:00", TUESDAY))
    client, seen = browse("alma"), ExpectedMark.objects.get(pupil=checked)
    told = {"date": TUESDAY, "half": "am", "expected": seen.pk, "seen_by": "The garage, by telephone"}
    assert client.post("/s/alder-primary/expected/confirm/", told).status_code == 302
    it_is(on_the_day("17:00", TUESDAY))
    tasks.close_registers(schema_name=school.schema_name)

    assert dict(Mark.objects.values_list("pupil", "code")) == {checked.pk: "W"}
    page = client.get(f"/s/alder-primary/expected/?date={TUESDAY}&half=am").text
    assert page.count("To be confirmed") == 1
    assert "By The garage, by telephone, Tue 4 Nov 2025, 09:00" in page


@proves("WAT-3.17")
def test_a_register_not_saved_in_time_is_listed_and_one_click_tells_its_teacher_with_the_time(
    adopt: Adopt, people: People, browse: Callable[[str], Client], it_is: Callable[[dt.datetime], None]
) -> None:
    # Given 8B's morning register not saved at the time the school sets, ten minutes after it begins
    adopt("wigston")
    group = make_group("8B")
    make_pupil(group=group, from_date=THIS_YEAR)
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0], from_date=THIS_YEAR)
    make_session(MONDAY, "am")
    board, alma = "/s/alder-primary/missing/", browse("alma")
    starts = school_policy().terms(MorningSession, on=MONDAY).starts
    due = dt.datetime.combine(MONDAY, starts, tzinfo=LONDON) + dt.timedelta(minutes=10)
    it_is(due - dt.timedelta(minutes=1))
    assert "0 are missing" in alma.get(board).text
    it_is(due)
    # When the monitor refreshes, then 8B is listed
    part = alma.get(board, headers={"HX-Request": "true"}).text
    assert "1 is missing" in part
    assert "8B, morning" in part
    # And one click sends the notification with its time
    said = alma.post(f"{board}am-{group.pk}/remind/", follow=True).text
    assert f"Reminded at {due:%H:%M} by {people.alma.name}" in said
    assert f"asked for 8B, morning at {due:%H:%M}" in browse("tess").get("/s/alder-primary/").text
    # And an ambassador sent to look is kept with what they found
    alma.post(f"{board}am-{group.pk}/look/", {"way": "ambassador"})
    check = PresenceCheck.objects.get()
    alma.post(f"{board}checks/{check.pk}/answer/", {"found": "present"})
    kept = PresenceCheck.objects.get()
    assert (kept.found, kept.found_by_name, kept.sent_by_name) == ("present", people.alma.name, people.alma.name)
    assert kept.found_at


@proves("WAT-4.19")
def test_a_teacher_s_third_missed_register_of_a_half_term_brings_a_task(
    adopt: Adopt, people: People, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given the number three in a half term, and a register that its teacher misses on three mornings
    school = adopt("wigston")
    school.go_live_date = THIS_YEAR
    school.save()
    group = make_group("8B")
    make_pupil(group=group, from_date=THIS_YEAR)
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=THIS_YEAR)
    assert school_policy().terms(RegisterChasing, on=MONDAY).missed_in_half_term == 3
    tasks_after = []
    for number in range(4):
        day = MONDAY + dt.timedelta(days=number)
        make_session(day, "am")
        night = dt.datetime.combine(day, dt.time(22), tzinfo=LONDON)
        it_is(night)
        # When the night looks the registers over, and its event is acted on
        look_over_registers(school, night=day, by=machine("Register timer", at=night), at=night)
        handle_waiting_events(at=night)
        tasks_after.append(Task.objects.filter(kind=Task.Kind.REGISTER).count())
    # Then with the third a follow-up task exists, and the fourth asks for no other
    assert tasks_after == [0, 0, 1, 1]
    task = Task.objects.get(kind=Task.Kind.REGISTER)
    assert people.tess.name in task.words
    assert task.role == "attendance_officer"
