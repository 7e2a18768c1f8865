"""From the teacher's press in a lesson to the attendance officer's page, in real Chromium, within a minute."""

import time

import pytest
from django.db.models import QuerySet

from absence.models import TruancyAlert
from attendance_mat import clock
from attendance_mat.audit.consumers import handle_waiting_events
from registers.models import LessonRegister
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
A_MINUTE, HALF_A_MINUTE = 60, 30


@pytest.fixture
def maths(live_school: LiveSchool) -> LessonRegister:
    """Return the open register of Tess's maths lesson of this morning, of ten pupils who were all registered."""
    group, tess, session = make_group("9A"), live_school.people.tess, make_session(clock.today())
    pupils = [make_pupil(surname=f"Child{number:02}", forename="Ash", group=group, year=9) for number in range(10)]
    for pupil in pupils:
        make_mark(pupil, session, "/", by=tess, group=group)
        make_contact(pupil, name="Mara Child", phone="01632 960123")
    lesson = make_lesson(make_teaching_group("9A/Ma", *pupils), make_period(1), teacher=tess.user)
    return make_lesson_register(lesson, clock.today())


def the_worker_handles_what_waits(*, until: QuerySet[TruancyAlert]) -> None:
    """Handle events as they come, until there is such an alert."""
    for _ in range(100):
        handle_waiting_events(at=clock.now())
        if until.all().exists():
            break
        time.sleep(0.1)


def test_a_press_in_a_lesson_reaches_the_officer_s_open_page_within_a_minute(
    live_school: LiveSchool, maths: LessonRegister
) -> None:
    # Given the officer has the page open, on which nobody is looked for, and the teacher has the lesson's register
    officer, teacher = live_school.page("alma"), live_school.page("tess")
    officer.clock.install()
    officer.goto(live_school.address("truancy/"))
    officer.get_by_text("Nobody is looked for").wait_for()
    teacher.goto(live_school.address(f"lesson-registers/{maths.pk}/"))
    # When the teacher marks one absent, and the worker handles what waits
    began = time.monotonic()
    teacher.locator("tbody tr").nth(3).get_by_role("radio", name="Absent").check()
    teacher.locator('[data-state="saved"]').get_by_text("Saved").wait_for()
    the_worker_handles_what_waits(until=TruancyAlert.objects.all())
    # Then the officer's page shows the pupil by itself, with where they were last seen
    row = officer.get_by_role("row").filter(has_text="Child03, Ash")
    officer.clock.fast_forward(HALF_A_MINUTE * 1000)
    row.get_by_text("Morning registration of 9A").wait_for(timeout=HALF_A_MINUTE * 1000)
    assert time.monotonic() - began + HALF_A_MINUTE < A_MINUTE
    # And one press further stands whom to ring
    row.get_by_role("link", name="Child03, Ash").click()
    officer.get_by_role("link", name="01632 960123").wait_for()
    # When the teacher lets them in late, then the search is over without anybody's press
    teacher.locator("tbody tr").nth(3).get_by_role("radio", name="Late").check()
    teacher.locator("tbody tr").nth(3).get_by_label("Minutes late").fill("8")
    teacher.keyboard.press("Tab")
    the_worker_handles_what_waits(until=TruancyAlert.objects.filter(ending="late", minutes_late=8))
    officer.goto(live_school.address("truancy/"))
    officer.get_by_text("Nobody is looked for").wait_for()
