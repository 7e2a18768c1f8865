"""What a pupils' file changes of a year group, a registration group or a characteristic is kept as an amendment too.

These are dated rows: one ends, another begins, and one that holds from the same day says something else or goes. Each is
written down in the name `attendance.importing` gives, with what the pupil's row before it said. The first particulars of
a pupil whom the file itself enters are no change: `known` is the last pupil who was there when the import began.
"""

from django.db import migrations

AMEND = """
CREATE FUNCTION keep_what_an_import_dates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb := nullif(current_setting('attendance.importing', true), '')::jsonb;
    told jsonb;
    before jsonb := '{}';
    after jsonb := '{}';
BEGIN
    IF said IS NULL THEN
        RETURN NULL;
    END IF;
    told := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    IF (told ->> 'pupil_id')::bigint > (said ->> 'known')::bigint THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := to_jsonb(NEW);
    END IF;
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT COALESCE((SELECT to_jsonb(ended) - ''from_date'' - ''until_date'' FROM %I AS ended
            WHERE pupil_id = $1 AND until_date = $2 AND (to_jsonb(ended) ->> ''kind'') IS NOT DISTINCT FROM $3
            LIMIT 1), ''{}'')', TG_TABLE_NAME)
        INTO before USING NEW.pupil_id, NEW.from_date, told ->> 'kind';
    ELSE
        before := to_jsonb(OLD);
    END IF;
    before := before || jsonb_build_object('group',
        (SELECT name FROM registers_group WHERE id = (before ->> 'group_id')::bigint));
    after := after || jsonb_build_object('group',
        (SELECT name FROM registers_group WHERE id = (after ->> 'group_id')::bigint));
    INSERT INTO admission_admissionamendment (pupil_id, subject, particular, original, amended, reason, word_of,
        amended_by_id, amended_by_name, amended_by_role, amended_at)
    SELECT (told ->> 'pupil_id')::bigint,
        TG_ARGV[0] || ' ' || CASE TG_ARGV[0] WHEN 'group' THEN told ->> 'kind' ELSE told ->> 'id' END,
        particular, COALESCE(before ->> particular, ''), COALESCE(after ->> particular, ''),
        said ->> 'reason', said ->> 'file', (said ->> 'by')::bigint, said ->> 'name', said ->> 'role',
        (said ->> 'at')::timestamptz
    FROM unnest(ARRAY['year', 'group', 'value', 'from_date', 'until_date']) AS particular
    WHERE COALESCE(before ->> particular, '') <> COALESCE(after ->> particular, '');
    RETURN NULL;
END $$;
"""
ON = """
CREATE TRIGGER an_import_s_dated_changes_are_kept AFTER INSERT OR UPDATE OR DELETE ON registers_%s FOR EACH ROW
    EXECUTE FUNCTION keep_what_an_import_dates('%s');
"""
KEPT = (("pupilyear", "year group"), ("groupmember", "registration group"), ("characteristic", "group"))
UNDO = "".join(f"DROP TRIGGER an_import_s_dated_changes_are_kept ON registers_{table};" for table, _ in KEPT)


class Migration(migrations.Migration):
    dependencies = [("admission", "0002_an_import_s_changes_are_amendments")]

    operations = [
        migrations.RunSQL(
            AMEND + "".join(ON % each for each in KEPT),
            UNDO + "DROP FUNCTION keep_what_an_import_dates();",
        ),
    ]
