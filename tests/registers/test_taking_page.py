"""The register's page as a plain form, without a script; the start page; the timer."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.expecting import end_expected_absence, expect_absence
from registers.models import Assignment, Contradiction, FamilyTie, Mark, MarkAmendment, Pupil, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People

TODAY, TOMORROW = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
LOG_IN = 4


@pytest.fixture
def register(people: People) -> Register:
    """Return this morning's register of Tess's class, with three children."""
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    for _ in range(3):
        make_pupil(group=make_group())
    return make_register(make_session(TODAY), make_group())


@pytest.fixture
def pupils(register: Register) -> list[Pupil]:
    return list(Pupil.objects.order_by("pk"))


class Form:
    """A register's page in a browser without scripts: what its fields hold, and what comes back."""

    def __init__(self, client, register: Register) -> None:
        self.client, self.address = client, f"/s/alder-primary/registers/{register.pk}/"
        self.load()

    def load(self) -> None:
        self.read(self.client.get(self.address))

    def read(self, response) -> None:
        self.status, self.html = response.status_code, response.content.decode()
        self.hidden = dict(re.findall(r'name="((?:seen-\d+|time-\d+|key|person))" value="([^"]*)"', self.html))
        self.chosen = dict(re.findall(r'name="(mark-\d+)" value="([^"]*)" checked', self.html))

    def press(self, button: str, **fields: str) -> str:
        """Choose marks and press a button; return the page that comes back."""
        typed = {name.replace("_", "-"): value for name, value in fields.items()}
        posted = {**self.hidden, **self.chosen, **typed, "do": button}
        self.read(self.client.post(self.address, posted, follow=True))
        return self.html


@pytest.fixture
def form(browse, register: Register, pupils: list[Pupil]) -> Form:
    return Form(browse("tess"), register)


def mark_of(pupil: Pupil) -> str:
    found = Mark.objects.filter(pupil=pupil).first()
    return found.code if found else ""


def expect(pupil: Pupil, code: str, people: People, at: dt.datetime, halves: str = "am"):
    dates = {"from_date": TODAY, "until_date": TOMORROW}
    return expect_absence(pupil, **dates, halves=halves, code=code, origin="office", by=people.ben, at=at)


def test_nothing_is_chosen_before_anyone_has_said_it(form: Form) -> None:
    assert (form.status, form.chosen) == (200, {})
    assert "Everyone else is present" in form.html


def test_a_whole_register_in_three_presses(form: Form, pupils: list[Pupil], register: Register) -> None:
    # When one absence is chosen, everyone else pressed, and the register finished
    html = form.press("everyone-3", **{f"mark_{pupils[0].pk}": "N"})
    assert "Everyone else is present: 2 marked." in html
    form.press("finish")
    # Then all stands as chosen
    assert [mark_of(pupil) for pupil in pupils] == ["N", "/", "/"]
    register.refresh_from_db()
    assert register.finished_by.name == "Tess Lindqvist"
    assert AuditEvent.objects.filter(kind=Event.REGISTER_FINISHED).count() == 1


def test_the_form_sent_twice_is_saved_once(form: Form, pupils: list[Pupil]) -> None:
    posted = {**form.hidden, f"mark-{pupils[0].pk}": "N", "do": "save"}
    for _ in range(2):
        assert form.client.post(form.address, posted).status_code == 302
    assert (Mark.objects.count(), MarkAmendment.objects.count()) == (1, 0)


def test_a_key_sent_again_with_other_choices_is_not_taken_for_the_first(form: Form, pupils: list[Pupil]) -> None:
    posted = {**form.hidden, "do": "save"}
    form.client.post(form.address, {**posted, f"mark-{pupils[0].pk}": "N"})
    form.read(form.client.post(form.address, {**posted, f"mark-{pupils[1].pk}": "N"}))
    assert form.status == 422
    assert "This page was sent twice" in form.html
    assert [mark_of(pupil) for pupil in pupils] == ["N", "", ""]


def test_mondays_teacher_reaches_mondays_register_on_tuesday(browse, people: People, it_is) -> None:
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0], from_date=SINCE)
    make_pupil(group=make_group())
    register = make_register(make_session(TODAY), make_group())
    it_is(dt.datetime(2026, 11, 24, 9, 0, tzinfo=LONDON))
    assert browse("tess").get(f"/s/alder-primary/registers/{register.pk}/").status_code == 200
    tuesday = make_register(make_session(TOMORROW), make_group())
    assert browse("tess").get(f"/s/alder-primary/registers/{tuesday.pk}/").status_code == 404


def test_the_afternoon_shows_the_morning_before_it(
    browse, register: Register, pupils: list[Pupil], it_is, people
) -> None:
    make_mark(pupils[0], register.session, "N", by=people.tess, register=register)
    it_is(dt.datetime(2026, 11, 23, 13, 5, tzinfo=LONDON))
    afternoon = make_register(make_session(TODAY, "pm"), make_group())
    html = Form(browse("tess"), afternoon).html
    assert "Mon am" in html
    assert "code-N" in html


def test_a_stale_form_changes_only_what_its_person_chose(
    form: Form, browse, register: Register, pupils: list[Pupil]
) -> None:
    # Given that the office marks two children after the teacher loaded the page
    office = Form(browse("alma"), register)
    office.press("save", **{f"mark_{pupils[0].pk}": "N", f"mark_{pupils[1].pk}": "N"})
    # When the teacher chooses for the first and the third
    html = form.press("save", **{f"mark_{pupils[0].pk}": "/", f"mark_{pupils[2].pk}": "/"})
    # Then the first is a clash with both values, the second is left alone, the third saved
    assert form.status == 422
    assert "Alma Reyes entered “Reason not yet established” at 08:5" in html
    assert [mark_of(pupil) for pupil in pupils] == ["N", "N", "/"]


def test_late_takes_the_time_typed_and_says_what_is_wrong_with_it(form: Form, pupils: list[Pupil], it_is) -> None:
    it_is(dt.datetime(2026, 11, 23, 9, 30, tzinfo=LONDON))
    first, second, third = (pupil.pk for pupil in pupils)
    html = form.press(
        "save",
        **{f"mark_{pk}": "late" for pk in (first, second, third)},
        **{f"time_{first}": "09:20", f"time_{second}": "09:21", f"time_{third}": "11:00"},
    )
    assert "11:00 is still to come." in html
    assert 'value="11:00"' in html  # nothing typed is lost
    assert [mark_of(pupil) for pupil in pupils] == ["L", "U", ""]


def test_an_amendment_after_finishing_gives_its_reason_in_the_row(form: Form, pupils: list[Pupil]) -> None:
    form.press("everyone-3")
    form.press("finish")
    first = pupils[0].pk
    assert "say why the mark is amended" in form.press("save", **{f"mark_{first}": "N"})
    form.press("save", **{f"mark_{first}": "N", f"reason_{first}": "Wrong row"})
    assert MarkAmendment.objects.get().reason == "Wrong row"
    assert mark_of(pupils[0]) == "N"


def test_a_register_with_blanks_names_them_and_is_not_finished(form: Form, pupils: list[Pupil], register) -> None:
    html = form.press("finish", **{f"mark_{pupils[0].pk}": "/"})
    assert form.status == 422
    assert f"{pupils[1].list_name} has no mark." in html
    assert f"{pupils[0].list_name} has no mark." not in html
    assert mark_of(pupils[0]) == "/"  # what was chosen is kept


def test_everyone_else_is_refused_when_more_are_blank_than_was_shown(form: Form) -> None:
    assert "3 children have no mark now, not 2." in form.press("everyone-2")
    assert not Mark.objects.exists()


def test_everyone_else_is_undone_from_the_page(form: Form, pupils: list[Pupil]) -> None:
    form.press("everyone-3")
    assert "Undone: 3 marks cleared." in form.press("undo")
    assert [mark_of(pupil) for pupil in pupils] == ["", "", ""]
    assert AuditEvent.objects.filter(kind=Event.MARK_CORRECTED).count() == 3
    assert "There is nothing to undo." in form.press("undo")


def test_a_child_not_expected_who_is_here_is_present_at_once_and_the_office_is_told(
    browse, register: Register, pupils: list[Pupil], people: People, monday_morning: dt.datetime
) -> None:
    expected = expect(pupils[0], "M", people, monday_morning)
    form = Form(browse("tess"), register)
    assert "Marked present." in form.press(f"here-{pupils[0].pk}-0")
    assert mark_of(pupils[0]) == "/"
    assert Contradiction.objects.get().expected == expected
    assert AuditEvent.objects.get(kind=Event.CHILD_IS_HERE).detail["pupil"] == pupils[0].pk


def test_a_child_who_comes_after_the_register_is_finished_is_late_and_after_it_closed_keeps_the_reason(
    browse, register: Register, pupils: list[Pupil], people: People, monday_morning: dt.datetime, it_is
) -> None:
    for pupil in pupils[:2]:
        expect(pupil, "M", people, monday_morning)
    form = Form(browse("tess"), register)
    form.press("everyone-1")
    form.press("finish")
    it_is(dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON))
    assert "Marked late." in form.press(f"here-{pupils[0].pk}-1")
    it_is(dt.datetime(2026, 11, 23, 10, 30, tzinfo=LONDON))
    assert "Noted." in form.press(f"here-{pupils[1].pk}-1")
    assert [mark_of(pupil) for pupil in pupils] == ["L", "M", "/"]
    assert Contradiction.objects.count() == 2


def test_a_child_the_office_marked_ill_who_is_here_is_marked_present(
    browse, register: Register, pupils: list[Pupil], people: People
) -> None:
    make_mark(pupils[0], register.session, "I", by=people.alma, register=register)
    form = Form(browse("tess"), register)
    assert "Not expected" in form.html
    form.press(f"here-{pupils[0].pk}-1")
    assert mark_of(pupils[0]) == "/"
    # And a page that has not seen it is refused
    assert "while you worked" in form.press(f"here-{pupils[0].pk}-1")


def test_own_family_is_left_to_someone_else(browse, register: Register, pupils: list[Pupil], people: People) -> None:
    FamilyTie.objects.create(user=people.tess.user, pupil=pupils[0])
    form = Form(browse("tess"), register)
    assert "Family: someone else marks this" in form.html
    form.press("everyone-3")
    assert [mark_of(pupil) for pupil in pupils] == ["", "/", "/"]


def test_leave_that_was_ended_is_expected_no_more(
    browse, register: Register, pupils: list[Pupil], people: People, monday_morning: dt.datetime
) -> None:
    end_expected_absence(expect(pupils[0], "C", people, monday_morning), by=people.ben, at=monday_morning)
    assert "Not expected" not in Form(browse("tess"), register).html


@pytest.mark.parametrize("who", ["tutu", "cass", "tara", "dov"])
def test_a_register_out_of_reach_is_not_shown(browse, register: Register, who: str) -> None:
    response = browse(who).get(f"/s/alder-primary/registers/{register.pk}/")
    assert response.status_code in {403, 404}


@pytest.mark.parametrize("children", [2, 30])
def test_the_page_takes_at_most_eight_statements_however_many_children(
    browse, people: People, monday_morning: dt.datetime, children: int
) -> None:
    group = make_group()
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0], from_date=SINCE)
    sessions = [make_session(dt.date(2026, 11, day), half) for day in (18, 19, 20) for half in ("am", "pm")]
    register = make_register(make_session(TODAY), group)
    for number in range(children):
        pupil = make_pupil(group=group)
        for session in sessions:
            make_mark(pupil, session, "I" if number % 3 else "/", by=people.alma, group=group)
        if number % 2:
            expect(pupil, "C", people, monday_morning)
    client = browse("tess")
    client.get(f"/s/alder-primary/registers/{register.pk}/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/s/alder-primary/registers/{register.pk}/").status_code == 200
    seen = [query["sql"] for query in queries if not query["sql"].startswith("SET search_path")]
    assert len(seen) <= LOG_IN + 8, "\n".join(sql[:120] for sql in seen)


@pytest.mark.parametrize("button", ["everyone-3", "finish", "save"])
def test_a_page_that_another_person_opened_does_nothing_in_this_one_s_name(
    form: Form, browse, register: Register, pupils: list[Pupil], button: str
) -> None:
    posted = {**form.hidden, f"mark-{pupils[0].pk}": "N", "do": button}
    reply = browse("olly").post(form.address, posted)
    assert reply.status_code == 409
    assert "Nothing was saved." in reply.text
    assert not Mark.objects.exists()
    register.refresh_from_db()
    assert register.finished_at is None
    # When its own person is back, it does what it says
    assert form.client.post(form.address, {**form.hidden, f"mark-{pupils[0].pk}": "N", "do": "save"}).status_code == 302
    assert mark_of(pupils[0]) == "N"
