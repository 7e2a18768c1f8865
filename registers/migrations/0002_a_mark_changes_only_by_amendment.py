"""What the database holds about marks (decisions 1 to 3), whoever asks and however.

- A mark is stamped with the time it was received. One of a future session is refused, and so is one
  whose register is of another session.
- A mark changes only when an amendment is inserted. The old values come from the mark itself.
- A correction (no reason needed) is refused once the register is finished or closed.
- A register closes on its session's own day, and once finished it stays finished.

Functions that write as the owner have a pinned search_path, so that nothing can be slipped under them.
"""

from django.db import migrations

RECEIVE_MARK = """
CREATE FUNCTION receive_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.received_at := product_now();
    NEW.changes := 0;
    IF NEW.code = '' THEN
        RAISE EXCEPTION 'A mark needs a code; only a correction clears one.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.made_at > NEW.received_at + interval '5 minutes' THEN
        RAISE EXCEPTION 'A mark cannot be made in the future.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_mark_is_received BEFORE INSERT ON registers_mark
    FOR EACH ROW EXECUTE FUNCTION receive_mark();
"""

CHECK_MARKS = """
CREATE FUNCTION check_marks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (product_now() AT TIME ZONE 'Europe/London')::date;  -- once, not once a mark
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN registers_session s ON s.id = added.session_id WHERE s.date > today
    ) THEN
        RAISE EXCEPTION 'A mark for a future session is refused.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM added JOIN registers_register r ON r.id = added.register_id
        WHERE r.session_id <> added.session_id
    ) THEN
        RAISE EXCEPTION 'A mark stands in a register of its own session.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER marks_are_checked AFTER INSERT ON registers_mark
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_marks();
"""

APPLY_AMENDMENT = """
CREATE FUNCTION apply_amendment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    mark registers_mark;
    register registers_register;
BEGIN
    SELECT r.* INTO register FROM registers_register r JOIN registers_mark m ON m.register_id = r.id
        WHERE m.id = NEW.mark_id FOR UPDATE OF r;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no mark %.', NEW.mark_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT m.* INTO mark FROM registers_mark m WHERE m.id = NEW.mark_id;
    NEW.received_at := product_now();
    NEW.number := mark.changes + 1;
    NEW.original_code := mark.code;
    NEW.original_nature := mark.nature;
    NEW.original_comment := mark.comment;
    NEW.original_arrived_at := mark.arrived_at;
    NEW.original_minutes_late := mark.minutes_late;
    IF NEW.kind = 'correction' AND (register.finished_at IS NOT NULL OR NEW.received_at > register.closes_at) THEN
        RAISE EXCEPTION 'The register is finished or closed: this is an amendment and needs a reason.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.made_at > NEW.received_at + interval '5 minutes' THEN
        RAISE EXCEPTION 'A mark cannot be amended in the future.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.amended_code, NEW.amended_nature, NEW.amended_comment) = (mark.code, mark.nature, mark.comment)
        AND NEW.amended_arrived_at IS NOT DISTINCT FROM mark.arrived_at
        AND NEW.amended_minutes_late IS NOT DISTINCT FROM mark.minutes_late THEN
        RAISE EXCEPTION 'The amendment changes nothing.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER an_amendment_is_received BEFORE INSERT ON registers_markamendment
    FOR EACH ROW EXECUTE FUNCTION apply_amendment();
CREATE FUNCTION change_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE registers_mark SET
        code = NEW.amended_code,
        nature = NEW.amended_nature,
        comment = NEW.amended_comment,
        arrived_at = NEW.amended_arrived_at,
        minutes_late = NEW.amended_minutes_late,
        changes = NEW.number
    WHERE id = NEW.mark_id;
    RETURN NULL;
END $$;
CREATE TRIGGER an_amendment_changes_its_mark AFTER INSERT ON registers_markamendment
    FOR EACH ROW EXECUTE FUNCTION change_mark();
"""

PROTECT_REGISTER = """
CREATE FUNCTION check_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.closes_at AT TIME ZONE 'Europe/London')::date <>
            (SELECT date FROM registers_session WHERE id = NEW.session_id) THEN
        RAISE EXCEPTION 'A register closes on the day of its session.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.finished_at IS NOT NULL
        AND (NEW.finished_at IS DISTINCT FROM OLD.finished_at
             OR NEW.finished_by_id IS DISTINCT FROM OLD.finished_by_id) THEN
        RAISE EXCEPTION 'A finished register stays finished.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_register_is_checked BEFORE INSERT OR UPDATE ON registers_register
    FOR EACH ROW EXECUTE FUNCTION check_register();
"""

PIN_SEARCH_PATHS = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['receive_mark', 'check_marks', 'apply_amendment', 'change_mark', 'check_register']
    LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SET search_path = %I, public, pg_temp',
                       current_schema(), name, current_schema());
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0001_initial"),
        ("trust", "0002_the_database_knows_the_products_time"),
    ]

    operations = [
        migrations.RunSQL(
            [
                RECEIVE_MARK,
                CHECK_MARKS,
                APPLY_AMENDMENT,
                PROTECT_REGISTER,
                PIN_SEARCH_PATHS,
            ],
            "DROP FUNCTION receive_mark, check_marks, apply_amendment, change_mark, check_register CASCADE",
        )
    ]
