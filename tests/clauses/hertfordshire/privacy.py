"""Confidential information is handled as such: restricted words are for named roles, and each look is noted."""

import datetime as dt

from escalation import actions
from escalation.models import Case
from registers.models import RecordAccess
from tests.clauses import proves
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_pupil
from tests.people import People

NOTE = "Strategy meeting about home."


@proves("HCC-2.3.03")
def test_a_restricted_note_is_hidden_from_a_teacher_and_one_look_of_the_lead_is_logged(
    adopt: Adopt, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    adopt("hertfordshire")
    pupil = make_pupil()
    today = monday_morning.date()
    case = Case.objects.create(pupil=pupil, stage="Open", next_step="Meet", due_date=today, opened_at=monday_morning)
    sadie = people.member("sadie")
    actions.add_note(case, words=NOTE, restricted=True, by=sadie, at=monday_morning)
    where = f"/s/alder-primary/cases/{case.pk}/"

    for page in (f"/s/alder-primary/pupils/{pupil.pk}/", where):
        assert NOTE not in browse("tess").get(page).text
    assert not RecordAccess.objects.filter(what="escalation:restricted-note").exists()

    assert NOTE in browse("sadie").get(where).text
    (look,) = RecordAccess.objects.filter(what="escalation:restricted-note")
    assert (look.by_name, look.pupil_id) == (sadie.name, pupil.pk)
