"""What the application's own role may never do to a table, asked of the database itself (decision 2)."""

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.db import DatabaseError, connection, models, transaction

from attendance_mat.trust.models import School
from registers.models import Mark
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People
from tests.repository.models import our_models

# Another name here is a decision, for somebody to make on purpose.
REMOVABLE = {
    "sessions.Session", "registers.Session", "registers.PupilYear", "registers.Characteristic",
    "registers.GroupMember", "registers.Assignment", "registers.TimetablePeriod", "registers.TimetabledLesson",
    "registers.OffTimetableDay", "registers.PlannedDay", "trust.Enrolment",
}  # fmt: skip
# What stands in these columns is never written over.
WRITTEN_ONCE = [
    ("letters_letter", "figures"),
    ("letters_letter", "pupil_id"),
    ("letters_sentletter", "pdf"),
    ("absence_leaverequest", "reason"),
    ("absence_leavedecision", "outcome"),
    ("escalation_finding", "evidence"),
    ("escalation_casenote", "words"),
    ("registers_mark", "code"),
    ("registers_markamendment", "reason"),
    ("registers_register", "closes_at"),
    ("registers_lessonmark", "code"),
    ("registers_lessonmarkamendment", "reason"),
    ("registers_lessonregister", "ends_at"),
    ("registers_timetabledlesson", "from_date"),
    ("registers_timetableperiod", "starts"),
    ("registers_session", "date"),
    ("registers_expectedmark", "code"),
    ("registers_contradiction", "mark_id"),
    ("registers_savereceipt", "reply"),
    ("audit_auditevent", "detail"),
    ("trust_clockshift", "seconds"),
]


def has(right: str, table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("model", [*our_models(), BrowserSession], ids=lambda model: model._meta.label)
def test_only_what_is_no_record_can_be_removed(alder: School, model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert has("DELETE", table) == (model._meta.label in REMOVABLE)
    assert not has("TRUNCATE", table)
    assert not has("TRIGGER", table)


@pytest.mark.parametrize(("table", "column"), WRITTEN_ONCE)
def test_what_is_on_record_is_not_written_over(alder: School, table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_column_privilege(%s, %s, 'UPDATE')", [table, column])
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("function", ["change_mark", "apply_amendment", "receive_mark", "check_marks"])
def test_a_function_of_the_triggers_serves_no_other_table(people: People, function: str) -> None:
    # Given a mark, and a table of the application's own that looks like an amendment
    mark = make_mark(make_pupil(group=make_group()), make_session(SINCE), "N", by=people.tess)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE mine (LIKE registers_markamendment)")
    # Then it cannot have the function that changes marks run as the owner for it
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION {function}()")
    assert Mark.objects.get(pk=mark.pk).code == "N"
