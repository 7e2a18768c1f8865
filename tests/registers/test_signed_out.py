"""A pupil leaves during the day: what is kept, what the registers then show, and what the night finds."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.moving import begin_time_out, end_time_out
from registers.actions.permits import end_permit, give_permit
from registers.actions.signing_out import Departure, sign_out
from registers.models import Assignment, ExpectedMark, FamilyTie, Movement, Permit, Pupil
from registers.queries.doubting import contradictions_within
from registers.queries.movements import NOBODY, beyond_appointments, day_log, refused_today, safeguarding_lead
from registers.queries.taking import register_rows
from registers.rules import doubts
from registers.rules.doubts import DoubtKind
from registers.rules.movements import Leaving, MovementKind, PermitKind
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.moving import MONDAY, make_movement, monday

It = Callable[[dt.datetime], None]


@pytest.fixture
def pupil(people: People, it_is: It) -> Pupil:
    make_session(MONDAY, "am")
    make_session(MONDAY, "pm")
    it_is(monday("15:00"))
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def leave(pupil: Pupil, people: People, clock: str = "10:05", **said: object) -> Movement:
    given: dict[str, object] = {"reason": Leaving.APPOINTMENT, "authorised_by": "Ben Okafor", **said}
    return sign_out(pupil, Departure(at=monday(clock), **given), by=people.alma, at=monday("15:00")).movement


def test_what_was_checked_is_kept_and_the_password_is_not(pupil: Pupil, people: People) -> None:
    make_contact(pupil, name="Mum Example", may_collect=True, collect_password="Heron")
    row = leave(pupil, people, collector_name="Aunt Example", password="heron", due_back_at=monday("11:30"))
    assert (row.collector_name, row.checked_by, row.permitted) == ("Aunt Example", "password", True)
    assert "eron" not in repr(vars(row)).lower().replace("heron road", "")
    event = AuditEvent.objects.get(kind=Event.SIGNED_OUT)
    assert event.detail == {"pupil": pupil.pk, "reason": "appointment"}


def test_a_name_that_is_typed_is_known_for_a_contact_who_may_not_have_contact(pupil: Pupil, people: People) -> None:
    make_contact(pupil, name="Dad Example", no_contact=True, may_collect=True)
    with pytest.raises(ValidationError, match="not to have contact"):
        leave(pupil, people, collector_name="dad  example")
    row = Movement.objects.get()
    assert (row.kind, row.permitted) == ("refused", False)
    assert AuditEvent.objects.filter(kind=Event.RELEASE_REFUSED).count() == 1
    assert refused_today(MONDAY, Pupil.objects.all()) == 1


@pytest.mark.parametrize(("fields", "why"), [
    ({"no_contact": True, "may_collect": True}, "not to have contact"),
    ({"court_order": "Supervised contact only.", "may_collect": True}, "court order"),
    ({"ended_on": MONDAY, "may_collect": True}, "no longer a contact"),
])  # fmt: skip
@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_contacts_of_one_name_the_most_restricted_counts(
    pupil: Pupil, people: People, fields: dict[str, object], why: str, *, is_first: bool
) -> None:
    for given in (fields, {"may_collect": True})[:: 1 if is_first else -1]:
        make_contact(pupil, name="Jonas Berg", **given)
    with pytest.raises(ValidationError, match=why):
        leave(pupil, people, collector_name="jonas berg")
    assert Movement.objects.get().kind == "refused"


def test_the_password_of_somebody_forbidden_opens_nothing(pupil: Pupil, people: People) -> None:
    make_contact(pupil, no_contact=True, collect_password="Heron")
    with pytest.raises(ValidationError, match="password is wrong"):
        leave(pupil, people, collector_name="Aunt Example", password="Heron")


def test_who_has_left_leaves_once_and_a_time_before_the_last_coming_in_is_refused(pupil: Pupil, people: People) -> None:
    first = leave(pupil, people)
    assert leave(pupil, people, "10:07") == first
    make_movement(pupil, MovementKind.IN, "11:00", by=people.alma)
    with pytest.raises(ValidationError, match="came in at 11:00"):
        leave(pupil, people, "10:30")
    with pytest.raises(ValidationError, match="after the leaving"):
        leave(pupil, people, "12:00", due_back_at=monday("11:59"))


def test_one_s_own_child_is_signed_out_by_somebody_else(pupil: Pupil, people: People) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        leave(pupil, people)


def test_what_is_expected_already_stays_and_a_reason_without_a_code_expects_nothing(
    pupil: Pupil, people: People
) -> None:
    leave(pupil, people, reason=Leaving.OTHER, words="Music exam")
    assert not ExpectedMark.objects.exists()
    other = make_pupil(group=make_group())
    ExpectedMark.objects.create(
        pupil=other, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), halves="pm", code="C1",
        origin="leave request 1", granted_by=people.ben.user, granted_by_name="Ben Okafor",
        granted_by_role="headteacher", granted_at=monday("08:00"),
    )  # fmt: skip
    leave(other, people, reason=Leaving.ILLNESS)
    assert ExpectedMark.objects.get().code == "C1"


def test_a_primary_school_s_pupil_without_a_year_is_primary(pupil: Pupil, people: People) -> None:
    pupil.years.update(until_date=MONDAY)
    with pytest.raises(ValidationError, match="No adult is named"):
        leave(pupil, people, authorised_by="")


def test_who_walks_out_is_a_concern_told_at_once(pupil: Pupil, people: People) -> None:
    row = leave(pupil, people, reason=Leaving.WALKED_OUT, authorised_by="")
    assert (row.permitted, row.checked_by) == (False, "")
    assert AuditEvent.objects.filter(kind=Event.LEFT_WITHOUT_PERMISSION).count() == 1


def test_a_register_shows_who_is_signed_out_and_when_they_are_due_back(pupil: Pupil, people: People, browse) -> None:
    leave(pupil, people, reason=Leaving.OTHER, words="Music exam", due_back_at=monday("13:45"))
    register = make_register(make_session(MONDAY, "pm"), make_group())
    address = f"/s/alder-primary/registers/{register.pk}/"
    page = browse("olly").get(address).text
    assert "Signed out 10:05, due back 13:45." in page
    assert "data-check" in page
    assert 'Everyone else is present (<span data-count="fillable">0</span>)' in page


def test_a_classroom_reads_only_that_the_child_is_not_expected(pupil: Pupil, people: People, browse) -> None:
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0], from_date=dt.date(2026, 9, 1))
    leave(pupil, people, reason=Leaving.OTHER, words="Music exam", due_back_at=monday("13:45"))
    register = make_register(make_session(MONDAY, "pm"), make_group())
    page = browse("tess").get(f"/s/alder-primary/registers/{register.pk}/").text
    assert "Not expected." in page
    assert "Signed out" not in page
    assert "Music exam" not in page


def test_a_later_leaving_says_nothing_of_the_morning_and_a_return_ends_it(pupil: Pupil, people: People) -> None:
    morning, afternoon = (make_register(make_session(MONDAY, half), make_group()) for half in ("am", "pm"))
    leave(pupil, people)
    assert [register_rows(each, by=people.alma)[0].signed_out is None for each in (morning, afternoon)] == [True, False]
    make_movement(pupil, MovementKind.IN, "13:00", by=people.alma)
    assert register_rows(afternoon, by=people.alma)[0].signed_out is None


def doubts_of(people: People) -> list[tuple[str, str, str]]:
    found = contradictions_within(MONDAY, MONDAY, provision_from=6)
    return [
        (each.kind, doubts.why(each.kind, each.evidence), each.offered)
        for each in found
        if each.kind is DoubtKind.SIGNED_OUT
    ]


def test_the_night_finds_who_was_marked_while_signed_out(pupil: Pupil, people: People) -> None:
    leave(pupil, people, reason=Leaving.OTHER, words="Music exam")
    make_mark(pupil, make_session(MONDAY, "pm"), "\\", by=people.tess)
    assert doubts_of(people) == [
        ("signed out", "Marked \\, and signed out of school at 10:05, with no return entered.", "")
    ]


def test_who_came_back_before_the_close_was_marked_rightly(pupil: Pupil, people: People) -> None:
    leave(pupil, people, reason=Leaving.OTHER, words="Music exam")
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    make_mark(pupil, make_session(MONDAY, "pm"), "\\", by=people.tess)
    make_movement(pupil, MovementKind.IN, "13:20", by=people.alma)
    assert doubts_of(people) == []


def test_the_day_s_log_pairs_each_return_with_its_leaving(pupil: Pupil, people: People) -> None:
    make_movement(pupil, MovementKind.IN, "08:58", by=people.alma)
    leave(pupil, people, "11:05", due_back_at=monday("12:00"))
    make_movement(pupil, MovementKind.IN, "12:40", by=people.alma)
    leave(pupil, people, "14:00", due_back_at=monday("14:30"))
    lines = day_log(MONDAY, Pupil.objects.all(), at=monday("15:00"))
    assert [(line.movement.kind, line.outing.minutes if line.outing else None, line.is_overdue) for line in lines] == [
        ("in", None, False), ("out", 95, False), ("out", None, True),
    ]  # fmt: skip


def test_who_was_away_all_day_for_an_appointment_is_listed_once(pupil: Pupil, people: People) -> None:
    make_mark(pupil, make_session(MONDAY), "M", by=people.alma)
    make_mark(pupil, make_session(MONDAY, "pm"), "M", by=people.alma)
    half = make_pupil(group=make_group())
    make_mark(half, make_session(MONDAY), "M", by=people.alma)
    found = beyond_appointments(MONDAY, Pupil.objects.all(), closes=monday("13:30"), at=monday("15:00"))
    assert [(each.pupil, each.outing) for each in found] == [(pupil, None)]


def test_time_out_is_for_whom_it_is_recorded_and_is_counted_in_minutes(pupil: Pupil, people: People) -> None:
    with pytest.raises(ValidationError, match="No time out is recorded"):
        begin_time_out(pupil, lesson="", by=people.tess, at=monday("10:10"))
    give_permit(pupil, PermitKind.TIME_OUT, word_of="The plan of 2 November", by=people.alma, at=monday("09:00"))
    begun = begin_time_out(pupil, lesson="P2 Maths", by=people.tess, at=monday("10:10"))
    assert begin_time_out(pupil, lesson="P2 Maths", by=people.tess, at=monday("10:11")) == begun
    assert end_time_out(pupil, by=people.tess, at=monday("10:25")) == 15
    assert end_time_out(pupil, by=people.tess, at=monday("10:26")) == 0


def test_a_permit_is_given_once_on_somebody_s_word_and_ended_by_its_last_day(pupil: Pupil, people: People) -> None:
    def give() -> Permit:
        return give_permit(pupil, PermitKind.LEAVES_SITE, word_of="Mum", by=people.alma, at=monday("09:00"))

    with pytest.raises(ValidationError):
        give_permit(pupil, PermitKind.LEAVES_SITE, word_of=" ", by=people.alma, at=monday("09:00"))
    permit = give()
    assert give() == permit
    for _ in range(2):
        end_permit(permit, by=people.alma, at=monday("10:00"))
    permit.refresh_from_db()
    assert (permit.until_date, permit.ended_by_name) == (MONDAY + dt.timedelta(days=1), "Alma Reyes")
    with pytest.raises(ValidationError, match="ended today"):
        give()


def test_without_a_safeguarding_lead_the_head_names_somebody(people: People) -> None:
    assert safeguarding_lead(people.alder, MONDAY) == NOBODY
    people.member("sadie")
    assert safeguarding_lead(people.alder, MONDAY) == "Sadie Blum"
