"""What a file changes in the admission register is kept as an amendment, as a form's change is (R12).

An import writes hundreds of rows a statement. It says in whose name it does so by the setting `attendance.importing`,
and each particular that then says something else is written down by the database: what it said and what it says.
Changes by form write their own amendments, and leave the setting alone.
"""

from django.db import migrations

AMEND = """
CREATE FUNCTION keep_what_an_import_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb := nullif(current_setting('attendance.importing', true), '')::jsonb;
BEGIN
    IF said IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO admission_admissionamendment (pupil_id, subject, particular, original, amended, reason, word_of,
        amended_by_id, amended_by_name, amended_by_role, amended_at)
    SELECT COALESCE(to_jsonb(NEW) ->> 'pupil_id', to_jsonb(NEW) ->> 'id')::bigint,
        TG_ARGV[0] || CASE WHEN TG_ARGV[0] = 'pupil' THEN '' ELSE ' ' || (to_jsonb(NEW) ->> 'id') END,
        particular, %s, %s, said ->> 'reason', said ->> 'file',
        (said ->> 'by')::bigint, said ->> 'name', said ->> 'role', (said ->> 'at')::timestamptz
    FROM jsonb_each(to_jsonb(OLD)) AS before (particular, value)
    JOIN jsonb_each(to_jsonb(NEW)) AS after (particular, value) USING (particular)
    WHERE before.value <> after.value
    ORDER BY particular;
    RETURN NULL;
END $$;
"""
IN_WORDS = "CASE {0} WHEN 'true' THEN 'Yes' WHEN 'false' THEN 'No' WHEN 'null' THEN '' ELSE {0} #>> '{{}}' END"
ON = """
CREATE TRIGGER an_import_s_changes_are_kept AFTER UPDATE ON registers_%s FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_what_an_import_changes('%s');
"""
KEPT = (("pupil", "pupil"), ("contact", "contact"), ("rollperiod", "roll"))
UNDO = "".join(f"DROP TRIGGER an_import_s_changes_are_kept ON registers_{table};" for table, _ in KEPT)


class Migration(migrations.Migration):
    dependencies = [
        ("admission", "0001_the_admission_register"),
        ("registers", "0008_days_without_school_have_a_name"),
    ]

    operations = [
        migrations.RunSQL(
            AMEND % (IN_WORDS.format("before.value"), IN_WORDS.format("after.value"))
            + "".join(ON % each for each in KEPT),
            UNDO + "DROP FUNCTION keep_what_an_import_changes();",
        ),
    ]
