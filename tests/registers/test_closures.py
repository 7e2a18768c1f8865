"""An unplanned closure: one previewed act that says which marks change, and that is undone by amendment (R11)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from attendance_mat.accounts.member import machine
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions import undoing_closures
from registers.actions.closing import close_due_registers
from registers.actions.closures import CHANGED_MEANWHILE, declare_closure, plan_closure
from registers.actions.expecting import expect_absence
from registers.actions.taking import finish_register
from registers.actions.undoing_closures import undo_closure
from registers.models import Closure, ClosureChange, ExpectedMark, FamilyTie, Mark, MarkAmendment
from registers.rules.closures import Cause, Effect
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.closing_school import TODAY, TOMORROW, School, make_school


@pytest.fixture
def school(people: People, monday_morning: dt.datetime) -> School:
    return make_school(people, monday_morning)


def test_children_here_keep_their_marks_and_the_absent_have_y4(school: School, people: People) -> None:
    here, away = school.pupils
    make_mark(here, make_session(TODAY), "/", by=people.tess)
    make_mark(away, make_session(TODAY), "I", by=people.tess)

    closure = school.declare(halves="am")

    assert (school.code(here), school.code(away)) == ("/", "Y4")
    change = ClosureChange.objects.get()
    assert (change.mark.pupil, change.code_before) == (away, "I")
    kept = MarkAmendment.objects.get()
    assert (kept.original_code, kept.amended_code, kept.reason) == ("I", "Y4", "Closure: Boiler failure")
    event = AuditEvent.objects.get(kind=Event.CLOSURE_DECLARED)
    assert (event.subject_id, event.detail) == (closure.pk, {"code": "Y4", "amended": 1, "kept": 1})
    assert AuditEvent.objects.filter(kind=Event.MARK_CORRECTED).count() == 1


@pytest.mark.parametrize("code", ["/", "L", "U", "B", "V", "D"])
def test_a_child_here_or_taught_elsewhere_keeps_the_mark(school: School, people: People, code: str) -> None:
    make_mark(school.pupils[0], make_session(TODAY), code, by=people.tess, nature="At a museum")
    plan = plan_closure(school.wanted(halves="am"), by=people.alma)
    effects = {line.pupil_id: line.effect for line in plan.lines}
    assert effects == {school.pupils[0].pk: Effect.KEPT, school.pupils[1].pk: Effect.EXPECTED}


def test_a_finished_register_is_amended_with_its_reason(school: School, people: People) -> None:
    away = school.pupils[0]
    mark = make_mark(away, make_session(TODAY), "N", by=people.tess)
    make_mark(school.pupils[1], make_session(TODAY), "/", by=people.tess)
    finish_register(mark.register, by=people.tess, at=school.at)

    school.declare(halves="am")

    assert MarkAmendment.objects.get().kind == "amendment"
    assert AuditEvent.objects.filter(kind=Event.MARK_AMENDED).count() == 1


def test_children_without_a_mark_have_the_code_when_the_register_closes(
    school: School, people: People, it_is: Callable[[dt.datetime], None]
) -> None:
    school.declare()
    assert [row.halves for row in ExpectedMark.objects.all()] == ["both", "both"]
    assert not Mark.objects.exists()

    at = school.at + dt.timedelta(hours=6)
    it_is(at)
    close_due_registers(by=machine("Timer", at=school.at), at=at)

    assert sorted(Mark.objects.values_list("code", "session__half")) == [("Y4", "am")] * 2 + [("Y4", "pm")] * 2
    assert set(Mark.objects.values_list("made_by_name", flat=True)) == {"Alma Reyes"}


def test_a_register_closed_already_has_the_code_at_once(school: School, people: People) -> None:
    friday = make_session(dt.date(2026, 11, 20))
    make_register(friday, make_group())
    other = make_group("4B")
    unopened = make_pupil(group=other)

    school.declare(from_date=friday.date, until_date=TODAY)

    codes = dict(Mark.objects.filter(session=friday).values_list("pupil", "code"))
    assert codes == dict.fromkeys([*(pupil.pk for pupil in school.pupils), unopened.pk], "Y4")


def test_leave_that_was_expected_gives_way_to_a_cancelled_session_and_comes_back(
    school: School, people: People
) -> None:
    child = school.pupils[0]
    week = {"from_date": TODAY - dt.timedelta(days=3), "until_date": TODAY + dt.timedelta(days=4)}
    expect_absence(child, **week, halves="both", code="C", origin="leave request 7", by=people.ben, at=school.at)

    closure = school.declare(halves="am")

    live = ExpectedMark.objects.filter(pupil=child, ended_at=None).order_by("from_date", "halves", "code")
    parts = [(row.from_date.day, row.until_date.day, row.halves, row.code) for row in live]
    assert sorted(parts) == [(20, 23, "both", "C"), (23, 24, "am", "Y4"), (23, 24, "pm", "C"), (24, 27, "both", "C")]
    assert set(live.filter(code="C").values_list("origin", "granted_by_name")) == {("leave request 7", "Ben Okafor")}
    school.undo(closure)
    again = ExpectedMark.objects.filter(pupil=child, ended_at=None, from_date=TODAY, halves="am")
    assert [(row.code, row.origin) for row in again] == [("C", "leave request 7")]


def test_part_of_the_premises_takes_the_years_chosen_and_only_what_has_no_reason(
    school: School, people: People
) -> None:
    year_five = make_pupil(group=make_group("5A"), year=5)
    make_mark(school.pupils[0], make_session(TODAY), "N", by=people.tess)
    make_mark(school.pupils[1], make_session(TODAY), "I", by=people.tess)

    school.declare(Cause.PART, halves="am", years=(4,))

    assert [school.code(pupil) for pupil in school.pupils] == ["Y3", "I"]
    assert not ExpectedMark.objects.filter(pupil=year_five).exists()


def test_part_of_the_school_is_chosen_by_group_too(school: School, people: People) -> None:
    other = make_pupil(group=make_group("4B"))

    closure = school.declare(Cause.STAFFING, halves="am", groups=(make_group("4B").pk,), nature="Too few staff")

    assert [(row.pupil, row.code, row.nature) for row in ExpectedMark.objects.all()] == [(other, "Y7", "Too few staff")]
    assert not closure.whole_school
    assert closure.groups.get().name == "4B"


@pytest.mark.parametrize(
    ("how", "where", "words"),
    [
        ({"cause": Cause.STAFFING}, "nature", "needs its nature"),
        ({"cause": Cause.STAGGERED, "nature": "Year 7 first"}, "years", "Choose the years"),
        ({"cause": Cause.PART}, "years", "Choose the years"),
        ({"years": (4,)}, "years", "for every pupil"),
        ({"until_date": TODAY}, "last_date", "before the first"),
        ({"from_date": dt.date(2024, 8, 12), "until_date": dt.date(2024, 8, 24)}, "last_date", "19 August 2024"),
        ({"from_date": dt.date(2026, 12, 25), "until_date": dt.date(2026, 12, 26)}, "first_date", "no session"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    school: School, people: People, how: dict[str, object], where: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        plan_closure(school.wanted(**how), by=people.alma)
    assert words in str(refused.value.message_dict[where])


def test_a_role_without_the_code_does_not_declare_it(school: School, people: People) -> None:
    with pytest.raises(ValidationError, match="another role"):
        plan_closure(school.wanted(), by=people.tess)


def test_undoing_gives_back_every_mark_and_withdraws_what_is_only_expected(school: School, people: People) -> None:
    away, blank = school.pupils
    make_mark(away, make_session(TODAY), "B", by=people.tess, nature="Museum")
    amend(Mark.objects.get(), "I", by=people.alma, at=school.at, kind="correction", amended_comment="Rang at 8")
    closure = school.declare()

    assert school.undo(closure) == 1

    mark = Mark.objects.get(pupil=away)
    assert (mark.code, mark.comment, mark.changes) == ("I", "Rang at 8", 3)
    assert not ExpectedMark.objects.filter(ended_at=None).exists()
    closure.refresh_from_db()
    assert (closure.undone_by, closure.undone_because) == (people.alma.user, "The boiler works")
    assert AuditEvent.objects.filter(kind=Event.CLOSURE_UNDONE).count() == 1
    assert blank not in {row.pupil for row in Mark.objects.all()}


def test_undoing_leaves_a_mark_somebody_has_changed_since(school: School, people: People) -> None:
    away = school.pupils[0]
    mark = make_mark(away, make_session(TODAY), "N", by=people.tess)
    closure = school.declare(halves="am")
    amend(mark, "M", by=people.alma, at=school.at, kind="correction")

    assert school.undo(closure) == 0
    assert school.code(away) == "M"


def test_a_mark_the_closure_made_says_n_when_it_is_undone_or_what_was_expected_before(
    school: School, people: People
) -> None:
    friday = make_session(dt.date(2026, 11, 20))
    make_register(friday, make_group())
    on_leave, other = school.pupils
    expect_absence(
        on_leave, from_date=friday.date, until_date=TODAY, halves="am", code="M", origin="office", by=people.alma,
        at=school.at,
    )  # fmt: skip
    closure = school.declare(from_date=friday.date, until_date=TODAY)

    assert school.undo(closure) == 2
    assert dict(Mark.objects.values_list("pupil", "code")) == {on_leave.pk: "M", other.pk: "N"}


def test_a_cleared_mark_of_a_closed_register_says_n_when_the_closure_is_undone(
    school: School, people: People, it_is: Callable[[dt.datetime], None]
) -> None:
    mark = make_mark(school.pupils[0], make_session(TODAY), "/", by=people.tess)
    amend(mark, "", by=people.tess, at=school.at, kind="correction", reason="")
    closure = school.declare(halves="am")
    assert school.code(school.pupils[0]) == "Y4"
    it_is(school.at + dt.timedelta(hours=2))

    school.undo(closure, minutes=120)

    assert school.code(school.pupils[0]) == "N"


def test_what_is_expected_there_by_now_is_not_written_over_by_undoing(school: School, people: People) -> None:
    child = school.pupils[0]
    leave = {"halves": "both", "by": people.ben, "at": school.at}
    expect_absence(child, from_date=TODAY, until_date=TOMORROW, code="C", origin="leave", **leave)
    closure = school.declare(halves="am")
    ExpectedMark.objects.filter(pupil=child, code="Y4").update(ended_at=school.at, ended_by=people.alma.user)
    expect_absence(child, from_date=TODAY, until_date=TOMORROW, code="E", origin="x", **{**leave, "halves": "am"})

    school.undo(closure)

    assert ExpectedMark.objects.get(pupil=child, ended_at=None, halves="am").code == "E"


def test_it_is_undone_once_and_with_a_reason(school: School, people: People) -> None:
    closure = school.declare()
    with pytest.raises(ValidationError, match="Say why"):
        undo_closure(closure, because=" ", by=people.alma, at=school.at)
    school.undo(closure)
    with pytest.raises(ValidationError, match="undone already"):
        school.undo(closure)


def test_ones_own_family_is_left_for_someone_else(school: School, people: People) -> None:
    tie = FamilyTie.objects.create(user=people.alma.user, pupil=school.pupils[0])
    closure = school.declare()
    assert {row.pupil for row in ExpectedMark.objects.all()} == {school.pupils[1]}
    assert plan_closure(school.wanted(), by=people.ben).counts[Effect.EXPECTED] == 2
    tie.pupil = school.pupils[1]
    tie.save()
    with pytest.raises(ValidationError, match="family"):
        school.undo(closure)


def test_declaring_again_changes_nothing_more(school: School, people: People) -> None:
    school.declare()
    again = plan_closure(school.wanted(), by=people.alma)
    assert set(again.counts) == {Effect.SAME}


def test_marks_that_changed_since_the_preview_stop_it(school: School, people: People) -> None:
    wanted = school.wanted()
    digest = plan_closure(wanted, by=people.alma).digest
    make_mark(school.pupils[0], make_session(TODAY), "/", by=people.tess)
    with pytest.raises(ValidationError, match=CHANGED_MEANWHILE[:20]):
        declare_closure(wanted, digest=digest, by=people.alma, at=school.at)
    assert not Closure.objects.exists()


def test_a_fault_of_another_sort_stops_the_undoing_whole(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = {"from_date": TODAY, "until_date": TOMORROW, "halves": "both", "origin": "leave", "code": "C"}
    expect_absence(school.pupils[0], **leave, by=school.people.ben, at=school.at)
    closure = school.declare()
    backwards = ExpectedMark(pupil=school.pupils[0], from_date=TOMORROW, until_date=TODAY, granted_at=school.at)
    backwards.granted_by = school.people.ben.user
    monkeypatch.setattr(undoing_closures, "copy_of", lambda _row, _span: backwards)
    with pytest.raises(IntegrityError):
        school.undo(closure)
    closure.refresh_from_db()
    assert closure.undone_at is None


def test_a_mark_made_later_from_another_day_of_the_closure_stays(school: School, people: People) -> None:
    friday, other = make_session(dt.date(2026, 11, 20)), school.pupils[1]
    make_register(friday, make_group())
    make_mark(other, friday, "Y4", by=people.tess, source="expected", received_at=school.at)
    closure = school.declare(from_date=friday.date, until_date=TOMORROW)
    assert Mark.objects.filter(code="Y4").count() == 2

    assert school.undo(closure) == 1
    assert Mark.objects.get(pupil=other).code == "Y4"
