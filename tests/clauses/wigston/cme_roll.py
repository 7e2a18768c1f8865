"""Children missing education under Wigston's policy: the county's checklist, and the form with the family's notice."""

import datetime as dt

from attendance_mat.admission.actions.missing import open_missing, record_told
from attendance_mat.admission.models import MissingEducation
from tests.clauses import proves
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_contact, make_pupil
from tests.letters.paper import text_of
from tests.people import People

FOUND = dt.date(2025, 11, 10)
AT = dt.datetime(2025, 11, 14, 9, tzinfo=dt.UTC)
ROLL = "/s/alder-primary/roll/missing-education"


@proves("WAT-5.01")
def test_a_case_has_the_countys_checklist(adopt: Adopt, people: People, browse: Browse) -> None:
    school = adopt("wigston")
    school.local_authority = people.alder.local_authority = "Leicestershire"
    school.save()
    case = open_missing(make_pupil(), identified_on=FOUND, by=people.alma, at=AT)
    page = browse("alma").get(f"{ROLL}/{case.pk}/").text
    for words in ("After ten school days on end: refer to Leicestershire’s Inclusion Service", "Visit the home"):  # noqa: RUF001 - as the page has it
        assert words in page


@proves("WAT-A2.05")
def test_the_form_and_the_notice_to_the_family_are_ready_together_and_both_days_are_kept(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("wigston")
    pupil = make_pupil()
    make_contact(pupil, name="Astrid Lindholm")
    browser = browse("alma")
    page = browser.post(f"/s/alder-primary/pupils/{pupil.pk}/missing-education/", {"identified_on": "2025-11-14"},
        follow=True).text  # fmt: skip
    case = MissingEducation.objects.get()
    for document, says in (("form", "A child who may be missing education"), ("notice", "Dear Astrid Lindholm")):
        assert f"{ROLL}/{case.pk}/{document}/" in page
        assert says in text_of(browser.get(f"{ROLL}/{case.pk}/{document}/").content)
    told = dt.date(2025, 11, 14)
    case = record_told(case, reported_on=told, family_told_on=told, by=people.alma, at=AT)
    assert (case.reported_on, case.family_told_on) == (told, told)
