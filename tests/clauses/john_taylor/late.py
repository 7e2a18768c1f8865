"""Late arrivals under John Taylor's policy: at the office after the gates shut, with a reason."""

import pytest

from registers.models import Mark
from tests.clauses import proves
from tests.clauses.leaving_school import at_school

__all__ = ["at_school"]


@proves("JTM-8.04")
def test_who_signs_in_at_eight_minutes_to_nine_is_late_with_the_reason(at_school) -> None:
    day = at_school("john_taylor")
    pupil = day.pupil(year=9)
    assert "Say why the child is late: the policy asks for a reason." in day.come(pupil, "08:52")
    assert not Mark.objects.exists()
    day.come(pupil, "08:52", reason="Bus or train", words="34 was full")
    mark = Mark.objects.get()
    assert (mark.code, mark.comment, mark.source) == ("L", "Bus or train: 34 was full", "late desk")


@proves("JTM-8.04")
@pytest.mark.parametrize(("clock", "code"), [("08:55", "L"), ("08:56", "U")])
def test_after_the_gates_shut_it_is_late_until_the_register_closes(at_school, clock: str, code: str) -> None:
    day = at_school("john_taylor")
    day.come(day.pupil(year=9), clock, reason="Overslept")
    assert Mark.objects.get().code == code
