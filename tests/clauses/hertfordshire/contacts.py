"""Contacts: what is changed stays on record, and the way a family can best be reached comes first."""

import datetime as dt
from collections.abc import Callable

from attendance_mat.clock import LONDON
from escalation.actions.organisations import add_organisation
from escalation.models import CaseTask, Organisation
from registers.rules.telling import channel_for
from tests.clauses import proves
from tests.clauses.contacts import history_shows_old_new_when_and_who_told
from tests.clauses.schools import Adopt, Browse
from tests.escalation.test_case_pages import make_case
from tests.factories import make_contact, make_pupil
from tests.people import People


@proves("HCC-2.4.02")
def test_a_changed_number_stands_in_the_history_with_the_old_one(adopt: Adopt, browse: Browse) -> None:
    adopt("hertfordshire")
    history_shows_old_new_when_and_who_told(browse)


@proves("HCC-2.6.10")
def test_the_channel_a_contact_prefers_is_the_first_and_of_another_what_is_held(adopt: Adopt) -> None:
    adopt("hertfordshire")
    pupil = make_pupil()
    prefers = make_contact(pupil, channel="text", email="one@example.org")
    other = make_contact(pupil, channel="", phone="", email="two@example.org")

    first, second = (
        channel_for(preferred=each.channel, phone=each.phone, email=each.email, address=each.address)
        for each in (prefers, other)
    )

    assert (first, second) == ("text", "email")


@proves("HCC-7.02")
def test_each_organisation_of_the_directory_can_be_chosen_on_a_plan(
    adopt: Adopt, people: People, browse: Browse, it_is: Callable[[dt.datetime], None]
) -> None:
    adopt("hertfordshire")
    now = dt.datetime(2025, 11, 3, 9, tzinfo=LONDON)
    it_is(now)
    named = [
        add_organisation(name=name, offers=offers, from_date=dt.date(2025, 9, 1), by=people.alma, at=now)
        for name, offers in (("Minds", "Mental health"), ("Mentors", "Mentoring"), ("Carers", "Young carers"))
    ]
    case = make_case(make_pupil(from_date=dt.date(2025, 9, 1)), at=now)
    place = f"/s/alder-primary/cases/{case.pk}/"
    plan = {"does": "plan", "words": "A plan.", "role": "office", "due_date": "2025-11-10"}
    alma = browse("alma")

    page = alma.get(place).text
    for each in named:
        assert f"{each.name}: {each.offers}" in page
        alma.post(f"{place}steps/", {**plan, "organisation": each.pk})

    assert Organisation.objects.filter(steps__in=CaseTask.objects.filter(case=case)).count() == 3
