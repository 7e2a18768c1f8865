"""What the database holds about lesson marks, as migration 0002 does about the statutory ones.

- A lesson mark is stamped with the time it was received; one of a future day is refused.
- It changes only when an amendment is inserted. The old values come from the mark itself.
- A correction (no reason needed) is refused once the register is finished or the lesson over.
- A lesson is on its register's own day, and a register once finished stays finished.
"""

from django.db import migrations

RECEIVE = """
CREATE FUNCTION receive_lesson_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.received_at := product_now();
    NEW.changes := 0;
    IF NEW.code = '' THEN
        RAISE EXCEPTION 'A lesson mark needs a code; only a correction clears one.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.made_at > NEW.received_at + interval '5 minutes' THEN
        RAISE EXCEPTION 'A lesson mark cannot be made in the future.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_lesson_mark_is_received BEFORE INSERT ON registers_lessonmark
    FOR EACH ROW EXECUTE FUNCTION receive_lesson_mark();
CREATE FUNCTION check_lesson_marks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (product_now() AT TIME ZONE 'Europe/London')::date;  -- once, not once a mark
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN registers_lessonregister r ON r.id = added.register_id WHERE r.date > today
    ) THEN
        RAISE EXCEPTION 'A mark for a future lesson is refused.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lesson_marks_are_checked AFTER INSERT ON registers_lessonmark
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_lesson_marks();
"""

APPLY = """
CREATE FUNCTION apply_lesson_amendment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    mark registers_lessonmark;
    register registers_lessonregister;
BEGIN
    SELECT r.* INTO register FROM registers_lessonregister r JOIN registers_lessonmark m ON m.register_id = r.id
        WHERE m.id = NEW.mark_id FOR UPDATE OF r;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no lesson mark %.', NEW.mark_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT m.* INTO mark FROM registers_lessonmark m WHERE m.id = NEW.mark_id;
    NEW.received_at := product_now();
    NEW.number := mark.changes + 1;
    NEW.original_code := mark.code;
    NEW.original_minutes_late := mark.minutes_late;
    NEW.original_place := mark.place;
    NEW.original_until_at := mark.until_at;
    IF NEW.kind = 'correction' AND (register.finished_at IS NOT NULL OR NEW.received_at > register.ends_at) THEN
        RAISE EXCEPTION 'The register is finished or the lesson over: this is an amendment and needs a reason.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.made_at > NEW.received_at + interval '5 minutes' THEN
        RAISE EXCEPTION 'A lesson mark cannot be amended in the future.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.amended_code, NEW.amended_place) = (mark.code, mark.place)
        AND NEW.amended_minutes_late IS NOT DISTINCT FROM mark.minutes_late
        AND NEW.amended_until_at IS NOT DISTINCT FROM mark.until_at THEN
        RAISE EXCEPTION 'The amendment changes nothing.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_lesson_amendment_is_received BEFORE INSERT ON registers_lessonmarkamendment
    FOR EACH ROW EXECUTE FUNCTION apply_lesson_amendment();
CREATE FUNCTION change_lesson_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE registers_lessonmark SET
        code = NEW.amended_code,
        minutes_late = NEW.amended_minutes_late,
        place = NEW.amended_place,
        until_at = NEW.amended_until_at,
        changes = NEW.number
    WHERE id = NEW.mark_id;
    RETURN NULL;
END $$;
CREATE TRIGGER a_lesson_amendment_changes_its_mark AFTER INSERT ON registers_lessonmarkamendment
    FOR EACH ROW EXECUTE FUNCTION change_lesson_mark();
"""

PROTECT = """
CREATE FUNCTION check_lesson_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.starts_at AT TIME ZONE 'Europe/London')::date <> NEW.date THEN
        RAISE EXCEPTION 'A lesson is on the day of its register.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.finished_at IS NOT NULL
        AND (NEW.finished_at IS DISTINCT FROM OLD.finished_at
             OR NEW.finished_by_id IS DISTINCT FROM OLD.finished_by_id) THEN
        RAISE EXCEPTION 'A finished lesson register stays finished.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_lesson_register_is_checked BEFORE INSERT OR UPDATE ON registers_lessonregister
    FOR EACH ROW EXECUTE FUNCTION check_lesson_register();
"""

FUNCTIONS = (
    "receive_lesson_mark", "check_lesson_marks", "apply_lesson_amendment", "change_lesson_mark",
    "check_lesson_register",
)  # fmt: skip
PIN_SEARCH_PATHS = f"""
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY{list(FUNCTIONS)}
    LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SET search_path = %I, public, pg_temp',
                       current_schema(), name, current_schema());
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0006_the_timetable_and_lesson_registers"),
        ("trust", "0002_the_database_knows_the_products_time"),
    ]

    operations = [
        migrations.RunSQL(
            [RECEIVE, APPLY, PROTECT, PIN_SEARCH_PATHS],
            f"DROP FUNCTION {', '.join(FUNCTIONS)} CASCADE",
        )
    ]
