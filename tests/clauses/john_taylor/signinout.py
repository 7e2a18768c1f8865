"""Leaving the premises under John Taylor's policy: the reason, the time and a written reason seen."""

from tests.clauses import proves
from tests.clauses.leaving_school import at_school

__all__ = ["at_school"]


@proves("JTM-8.13")
def test_a_written_reason_that_was_not_seen_is_warned_of(at_school) -> None:
    day = at_school("john_taylor")
    done = day.out(day.pupil(year=9, came="08:45"), "14:20", authorised_by="Ben Okafor")
    assert done.warnings[-1] == "No written reason was seen. Ask for one when the pupil comes back."
    seen = day.out(day.pupil(year=9, surname="Reed"), "14:21", authorised_by="Ben Okafor", written_reason_seen=True)
    assert not any("written reason" in warning for warning in seen.warnings)
    assert seen.movement.written_reason_seen
