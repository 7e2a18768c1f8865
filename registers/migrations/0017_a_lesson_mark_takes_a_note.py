"""A lesson's mark takes a note, as a statutory one does, and an amendment keeps what it said before."""

import importlib

from django.db import migrations, models

BEFORE = importlib.import_module("registers.migrations.0007_a_lesson_mark_changes_only_by_amendment")

APPLY = """
CREATE OR REPLACE FUNCTION apply_lesson_amendment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
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
    NEW.original_comment := mark.comment;
    IF NEW.kind = 'correction' AND (register.finished_at IS NOT NULL OR NEW.received_at > register.ends_at) THEN
        RAISE EXCEPTION 'The register is finished or the lesson over: this is an amendment and needs a reason.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.made_at > NEW.received_at + interval '5 minutes' THEN
        RAISE EXCEPTION 'A lesson mark cannot be amended in the future.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.amended_code, NEW.amended_place, NEW.amended_comment) = (mark.code, mark.place, mark.comment)
        AND NEW.amended_minutes_late IS NOT DISTINCT FROM mark.minutes_late
        AND NEW.amended_until_at IS NOT DISTINCT FROM mark.until_at THEN
        RAISE EXCEPTION 'The amendment changes nothing.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION change_lesson_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE registers_lessonmark SET
        code = NEW.amended_code,
        minutes_late = NEW.amended_minutes_late,
        place = NEW.amended_place,
        until_at = NEW.amended_until_at,
        comment = NEW.amended_comment,
        changes = NEW.number
    WHERE id = NEW.mark_id;
    RETURN NULL;
END $$;
"""
AS_BEFORE = [
    "DROP FUNCTION apply_lesson_amendment, change_lesson_mark CASCADE",
    BEFORE.APPLY,
    BEFORE.PIN_SEARCH_PATHS,
]


def note(name: str, of: str) -> migrations.AddField:
    """Return the adding of one column that holds a note."""
    field = models.CharField(blank=True, default="", max_length=500)
    return migrations.AddField(model_name=of, name=name, field=field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0016_a_lesson_may_contradict_a_mark"),
    ]

    operations = [
        note("comment", "lessonmark"),
        note("original_comment", "lessonmarkamendment"),
        note("amended_comment", "lessonmarkamendment"),
        migrations.RunSQL([APPLY, BEFORE.PIN_SEARCH_PATHS], AS_BEFORE),
    ]
