"""What the clauses about contacts ask: history with its source, who to chase, who is named on a letter."""

import datetime as dt
from collections.abc import Callable

from attendance_mat.accounts.models import Membership
from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.clock import LONDON
from letters import actions
from letters.actions.notices import plan_notice
from letters.models import NoticeCopy
from registers.models import Contact, Pupil, PupilYear, RollPeriod
from tests.admission.entering import change, entry_of
from tests.clauses.law import TODAY
from tests.clauses.schools import Browse
from tests.factories import make_contact, make_group, make_pupil
from tests.letters.paper import make_absentee, make_school_answer_letters, propose, text_of
from tests.people import People

TO_CHASE = "/s/alder-primary/contacts-to-chase/"


def history_shows_old_new_when_and_who_told(browse: Browse) -> None:
    """See that a changed mobile number stands in the entry's history with the old one, the day and whose word it is."""
    pupil = make_pupil()
    contact = make_contact(pupil, name="Astrid Lindholm", phone="07700 900001")
    change(browse("olly"), entry_of(pupil, f"contacts/{contact.pk}/change/"), phone="07700 900002")
    history = browse("olly").get(entry_of(pupil)).text.partition("What has been changed")[2]
    for words in ("07700 900001", "07700 900002", "23 Nov 2026", "Told by Mother, by telephone"):
        assert words in history
    assert AdmissionAmendment.objects.count() == 1


def one_contact_is_listed_and_two_are_not(browse: Browse) -> None:
    """See that a pupil with one contact person and two numbers is listed with what is short, and with two is not."""
    pupil = make_pupil(surname="Shortheld", group=make_group())
    make_contact(pupil, name="Astrid Shortheld", phone="07700 900001, 01632 960001")
    page = browse("olly").get(TO_CHASE).text
    assert "Shortheld" in page
    assert "1 of 2 emergency contacts." in page
    assert "emergency numbers." not in page
    make_contact(pupil, name="Jonas Berg", phone="07700 900003")
    assert "Shortheld" not in browse("olly").get(TO_CHASE).text


def the_one_leaver_without_a_forwarding_address_is_listed(browse: Browse) -> None:
    """See that of five pupils who left in November the one who gave no address and no school is listed."""
    gone = dt.date(2026, 11, 13)
    for number in range(4):
        make_pupil(surname=f"Known{number}", until_date=gone, next_address="9 Far Road")
    make_pupil(surname="Unknown", until_date=gone)
    page = browse("olly").get(TO_CHASE).text
    assert "Unknown" in page
    assert "Known0" not in page


def a_letter_names_whoever_holds_a_role_that_day(people: People, role: str, at: dt.datetime) -> None:
    """See that a letter printed the day after a change of person names the new one and no longer the old."""
    make_school_answer_letters()
    holders = {"attendance_officer": ("alma", "olly"), "safeguarding_lead": ("sadie", "olly")}
    before, after = (people.user(name) for name in holders[role])
    pupil: Pupil = make_absentee(people.tess)
    first = text_of(actions.send_letter(propose(pupil, by=people.ben, at=at), by=people.ben, at=at)[0].pdf)
    assert before.name in first
    Membership.objects.filter(user=before).update(until_date=TODAY + dt.timedelta(days=1))
    Membership.objects.create(user=after, school=people.alder, role=role, from_date=TODAY + dt.timedelta(days=1))
    later = at + dt.timedelta(days=1)
    letter = propose(pupil, by=people.ben, at=at, origin="case 2")
    second = text_of(actions.send_letter(letter, by=people.ben, at=later)[0].pdf)
    assert after.name in second
    assert before.name not in second


def of_300_families_296_are_sent_the_notice_and_4_are_listed(
    people: People, browse: Browse, it_is: Callable[[dt.datetime], None]
) -> None:
    """See that a notice of the expectations, due on Mon 5 Jan 2026, reaches 296 families and lists the other 4."""
    due = dt.date(2026, 1, 5)
    it_is(dt.datetime.combine(due, dt.time(9), LONDON))
    families_of(300, without_address=4)
    planned = plan_notice(
        subject="What we expect",
        words="Every day.",
        due_date=due,
        by=people.ben,
        at=dt.datetime(2025, 12, 18, tzinfo=LONDON),
    )
    place = f"/s/alder-primary/letters/notices/{planned.pk}/"
    assert "Due: not sent" in browse("ben").get(place).text

    page = browse("ben").post(f"{place}send/", follow=True).text

    sent = NoticeCopy.objects.filter(failed_because="")
    assert sent.values("family").distinct().count() == 296
    assert "<strong>296</strong> families" in page
    assert "<strong>4</strong> not reached" in page
    for number in range(4):
        assert f"Family{number}," in page
    assert "Family4," not in page


def families_of(number: int, *, without_address: int) -> None:
    """Put so many families of one child on the roll, of whom the first few have no address."""
    begun = {"from_date": dt.date(2025, 9, 1)}
    pupils = Pupil.objects.bulk_create(
        Pupil(surname=f"Family{each}", forename="Child", dob=dt.date(2017, 3, 4), sex="F") for each in range(number)
    )
    RollPeriod.objects.bulk_create(RollPeriod(pupil=pupil, **begun) for pupil in pupils)
    PupilYear.objects.bulk_create(PupilYear(pupil=pupil, year=4, **begun) for pupil in pupils)
    Contact.objects.bulk_create(
        Contact(
            pupil=pupil,
            position=1,
            name=f"Parent {each}",
            parental_responsibility=True,
            address="" if each < without_address else f"{each} Kestrel Road",
        )
        for each, pupil in enumerate(pupils)
    )
