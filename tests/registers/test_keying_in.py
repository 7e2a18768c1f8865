"""A register taken on paper, keyed in with its true time and the name of whoever took it."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.keying_in import paper_taken_by
from registers.models import Assignment, FamilyTie, Group, Mark, MarkAmendment, Pupil, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.calls import reported

TODAY, FRIDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 20)
HERE = "/s/alder-primary"
TOLD = "From paper: taken by Tess Lindqvist at 08:52, keyed in by Olly Frost."
ItIs = Callable[[dt.datetime], None]


@pytest.fixture
def group(people: People, it_is: ItIs) -> Group:
    """Return Tess's class, at half past nine: its registers closed at 09:20."""
    it_is(at(9, 30))
    for date in (FRIDAY, TODAY):
        make_session(date)
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    return make_group()


def at(hour: int, minute: int, date: dt.date = TODAY) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(hour, minute), LONDON)


def where(group: Group, date: object = TODAY) -> str:
    return f"{HERE}/sessions/{date}/am/groups/{group.pk}/key-in/"


def sheet(people: People, *rows: tuple, **fields: object) -> dict[str, object]:
    """Return a sheet taken by Tess at 08:52, with (pupil, code, time, base) for each row."""
    typed: dict[str, object] = {"key": str(uuid.uuid4()), "taken_by": people.tess.user_id, "taken_time": "08:52"}
    for pupil, code, *rest in rows:
        time, base = [*rest, *("", 0)[len(rest) :]]
        typed |= {f"mark-{pupil.pk}": code, f"time-{pupil.pk}": time, f"seen-{pupil.pk}": str(base)}
    return typed | fields


def test_marks_are_the_takers_at_the_true_time_and_both_names_are_kept(
    browse, group: Group, people: People, it_is: ItIs
) -> None:
    here, absent, late = (make_pupil(surname=name, group=group) for name in ("Here", "Not", "Late"))
    empty = make_pupil(surname="Empty", group=group)
    browser = browse("olly")
    html = browser.get(where(group)).content.decode()
    assert 'value="/"' not in html  # nothing is filled in beforehand
    rows = ((here, "\\"), (absent, "n"), (late, "l", "0905"), (empty, ""))
    reply = browser.post(where(group), sheet(people, *rows), follow=True)
    assert "3 keyed in from paper. 1 child has no mark yet." in reply.content.decode()
    marks = {mark.pupil: mark for mark in Mark.objects.select_related("pupil")}
    assert {pupil.surname: mark.code for pupil, mark in marks.items()} == {"Here": "/", "Not": "N", "Late": "L"}
    for mark in marks.values():
        assert (mark.source, mark.made_by_name, mark.made_by_role) == ("paper", "Tess Lindqvist", "teacher")
        assert (mark.made_at, mark.comment) == (at(8, 52), TOLD)
        assert at(9, 29) < mark.received_at < at(9, 32)
    assert (marks[late].arrived_at, marks[late].minutes_late) == (at(9, 5), 15)
    register = Register.objects.get()
    assert (register.taken_by, register.taken_at) == (people.tess.user, at(8, 52))
    event = AuditEvent.objects.get(kind=Event.PAPER_KEYED_IN)
    assert (event.by_name, event.detail["taken_by"], event.detail["saved"]) == ("Olly Frost", people.tess.user_id, 3)


@pytest.mark.parametrize(("arrived", "code"), [("9:20", "L"), ("0921", "U")])
def test_late_is_l_or_u_by_the_arrival_and_the_registers_close(
    browse, group: Group, people: People, arrived: str, code: str
) -> None:
    pupil = make_pupil(group=group)
    browse("olly").post(where(group), sheet(people, (pupil, "L", arrived)))
    assert Mark.objects.get().code == code


def test_a_mark_that_stands_is_amended_after_the_close_and_corrected_before_with_both_names(
    browse, group: Group, people: People, it_is: ItIs
) -> None:
    pupil = make_pupil(group=group)
    make_mark(pupil, make_session(TODAY), "N", by=people.alma, group=group)
    browse("olly").post(where(group), sheet(people, (pupil, "/", "", 1)))
    change = MarkAmendment.objects.get()
    assert (change.kind, change.original_code, change.amended_code) == ("amendment", "N", "/")
    assert (change.reason, change.source, change.amended_by_name) == (TOLD, "paper", "Olly Frost")
    assert change.made_at == at(8, 52)
    it_is(at(9, 0))
    browse("olly").post(where(group), sheet(people, (pupil, "N", "", 2)))
    assert MarkAmendment.objects.last().kind == "correction"


def test_what_somebody_else_saved_meanwhile_is_a_clash_and_the_rest_is_entered(
    browse, group: Group, people: People
) -> None:
    clashing, other = make_pupil(surname="Clash", group=group), make_pupil(surname="Other", group=group)
    make_mark(clashing, make_session(TODAY), "N", by=people.alma, group=group)
    reply = browse("olly").post(where(group), sheet(people, (clashing, "/"), (other, "/")))
    assert reply.status_code == 422
    html = reply.content.decode()
    assert "Alma Reyes entered “Reason not yet established” at" in html
    assert 'class="row-clash"' in html
    assert {mark.pupil.surname: mark.code for mark in Mark.objects.all()} == {"Clash": "N", "Other": "/"}
    # Chosen again, having seen it, it is an amendment; what was entered is no longer in its box
    assert f'name="mark-{other.pk}" class="key-code" value=""' in html
    assert f'name="seen-{clashing.pk}" value="1"' in html
    browse("olly").post(where(group), sheet(people, (clashing, "/", "", 1)))
    assert MarkAmendment.objects.get().amended_code == "/"


def test_the_same_sheet_sent_twice_is_entered_once(browse, group: Group, people: People) -> None:
    typed = sheet(people, (make_pupil(group=group), "/"))
    for _ in range(2):
        assert browse("olly").post(where(group), typed).status_code == 302
    assert (Mark.objects.count(), MarkAmendment.objects.count()) == (1, 0)
    changed = {name: "N" if name.startswith("mark-") else value for name, value in typed.items()}
    reply = browse("olly").post(where(group), changed)
    assert reply.status_code == 422
    assert "This page was sent twice" in reply.content.decode()


def test_a_register_is_finished_with_its_sheet_once_nobody_is_left(browse, group: Group, people: People) -> None:
    pupils = [make_pupil(group=group) for _ in range(2)]
    reply = browse("olly").post(where(group), sheet(people, (pupils[0], "/"), do="finish"))
    assert reply.status_code == 422
    assert "1 child has no mark yet." in reply.content.decode()
    assert Mark.objects.count() == 1
    browse("olly").post(where(group), sheet(people, (pupils[1], "N"), do="finish"))
    assert Register.objects.get().finished_by == people.user("olly")


def test_a_sheet_of_an_earlier_day_is_keyed_in_too(browse, group: Group, people: People) -> None:
    browse("olly").post(where(group, FRIDAY), sheet(people, (make_pupil(group=group), "/")))
    assert (Mark.objects.get().made_at, Mark.objects.get().session.date) == (at(8, 52, FRIDAY), FRIDAY)


def test_a_child_on_paper_though_a_parent_reported_absence_is_a_contradiction(
    browse, group: Group, people: People
) -> None:
    make_session(TODAY, "pm")
    pupil = make_pupil(group=group)
    report = reported(pupil, by=people.alma)
    browse("olly").post(where(group), sheet(people, (pupil, "/")))
    assert report.contradictions.get().mark.code == "/"


@pytest.mark.parametrize(
    ("row", "fields", "words"),
    [
        (("/",), {"taken_by": ""}, "Choose who took it, or enter their name."),
        (("/",), {"taken_name": "Jo Supply"}, "Choose who took it, or enter a name, not both."),
        (("/",), {"taken_by": "", "taken_name": "tess  lindqvist"}, "Tess Lindqvist is in the list above."),
        (("/",), {"taken_by": "dov"}, "Select a valid choice."),
        (("/",), {"taken_by": "cass"}, "Select a valid choice."),
        (("/",), {"taken_time": ""}, "Enter the time on the paper."),
        (("/",), {"taken_time": "25:00"}, "Enter a time like 08:55."),
        (("/",), {"taken_time": "09:31"}, "That is still to come."),
        (("L", "soon"), {}, "Enter the time of arrival as 0905 or 09:05."),
        (("L", "9975"), {}, "Enter the time of arrival as 0905 or 09:05."),
        (("L", "0931"), {}, "That arrival is still to come."),
        (("/", "0905"), {}, "Only a late child has a time of arrival."),
        (("", "0905"), {}, "Enter a code beside the time."),
        (("ZZ",), {}, "“ZZ” is not an attendance code."),
        (("#",), {}, "is for"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(
    browse, group: Group, people: People, row: tuple, fields: dict, words: str
) -> None:
    named = {name: people.member(name).user_id for name in ("dov", "cass")}
    given = {field: named.get(value, value) for field, value in fields.items()}
    pupil = make_pupil(group=group)
    reply = browse("olly").post(where(group), sheet(people, (pupil, *row), **given))
    assert reply.status_code == 422
    html = reply.content.decode()
    assert words in html
    assert f'name="mark-{pupil.pk}" class="key-code" value="{row[0]}"' in html
    assert not Mark.objects.exists()


def test_a_time_before_the_doors_open_is_refused_in_the_afternoon_too(
    browse, group: Group, people: People, it_is: ItIs
) -> None:
    it_is(at(14, 0))
    make_session(TODAY, "pm")
    pupil = make_pupil(group=group)
    address = where(group).replace("/am/", "/pm/")
    reply = browse("olly").post(address, sheet(people, (pupil, "/"), taken_time="12:59"))
    assert "The register could not be taken before 13:00." in reply.content.decode()
    browse("olly").post(address, sheet(people, (pupil, "/"), taken_time="13:01"))
    assert Mark.objects.get().code == "\\"


def test_nobody_took_a_register_who_takes_none_here(group: Group, people: People) -> None:
    for name in ("dov", "cass", "tomas"):
        with pytest.raises(ValidationError, match="Choose who took it"):
            paper_taken_by(people.user(name), make_session(TODAY), taken_at=at(8, 52), at=at(9, 30))


def test_neither_the_takers_family_nor_the_typists_is_marked(browse, group: Group, people: People) -> None:
    takers, typists = make_pupil(surname="Hers", group=group), make_pupil(surname="His", group=group)
    FamilyTie.objects.create(user=people.tess.user, pupil=takers)
    FamilyTie.objects.create(user=people.user("olly"), pupil=typists)
    reply = browse("olly").post(where(group), sheet(people, (takers, "/"), (typists, "/")))
    html = reply.content.decode()
    assert "Tess Lindqvist is family of this child" in html
    assert "You are family of this child" in html
    assert not Mark.objects.exists()


def test_a_stranger_in_the_sheet_stops_all_of_it(browse, group: Group, people: People) -> None:
    own, other = make_pupil(group=group), make_pupil(group=make_group("5B"))
    reply = browse("olly").post(where(group), sheet(people, (own, "/"), (other, "/")))
    assert reply.status_code == 422
    assert "is not of a pupil in this register today" in reply.content.decode()
    assert not Mark.objects.exists()
    for junk in ("mark-x", "mark-", f"mark-{'9' * 30}"):
        assert browse("olly").post(where(group), sheet(people, (own, "")) | {junk: "/"}).status_code == 302


@pytest.mark.parametrize(("name", "status"), [("tess", 403), ("hana", 403), ("cass", 404), ("tara", 403)])
def test_paper_is_keyed_in_by_the_office(browse, group: Group, name: str, status: int) -> None:
    assert browse(name).get(where(group)).status_code == status


def test_no_sheet_of_a_day_to_come_or_without_school(browse, group: Group) -> None:
    make_session(TODAY + dt.timedelta(days=1))
    for date in (TODAY + dt.timedelta(days=1), "2026-11-22", "nonsense"):
        assert browse("olly").get(where(group, date)).status_code == 404


@pytest.mark.parametrize("children", [2, 30])
def test_a_sheet_asks_as_often_for_thirty_as_for_two(
    browse, group: Group, people: People, django_assert_max_num_queries, children: int
) -> None:
    pupils: list[Pupil] = [make_pupil(group=group) for _ in range(children)]
    make_register(make_session(TODAY), group)
    browser = browse("olly")
    with django_assert_max_num_queries(26):
        browser.post(where(group), sheet(people, *((pupil, "/") for pupil in pupils)))
    with django_assert_max_num_queries(13):
        browser.get(where(group))
    assert Mark.objects.count() == children
