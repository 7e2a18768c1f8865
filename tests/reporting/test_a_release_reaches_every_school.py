"""A school opened by an earlier release is brought up to the present one."""

import pytest
from django.conf import settings

from tests import conftest as shared
from tests.reporting.conftest import Demo

pytestmark = pytest.mark.xdist_group("demo")  # one load serves them all
SCHOOL = "school_otter_ford"
OWN = tuple(app.rpartition(".")[2] for app in settings.TENANT_APPS)
SINCE = "app = 'escalation' AND name >= '0003'"  # several in a row, to the latest
MADE_SINCE = """
ALTER TABLE escalation_hold DROP CONSTRAINT a_hold_ended_says_who_and_when, DROP COLUMN restricted;
ALTER TABLE escalation_casenote DROP COLUMN restricted;
ALTER TABLE escalation_casetask DROP COLUMN organisation_id;
DROP TABLE escalation_organisation, escalation_policyacknowledgement, escalation_policyissue;
"""


@pytest.mark.parametrize("knows_of_shared_tables", [False, True])
def test_a_school_that_lacks_migrations_is_given_them(demo: Demo, knows_of_shared_tables: bool) -> None:
    # Given a school as an earlier release left it, whose list may hold the migrations of its own tables alone
    shared._run(
        f"SET search_path = {SCHOOL}; DELETE FROM django_migrations WHERE {SINCE}; {MADE_SINCE}"
        + ("" if knows_of_shared_tables else f"DELETE FROM django_migrations WHERE app NOT IN {OWN};"),
        database=demo.database,
    )

    # When the release is prepared
    said = demo.manage("prepare_database").stderr

    # Then the school has them, and no other was touched
    assert "Bringing otter-ford up to date" in said
    assert "kestrel-vale" not in said
    assert demo.one(f"SELECT count(*) FROM django_migrations WHERE {SINCE}", SCHOOL) == 4
    constraint = "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_schema = '{}' AND "
    assert demo.one(constraint.format(SCHOOL) + "constraint_name = 'a_hold_ended_says_who_and_when'") == 1
