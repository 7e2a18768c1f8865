"""Which register a member may take or amend, with all that its page and a save need to know of it."""

from typing import Any, Final

from django.db import connection

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from attendance_mat.rows import columns, next_row
from registers.models import Group, Register, Session

HOLDS: Final = "{0}.from_date <= s.date AND ({0}.until_date IS NULL OR {0}.until_date > s.date)"
# In our own words: to have it put together anew cost more than to have it answered, at every save. It says what
# `groups_to_take` (queries/cover.py) says of a day, and a test holds them together.
REACHED: Final = f"""
SELECT cover.name, asked.sent_at, asked.sent_by_name,
    {columns(Register, "r")}, {columns(Session, "s")}, {columns(Group, "g")}
FROM registers_register r
JOIN registers_session s ON s.id = r.session_id
JOIN registers_group g ON g.id = r.group_id
LEFT JOIN LATERAL (SELECT c.name, c.user_id FROM registers_cover c
    LEFT JOIN registers_coverpass p ON p.id = c.cover_pass_id
    LEFT JOIN accounts_membership bearer ON bearer.id = p.membership_id
    WHERE c.ended_at IS NULL AND bearer.ended_at IS NULL
        AND c.date = s.date AND c.half = s.half AND c.group_id = r.group_id LIMIT 1) cover ON true
LEFT JOIN LATERAL (SELECT a.sent_at, a.sent_by_name FROM registers_registerreminder a
    WHERE a.date = s.date AND a.half = s.half AND a.group_id = r.group_id ORDER BY a.sent_at DESC LIMIT 1) asked ON true
WHERE r.id = %(register)s AND (
    %(everywhere)s
    OR EXISTS (SELECT FROM registers_assignment a
        WHERE a.user_id = %(user)s AND a.group_id = r.group_id AND {HOLDS.format("a")}
            AND (NOT %(own_days)s OR extract(isodow FROM s.date)::int - 1 = ANY (a.weekdays)))
    OR (%(by_year)s AND EXISTS (SELECT FROM registers_groupmember m
        JOIN registers_pupilyear y ON y.pupil_id = m.pupil_id AND {HOLDS.format("y")}
        JOIN registers_assignment a ON a.year = y.year AND a.user_id = %(user)s AND {HOLDS.format("a")}
        WHERE m.group_id = r.group_id AND {HOLDS.format("m")}))
    OR cover.user_id = %(user)s
)
"""  # noqa: S608 (all of it is written here but the columns, which are quoted)
KNOWN: Final = ("covered_by", "reminded_at", "reminded_by")


def register_in_reach(pk: int, *, by: Member, scope: Scope) -> Register | None:
    """Return a register that the member may take or amend, or None. One query.

    It comes with its session and group, with who covers it (`covered_by`), and with when and by whom it was last asked
    for (`reminded_at`, `reminded_by`). Reach is as it was on the register's own day, so that Monday's teacher can still
    send Monday's marks on Tuesday.
    """
    asked: dict[str, Any] = {"register": pk, "user": by.user_id, "everywhere": scope >= Scope.SCHOOL,
        "own_days": scope == Scope.OWN, "by_year": scope == Scope.YEAR}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(REACHED, asked)
        found = cursor.fetchone()
    if found is None:
        return None
    values = iter(found)
    known = {name: next(values) for name in KNOWN}
    register = next_row(values, Register)
    register.session, register.group = next_row(values, Session), next_row(values, Group)
    register.__dict__.update(known)
    return register
