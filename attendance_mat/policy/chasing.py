"""What a policy sets about registers that are out, and when a school's day is over."""

from dataclasses import dataclass
from datetime import time

from attendance_mat.policy.kinds import Role
from attendance_mat.policy.schema import Parameter


@dataclass(frozen=True)
class RegisterChasing(Parameter):
    """How registers that are out are asked for.

    One register is asked for again only after so many minutes. Where the policy follows repeated ones up
    (MissingMarks), a teacher's missed registers are looked into at so many in a half term, by whom; null where no
    number is set.
    """

    again_after_minutes: int
    missed_in_half_term: int | None
    followed_up_by: Role


@dataclass(frozen=True)
class LastBell(Parameter):
    """When the school's day ends, where no timetable of the day says: a cover pass ends then."""

    at: time
