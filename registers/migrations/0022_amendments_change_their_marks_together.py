"""Amendments that came in one statement change their marks in one: for a register of thirty, a third of its save."""

from django.db import migrations

TOGETHER = """
DROP TRIGGER an_amendment_changes_its_mark ON registers_markamendment;
CREATE OR REPLACE FUNCTION change_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE registers_mark m SET
        code = added.amended_code,
        nature = added.amended_nature,
        comment = added.amended_comment,
        arrived_at = added.amended_arrived_at,
        minutes_late = added.amended_minutes_late,
        changes = added.number
    FROM added WHERE m.id = added.mark_id;
    RETURN NULL;
END $$;
CREATE TRIGGER an_amendment_changes_its_mark AFTER INSERT ON registers_markamendment
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION change_mark();
"""

PIN_SEARCH_PATH = """
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION %I.change_mark() SET search_path = %I, public, pg_temp',
                   current_schema(), current_schema());
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0021_a_mark_may_be_contradicted_again")]

    operations = [migrations.RunSQL([TOGETHER, PIN_SEARCH_PATH])]
