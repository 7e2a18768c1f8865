"""docs/permissions.md says what each role may do, exactly as the code grants it."""

from pathlib import Path

from attendance_mat.accounts.permissions import HEADS_POWERS, Permission
from attendance_mat.accounts.roles import GRANTS, Role, scope_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
HEADING = """# Who may do what

Written from `attendance_mat/accounts/roles.py`; a test fails when the two differ. A cell says how far the permission
reaches: own (the registers one is assigned to, on one's weekdays), group, year, school, trust. An empty cell is a
refusal. Whatever lies outside the reach is not found. A power marked * can be handed over by the headteacher, to a
person and for dates, by a recorded decision; it then reaches the school.
"""


def table() -> str:
    """Return every permission against every role a person can hold."""
    roles = [role for role in Role if GRANTS[role]]
    rows = [["may", *(role.label for role in roles)], ["---"] * (len(roles) + 1)]
    for permission in Permission:
        scopes = [scope_of(role, permission) for role in roles]
        words = permission.value + (" *" if permission in HEADS_POWERS else "")
        rows.append([words, *(scope.name.lower() if scope else "" for scope in scopes)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def test_the_table_says_what_the_code_grants() -> None:
    assert DOCUMENT.read_text() == f"{HEADING}\n{table()}", f"Put this in docs/permissions.md:\n{HEADING}\n{table()}"


def test_no_machine_may_do_what_needs_a_person() -> None:
    assert not GRANTS[Role.SYSTEM]
