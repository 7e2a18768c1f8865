"""How parents report an absence to a school that follows Hertfordshire's policy."""

from registers.models import AbsenceReport, Assignment
from tests.clauses import proves
from tests.clauses.deciding import SCHOOL
from tests.clauses.law import TODAY
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE


@proves("HCC-2.2.04")
def test_a_parents_report_is_kept_with_child_date_reason_and_time_and_shown_at_register_time(
    adopt, people, browse
) -> None:
    # Given a report at ten past eight, saved
    adopt("hertfordshire")
    group = make_group()
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    session, pupil = make_session(TODAY), make_pupil(surname="Quill", group=group)
    said = {
        "name": "Ines Example", "channel": "absence line", "received_on": TODAY, "received_time": "08:10",
        "first_date": TODAY, "last_date": TODAY, "halves": "both", "reason": "A high temperature",
    }  # fmt: skip
    assert browse("olly").post(f"{SCHOOL}/pupils/{pupil.pk}/absence-call/", said).status_code == 302
    report = AbsenceReport.objects.get()
    assert (report.pupil, report.from_date, report.reason) == (pupil, TODAY, "A high temperature")
    assert (f"{report.received_at:%H:%M}", report.channel) == ("08:10", "absence line")
    # When the teacher takes the register, then the pupil is shown as reported
    register = make_register(session, group)
    page = browse("tess").get(f"{SCHOOL}/registers/{register.pk}/").content.decode()
    row = page[page.index("Quill,") :].partition("</tr>")[0]
    assert "Parent reported absent: check" in row
