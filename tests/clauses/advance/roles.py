"""Who takes a register at a school of Advance."""

from tests.clauses import proves
from tests.clauses.deciding import only_the_designated_teacher_takes_a_register


@proves("ALP-3.09")
def test_a_teacher_opens_the_register_of_their_own_class_and_no_other(adopt, people, browse) -> None:
    adopt("advance")
    only_the_designated_teacher_takes_a_register(people, browse)
