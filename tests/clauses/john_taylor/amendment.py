"""John Taylor's register is amended with a reason; leave got by a false application can be amended back."""

import datetime as dt

from absence.actions import leave as actions
from absence.rules.days import Days
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.clock import LONDON
from escalation.models import Case, CaseTask
from registers.models import MarkAmendment
from tests.clauses import proves
from tests.clauses.amending import JOINED, all_six_are_kept_and_shown
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_sessions

FIRST, LAST = dt.date(2025, 12, 8), dt.date(2025, 12, 10)
FOUND_ON = dt.datetime(2025, 12, 15, 9, tzinfo=LONDON)


@proves("JTM-8.03")
def test_an_amendment_without_a_reason_is_refused_and_one_with_it_keeps_all_six(adopt, people, it_is, browse) -> None:
    adopt("john_taylor")
    all_six_are_kept_and_shown(people, it_is, browse)


@proves("JTM-7.09")
def test_leave_found_to_rest_on_a_falsified_application_amends_its_six_sessions(adopt, people, it_is, browse) -> None:
    # Given six granted sessions, marked C, and an open case
    adopt("john_taylor")
    asked_at = dt.datetime(2025, 11, 20, 9, tzinfo=LONDON)
    it_is(asked_at)
    pupil = make_pupil(group=make_group("7B"), from_date=JOINED)
    parent = make_contact(pupil)
    sessions = make_sessions(FIRST, 3)
    request = actions.ask_for_leave(
        pupil, days=Days(FIRST, LAST), reason="A funeral", asked_by=parent, asked_on=asked_at.date(), by=people.alma,
        at=asked_at,
    )  # fmt: skip
    decision = actions.grant_leave(
        request, first=FIRST, last=LAST, code="C", reason="Exceptional", by=people.ben, at=asked_at
    )
    it_is(FOUND_ON)
    for session in sessions:
        make_mark(pupil, session, "C", by=people.tess, group=make_group("7B"))
    case = Case.objects.create(
        pupil=pupil, stage="Concern", next_step="Look.", due_date=FOUND_ON.date(), opened_at=FOUND_ON
    )
    # When falsification is recorded on Monday 15 December 2025
    found = {"falsified-code": "G", "falsified-evidence": "Photographs of a beach."}
    assert browse("ben").post(f"/s/alder-primary/leave-requests/{request.pk}/falsified/", found).status_code == 302
    # Then six amendments with that reason exist, logged with the evidence, and a penalty step is offered
    rows = MarkAmendment.objects.values_list("original_code", "amended_code", "reason", "amended_by_name")
    assert list(rows) == [("C", "G", "falsified application", "Ben Okafor")] * 6
    assert decision.falsified.evidence == "Photographs of a beach."
    handle_waiting_events(at=FOUND_ON)
    assert "penalty" in CaseTask.objects.get(case=case, does="decision").words
