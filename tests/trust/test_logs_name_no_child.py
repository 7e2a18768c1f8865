"""A log line never holds the row that the database refused."""

import logging

import pytest
from django.db import IntegrityError, transaction

from attendance_mat.logs import WithoutRows
from attendance_mat.trust.models import School
from registers.models import Contact
from tests.factories import make_pupil

ADDRESS = "1 Quay\nPort Featherstone"  # not on the line that fails: a traceback shows the code as written


def test_the_row_the_database_refused_is_left_out_of_the_log(alder: School) -> None:
    # Given a contact that the database refuses, with a name and an address of two lines
    pupil = make_pupil(surname="Featherstone")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Contact.objects.create(pupil=pupil, position=1, name=" ", address=ADDRESS)
    assert "Port Featherstone" in str(refused.value)
    # When it is logged with its traceback
    error = (refused.type, refused.value, refused.tb)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "It failed: %s", (refused.value,), error)
    line = WithoutRows("%(message)s").format(record)
    # Then the log says what failed and names nobody
    assert "a_contact_has_a_name" in line
    assert "Featherstone" not in line
    assert "Quay" not in line
    assert "test_logs_name_no_child.py" in line
