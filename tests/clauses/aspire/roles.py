"""Who takes a register at a school of Aspire."""

from tests.clauses import proves
from tests.clauses.deciding import only_the_designated_teacher_takes_a_register
from tests.clauses.leading import (
    an_officer_finds_no_pupil_of_another_school,
    saving_roles_warns_of_an_officer_who_is_no_senior_leader,
)
from tests.clauses.schools import Adopt, Browse
from tests.people import People


@proves("AET-2.09")
def test_a_teacher_opens_the_register_of_their_own_class_and_no_other(adopt, people, browse) -> None:
    adopt("aspire")
    only_the_designated_teacher_takes_a_register(people, browse)


@proves("AET-2.14")
def test_saving_roles_warns_of_an_attendance_officer_who_is_no_senior_leader(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("aspire")
    saving_roles_warns_of_an_officer_who_is_no_senior_leader(people, browse)


@proves("AET-2.14")
def test_an_attendance_officer_finds_no_pupil_of_another_school(adopt: Adopt, people: People, browse: Browse) -> None:
    adopt("aspire")
    an_officer_finds_no_pupil_of_another_school(people, browse)
