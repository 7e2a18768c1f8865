"""One search for a pupil a day: what is found while it lasts is added and told; a new one after the child was found."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from absence.actions.detentions import cancel_detention
from absence.actions.ending_truancy import end_by_hand
from absence.actions.following_truancy import confirm_truancy, link_to_safeguarding, log_call, say_unreached
from absence.actions.truancy import look_at_afternoon, look_at_who_came, look_for_overdue, set_not_on_site
from absence.models import Task, TruancyAlert, TruancyFinding
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.cancelling import cancel_lesson
from registers.actions.entering import Entry
from registers.actions.saving import save_marks
from registers.actions.taking import finish_register
from tests.absence.truancy import SCHOOL, TODAY, Adopt, Browse, Watched, adopt, at, watched
from tests.factories import make_contact, make_group, make_register, make_session

__all__ = ["adopt", "watched"]
Ending = TruancyAlert.Ending


def found() -> list[tuple[str, str | None, str]]:
    """Return what pupils were looked for, the first first: its kind, the lesson's group, how it was answered."""
    rows = TruancyFinding.objects.order_by("pk")
    return list(rows.values_list("kind", "lesson__lesson__group__name", "answer"))


def end(watched: Watched, ending: TruancyAlert.Ending, when: dt.datetime) -> None:
    watched.it_is(when)
    end_by_hand(TruancyAlert.objects.get(), ending=ending, outcome="As known", by=watched.people.alma, at=when)


def test_two_lessons_missed_in_a_row_make_one_alert_that_shows_both_and_each_is_told_within_a_minute(
    watched: Watched, browse: Browse
) -> None:
    watched.say(1, "N", at(8, 50))
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == [("lesson", "")]
    assert found() == [("lesson", "9A/1", ""), ("lesson", "9A/2", "")]
    told = Task.objects.get(kind="other")
    assert told.asked_at - at(9, 50) <= dt.timedelta(minutes=1)
    assert told.words.startswith("Looked for already, and now besides: Missing from a lesson, period 2. Last seen: ")
    assert watched.tasks() == {("contact", "attendance_officer", ""), ("other", "attendance_officer", "")}
    for page in (f"{SCHOOL}/truancy/", f"{SCHOOL}/truancy/{TruancyAlert.objects.get().pk}/"):
        html = browse("alma").get(page).content.decode()
        assert "9A/1" in html
        assert "9A/2" in html
        assert "Morning registration of 9A, 08:35" in html
    assert AuditEvent.objects.filter(kind=Event.TRUANCY_FOUND).count() == 2


def test_the_earlier_lesson_corrected_leaves_the_search_open_for_the_later(watched: Watched) -> None:
    watched.say(1, "N", at(8, 50))
    watched.say(2, "N", at(9, 50))
    watched.say(1, "/", at(9, 55), by=watched.people.alma, reason="Was there")
    assert found() == [("lesson", "9A/1", "withdrawn"), ("lesson", "9A/2", "")]
    assert watched.alerts() == [("lesson", "")]
    # And once the later is answered too, nothing is left to look for
    watched.say(2, "L", at(10, 0), minutes_late=15)
    assert watched.alerts() == [("lesson", "late")]
    assert TruancyAlert.objects.get().minutes_late == 15
    assert watched.tasks() == set()


def test_one_seen_in_a_later_lesson_is_found_whatever_they_missed_before(watched: Watched) -> None:
    for number, when in ((1, at(8, 50)), (2, at(9, 50))):
        watched.say(number, "N", when)
    watched.say(3, "/", at(11, 5))
    assert found() == [("lesson", "9A/1", "found"), ("lesson", "9A/2", "found")]
    assert watched.alerts() == [("lesson", "found")]


def test_a_new_alert_follows_only_where_the_child_was_found(watched: Watched) -> None:
    watched.say(1, "N", at(8, 50))
    end(watched, Ending.FOUND, at(9, 0))
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == [("lesson", "found"), ("lesson", "")]


@pytest.mark.parametrize("ending", [Ending.HOME_CONTACTED, Ending.EXPLAINED])
def test_what_is_missed_after_an_alert_ended_with_nobody_seeing_the_child_is_added_to_it_and_told(
    watched: Watched, ending: TruancyAlert.Ending
) -> None:
    watched.say(1, "N", at(8, 50))
    end(watched, ending, at(9, 0))
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == [("lesson", ending)]
    assert found() == [("lesson", "9A/1", ending), ("lesson", "9A/2", "")]
    assert watched.tasks() == {("other", "attendance_officer", "")}
    assert f"The alert of today was ended ({ending.label.lower()}), and nobody" in Task.objects.get(kind="other").words
    # When the lesson is corrected, the finding is answered and nothing waits; a lesson after that begins anew
    watched.say(2, "/", at(9, 55))
    assert found()[1] == ("lesson", "9A/2", "withdrawn")
    assert watched.tasks() == set()


def test_one_seen_since_an_alert_ended_is_looked_for_anew(watched: Watched) -> None:
    watched.say(1, "N", at(8, 50))
    end(watched, Ending.HOME_CONTACTED, at(9, 0))
    watched.say(2, "/", at(9, 50))
    watched.say(3, "N", at(11, 5))
    assert watched.alerts() == [("lesson", "home contacted"), ("lesson", "")]


def test_whom_staff_find_not_on_site_is_looked_for_in_the_open_alert_or_a_new_one(watched: Watched) -> None:
    watched.say(1, "N", at(8, 50))
    set_not_on_site(watched.pupil, words="By the gate", by=watched.people.alma, at=at(8, 55))
    assert (watched.alerts(), len(found())) == ([("lesson", "")], 2)
    end(watched, Ending.EXPLAINED, at(9, 0))
    set_not_on_site(watched.pupil, words="Gone again", by=watched.people.alma, at=at(9, 30))
    assert watched.alerts() == [("lesson", "explained"), ("not on site", "")]


def test_absent_after_lunch_is_no_explanation_of_a_lesson_missed_and_joins_its_alert(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    afternoon(watched, "N")
    assert watched.alerts() == [("lesson", "")]
    assert [kind for kind, _, _ in found()] == ["lesson", "afternoon"]


def test_one_registered_in_the_afternoon_is_found(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    afternoon(watched, "\\")
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.outcome) == ("found", "Registered at 13:20.")


def afternoon(watched: Watched, code: str) -> None:
    """Save the pupil's mark of the afternoon and finish its register, and let the consumers act."""
    watched.it_is(at(13, 20))
    register = make_register(make_session(TODAY, "pm"), make_group("9A"))
    entry = Entry(watched.pupil.pk, code, base=0, made_at=at(13, 20))
    reply = save_marks(register, [entry], key=uuid4(), digest="", by=watched.people.tess, at=at(13, 20))
    assert reply["rows"][0]["outcome"] == "saved", reply
    finish_register(register, by=watched.people.tess, at=at(13, 20))
    watched.told(at(13, 20))


def test_nobody_is_looked_for_because_of_a_lesson_that_is_cancelled(watched: Watched) -> None:
    watched.say(1, "N", at(8, 50))
    watched.say(2, "N", at(9, 50))
    for number in (1, 2):
        cancel_lesson(watched.lesson(number).lesson, TODAY, reason="Flood", by=watched.people.alma, at=at(10, number))
        watched.told(at(10, number))
        assert found()[number - 1][2] == "withdrawn"
        assert watched.alerts() == [("lesson", "" if number == 1 else "withdrawn")]
    assert TruancyAlert.objects.get().outcome == "The lesson was cancelled."
    # And what somebody says of the morning afterwards raises nothing of it
    assert look_at_who_came([watched.pupil.pk], by=watched.people.alma, at=at(10, 5)) == []


def test_one_not_on_site_is_looked_for_whatever_the_morning_s_mark_says_until_the_afternoon_s_register_sees_them(
    watched: Watched,
) -> None:
    set_not_on_site(watched.pupil, words="By the gate", by=watched.people.alma, at=at(10, 0))
    watched.amend("M", at(10, 5))
    assert watched.alerts() == [("not on site", "")]
    afternoon(watched, "\\")
    assert watched.alerts() == [("not on site", "found")]


def test_an_alert_ended_by_hand_says_what_is_known(watched: Watched) -> None:
    watched.say(1, "N", at(8, 50))
    with pytest.raises(ValidationError, match="Say what is known"):
        end_by_hand(TruancyAlert.objects.get(), ending=Ending.FOUND, outcome=" ", by=watched.people.alma, at=at(9))


def test_a_register_of_the_morning_finds_nobody_gone_after_lunch(watched: Watched) -> None:
    register = make_register(make_session(TODAY), make_group("9A"))
    assert look_at_afternoon(register, by=watched.people.alma, at=at(9)) == []


# Passing on, and what is confirmed


def test_the_parents_unreached_and_a_link_to_safeguarding_each_ask_for_a_look_of_their_own(watched: Watched) -> None:
    contact = make_contact(watched.pupil, name="Mara Fenn", phone="01632 960100", parental_responsibility=True)
    watched.say(2, "N", at(9, 50))
    alert = TruancyAlert.objects.get()
    log_call(alert, contact, reached=False, words="", by=watched.people.alma, at=at(9, 52))
    say_unreached(alert, by=watched.people.alma, at=at(9, 53))
    link_to_safeguarding(alert, by=watched.people.alma, at=at(9, 54))
    asked = Task.objects.filter(kind="safeguarding").order_by("pk")
    assert list(asked.values_list("origin", flat=True)) == [f"{alert}, unreached", f"{alert}, linked"]
    assert "sees a link to safeguarding" in asked[1].words


def test_each_teacher_of_a_lesson_missed_sets_work_for_the_detention_that_outlasts_the_search(
    adopt: Adopt, watched: Watched
) -> None:
    adopt("wigston")
    watched.say(1, "N", at(8, 50))
    watched.say(2, "N", at(9, 50))
    alert, ben = TruancyAlert.objects.get(), watched.people.ben
    confirm_truancy(alert, sanction="Detention", detention_at=at(15, 10), minutes=60, by=ben, at=at(10, 30))
    end(watched, Ending.FOUND, at(10, 40))
    work = Task.objects.filter(kind="set work", dropped_at__isnull=True).order_by("pk")
    assert [task.words[-9:] for task in work] == ["period 1.", "period 2."]
    given = alert.detentions.get()
    assert (given.state, given.minutes, given.set_by_name) == ("set", 60, "Ben Okafor")
    # When the detention is cancelled, nobody needs the work
    cancel_detention(given, because="It was a music exam", by=ben, at=at(11, 0))
    assert not work.all().exists()


def test_a_truancy_whose_mark_was_wrong_has_no_detention_left(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    alert = TruancyAlert.objects.get()
    confirm_truancy(alert, sanction="", detention_at=at(15, 10), by=watched.people.ben, at=at(10, 0))
    watched.say(2, "/", at(10, 5))
    given = alert.detentions.get()
    assert (given.state, given.cancelled_because) == ("cancelled", "The pupil was not missing after all.")


# Elsewhere on site with no time said to be back


@pytest.mark.parametrize(("when", "is_overdue"), [(at(9, 30), False), (at(9, 31), True)])
def test_who_is_elsewhere_with_no_time_said_is_looked_for_after_what_the_policy_says(
    watched: Watched, when: dt.datetime, is_overdue: bool
) -> None:
    watched.say(1, "ES", at(9, 0), place="Nurse")
    assert bool(look_for_overdue(by=watched.people.alma, at=when)) is is_overdue


@pytest.mark.parametrize(("when", "is_overdue"), [(at(9, 45), False), (at(9, 46), True)])
def test_and_at_the_latest_once_the_lesson_is_over(watched: Watched, when: dt.datetime, is_overdue: bool) -> None:
    watched.say(1, "N", at(8, 50))
    watched.say(1, "ES", at(9, 30), place="Nurse")  # since when the half hour counts
    assert bool(look_for_overdue(by=watched.people.alma, at=when)) is is_overdue


def test_one_found_who_goes_elsewhere_again_is_looked_for_again(watched: Watched) -> None:
    watched.say(1, "ES", at(9, 0), place="Nurse", until_at=at(9, 10))
    look_for_overdue(by=watched.people.alma, at=at(9, 11))
    watched.say(1, "/", at(9, 12))
    watched.say(1, "ES", at(9, 20), place="Music", until_at=at(9, 30))
    assert look_for_overdue(by=watched.people.alma, at=at(9, 30)) == []
    assert len(look_for_overdue(by=watched.people.alma, at=at(9, 31))) == 1
    assert watched.alerts() == [("overdue", "found"), ("overdue", "")]
