"""The day's paper while the database answers: what stands on it, who prints it, and when it is drawn anew."""

import datetime as dt
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from registers.actions.expecting import expect_absence
from registers.actions.printing import refresh_paper
from registers.gateways import paper as files
from registers.gateways import paper_pass
from registers.gateways.paper import Paper
from registers.gateways.paper_pass import Pass
from registers.models import Assignment, Group, Pupil
from registers.tasks import keep_paper
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People
from tests.registers.calls import reported

TODAY = dt.date(2026, 11, 23)
ONE_DAY = dt.timedelta(days=1)
HERE = "/s/alder-primary"


@pytest.fixture(autouse=True)
def kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the paper of a test in a folder of its own."""
    monkeypatch.setattr(settings, "PAPER_DIR", tmp_path / "paper")
    return tmp_path / "paper"


@pytest.fixture
def group(people: People) -> Group:
    for half in ("am", "pm"):
        make_session(TODAY, half)
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    return make_group()


def expect(pupil: Pupil, code: str, people: People, at: dt.datetime, halves: str = "both") -> None:
    expect_absence(
        pupil, from_date=TODAY, until_date=TODAY + ONE_DAY, halves=halves, code=code, origin="office",
        nature="At Ormskirk court", by=people.ben, at=at,
    )  # fmt: skip


@pytest.mark.parametrize(("code", "words"), [("Y5", "Not expected"), ("E", "Not expected"), ("M", "Not expected"),
    ("V", "Elsewhere"), ("D", "Elsewhere")])  # fmt: skip
@pytest.mark.parametrize("name", ["tess", "alma"])
def test_paper_says_that_a_child_is_not_expected_and_never_why(
    browse, group: Group, people: People, monday_morning: dt.datetime, code: str, words: str, name: str
) -> None:
    expect(make_pupil(surname="Quill", group=group), code, people, monday_morning)
    pages = [f"sessions/{TODAY}/am/groups/{group.pk}/paper/"]
    pages += ["paper/registers/", "paper/evacuation/"] if name == "alma" else []
    for page in pages:
        html = browse(name).get(f"{HERE}/{page}").content.decode()
        assert f">{code}<" not in html
        assert "court" not in html
        assert (html.count(words) == 2) is ("registers" in page or "groups" in page)


def test_once_it_is_a_mark_paper_says_no_more_and_a_mark_of_the_classroom_is_printed(
    browse, group: Group, people: People, monday_morning: dt.datetime
) -> None:
    away, absent = make_pupil(surname="Away", group=group), make_pupil(surname="Absent", group=group)
    make_mark(away, make_session(TODAY), "E", by=people.ben, source="expected", nature="Struck a teacher")
    make_mark(absent, make_session(TODAY), "N", by=people.tess)
    make_mark(make_pupil(surname="Ill", group=group), make_session(TODAY), "I", by=people.alma)
    html = browse("alma").get(f"{HERE}/paper/registers/").content.decode()
    assert html.count("<td>Not expected</td>") == 2
    assert "<td>N</td>" in html
    assert "<td>E</td>" not in html
    assert "<td>I</td>" not in html
    assert "Struck" not in html


def test_a_report_nobody_has_decided_leaves_the_box_empty(browse, group: Group, people: People) -> None:
    reported(make_pupil(surname="Quill", group=group), by=people.alma)
    html = browse("alma").get(f"{HERE}/paper/registers/").content.decode()
    assert "Quill" in html
    assert "<td></td><td></td><td></td><td></td>" in html


def test_there_is_a_sheet_for_each_class_with_who_takes_it_and_room_for_times(browse, group: Group) -> None:
    for number in range(3):
        make_pupil(surname=f"Child{number}", group=group)
    for day in (4, 19):
        make_pupil(surname="Twinn", forename="Ada", dob=dt.date(2017, 3, day), group=make_group("5B"))
    html = browse("olly").get(f"{HERE}/paper/registers/").content.decode()
    assert html.count("paper-register") == 2
    assert "Taken by Tess Lindqvist" in html
    assert html.count("Arrived</th>") == 4
    assert "As at 08:50" in html
    assert "born 4 Mar" in html
    one = browse("tess").get(f"{HERE}/sessions/{TODAY}/am/groups/{group.pk}/paper/").content.decode()
    assert one.count("paper-register") == 1


def test_the_evacuation_list_counts_who_is_here_and_who_may_be(browse, group: Group, people: People) -> None:
    here, absent = make_pupil(surname="Here", group=group), make_pupil(surname="Gone", group=group)
    make_pupil(surname="Maybe", group=group, hidden=True)
    make_mark(here, make_session(TODAY), "/", by=people.tess)
    make_mark(absent, make_session(TODAY), "N", by=people.tess)
    html = browse("olly").get(f"{HERE}/paper/evacuation/").content.decode()
    on_site, _, unknown = html.partition("Not marked yet: may be on site")
    assert "Here," in on_site
    assert "4A: 1 on site" in on_site
    assert "Maybe," in unknown
    assert "Gone," not in html


def test_paper_is_drawn_anew_once_something_has_happened_and_not_before(
    group: Group, alder: School, people: People, monday_morning: dt.datetime, django_assert_max_num_queries
) -> None:
    make_pupil(group=group)
    policy = policy_for(alder)
    first = monday_morning + dt.timedelta(minutes=2)
    assert refresh_paper(alder, policy=policy, at=first)
    later = first + dt.timedelta(minutes=5)
    with django_assert_max_num_queries(2):
        assert not refresh_paper(alder, policy=policy, at=later)
    sheet = files.kept(alder.slug, TODAY, Paper.EVACUATION)
    assert sheet is not None
    assert sheet.as_at == first
    record(Event.MARKS_SAVED, group, by=people.tess, at=later)
    assert refresh_paper(alder, policy=policy, at=later)
    assert files.kept(alder.slug, TODAY, Paper.REGISTERS).as_at == later
    # And once more, for what was being written at the same moment; then it rests
    minutes = [later + dt.timedelta(seconds=30 * number) for number in (1, 2, 3, 4)]
    assert [refresh_paper(alder, policy=policy, at=at) for at in minutes] == [True, True, False, False]


@pytest.mark.parametrize("classes", [2, 20])
def test_all_classes_are_read_as_often_as_two(
    group: Group, alder: School, monday_morning: dt.datetime, django_assert_max_num_queries, classes: int
) -> None:
    for number in range(classes):
        make_pupil(group=make_group(f"{number}X"))
    with django_assert_max_num_queries(9):
        assert refresh_paper(alder, policy=policy_for(alder), at=monday_morning)


def test_the_files_are_the_products_alone_outside_what_is_served_and_go_with_the_day(
    group: Group, alder: School, monday_morning: dt.datetime, kept_apart: Path, it_is
) -> None:
    make_pupil(group=group)
    keep_paper(schema_name=alder.schema_name)
    made = sorted(kept_apart.rglob("*"))
    assert [path.name for path in made] == ["alder-primary", str(TODAY), "evacuation.html", "registers.html"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700, 0o600, 0o600]
    assert not settings.PAPER_DIR.is_relative_to(settings.STATIC_ROOT)
    # On the day after, when the school does not meet, nothing is left
    it_is(monday_morning + ONE_DAY)
    keep_paper(schema_name=alder.schema_name)
    assert list((kept_apart / "alder-primary").iterdir()) == []


def test_no_folder_but_a_schools_own_is_ever_meant() -> None:
    for slug in ("../etc", "", "-", "Alder", "a/b"):
        with pytest.raises(ValueError, match="no school's folder"):
            files.kept(slug, TODAY, Paper.REGISTERS)


@pytest.mark.parametrize(
    ("name", "status"), [("tess", 403), ("hana", 403), ("cass", 404), ("tara", 403), ("olly", 200), ("sadie", 200)]
)
def test_paper_of_the_whole_school_is_for_the_office(browse, group: Group, name: str, status: int) -> None:
    for page in ("paper/", "paper/registers/", "paper/evacuation/"):
        assert browse(name).get(f"{HERE}/{page}").status_code == status


def test_a_teacher_prints_their_own_class_and_no_other(browse, group: Group) -> None:
    other = make_group("5B")
    assert browse("tess").get(f"{HERE}/sessions/{TODAY}/am/groups/{group.pk}/paper/").status_code == 200
    for path in (f"{TODAY}/am/groups/{other.pk}", f"nonsense/am/groups/{group.pk}", f"2026-11-22/am/groups/{group.pk}"):
        assert browse("tess").get(f"{HERE}/sessions/{path}/paper/").status_code == 404


def test_a_day_without_school_has_no_paper_and_says_so(browse, people: People) -> None:
    reply = browse("olly").get(f"{HERE}/paper/registers/", follow=True)
    assert "The school does not meet that day" in reply.content.decode()


def test_the_office_finds_both_on_today(browse, group: Group) -> None:
    html = browse("olly").get(f"{HERE}/today/").content.decode()
    assert f'href="{HERE}/paper/registers/"' in html
    assert f'href="{HERE}/paper/evacuation/"' in html
    assert "Key in 4A" not in browse("olly").get(f"{HERE}/paper/").content.decode()
    make_pupil(group=group)
    assert "Key in 4A" in browse("olly").get(f"{HERE}/paper/").content.decode()


def passes(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items() if name.startswith("paper-") and morsel.value}


def test_a_pass_for_the_day_goes_to_the_office_alone_and_ends_with_the_log_in(
    browse, group: Group, people: People
) -> None:
    office, teacher = browse("olly"), browse("tess")
    office.get(f"{HERE}/today/")
    teacher.get(f"{HERE}/")
    cookie = office.cookies["paper-alder-primary"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert 0 < int(cookie["max-age"]) < 24 * 60 * 60
    assert passes(teacher) == {}
    # Somebody else at the same browser: a teacher's page takes it away, another of the office has their own
    first = passes(office)
    office.force_login(people.user("sadie"))
    office.get(f"{HERE}/today/")
    assert passes(office) != first
    office.force_login(people.user("tess"))
    office.get(f"{HERE}/")
    assert passes(office) == {}
    office.force_login(people.user("olly"))
    office.get(f"{HERE}/today/")
    assert passes(office)
    office.post("/logout/")
    assert passes(office) == {}


def test_a_browser_gives_up_every_pass_that_is_not_its_person_s_whichever_page_it_asks_for(
    browse, group: Group, people: People
) -> None:
    office = browse("olly")
    office.get(f"{HERE}/today/")
    mine = passes(office)
    # Her own stays, on a page open to everybody too
    for page in (f"{HERE}/today/", f"{HERE}/worker.js", "/login/"):
        office.get(page)
        assert passes(office) == mine
    # That of another school, left by somebody else, goes at once
    office.cookies["paper-birch-high"] = paper_pass.written(Pass("birch-high", people.tess.user_id, TODAY))
    office.get(f"{HERE}/today/")
    assert passes(office) == mine
    # With nobody signed in, every one goes
    del office.cookies["sessionid"]
    office.get("/login/")
    assert passes(office) == {}


def test_while_the_database_answers_a_pass_opens_nothing(browse, group: Group) -> None:
    office = browse("olly")
    office.get(f"{HERE}/today/")
    stranger = Client()
    stranger.cookies["paper-alder-primary"] = passes(office)["paper-alder-primary"]
    reply = stranger.get(f"{HERE}/paper/registers/")
    assert reply.status_code == 302
    assert reply["Location"].startswith("/login/")


def test_a_pass_altered_by_one_letter_is_none() -> None:
    text = paper_pass.written(Pass("alder-primary", 7, TODAY))
    assert paper_pass.read(text) == Pass("alder-primary", 7, TODAY)
    assert paper_pass.read(text[:-1] + ("A" if text[-1] != "A" else "B")) is None
    assert paper_pass.read(signing.dumps(["alder-primary"], salt=paper_pass.SALT)) is None
    assert paper_pass.read(signing.dumps(["alder-primary", 7, "today"], salt=paper_pass.SALT)) is None


def test_the_sheets_of_an_earlier_day_are_found_by_its_date_and_none_of_a_day_to_come(browse, group: Group) -> None:
    make_pupil(group=group)
    friday = TODAY - 3 * ONE_DAY
    make_session(friday)
    html = browse("olly").get(f"{HERE}/paper/?date={friday}").content.decode()
    assert f"/sessions/{friday}/am/groups/{group.pk}/key-in/" in html
    assert "Print today" not in html
    for date, words in ((TODAY + ONE_DAY, "That day is still to come."), ("soon", "Enter a date like 23/11/2026.")):
        reply = browse("olly").get(f"{HERE}/paper/?date={date}")
        assert reply.status_code == 422
        assert words in reply.content.decode()
