"""When Hertfordshire's register opens."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.clock import LONDON
from registers.actions.entering import school_policy
from registers.actions.taking import open_register
from tests.clauses import proves
from tests.clauses.law import TODAY
from tests.clauses.schools import Adopt
from tests.factories import make_group, make_session
from tests.people import People


@proves("HCC-5.01")
def test_the_morning_register_opens_with_the_doors(adopt: Adopt, people: People) -> None:
    adopt("hertfordshire")
    session, group, policy = make_session(TODAY), make_group(), school_policy()
    early, doors = (dt.datetime.combine(TODAY, dt.time(8, minute), LONDON) for minute in (39, 40))
    with pytest.raises(ValidationError, match="cannot be opened yet"):
        open_register(group, session, policy=policy, by=people.tess, at=early)
    assert open_register(group, session, policy=policy, by=people.tess, at=doors).opened_at == doors
