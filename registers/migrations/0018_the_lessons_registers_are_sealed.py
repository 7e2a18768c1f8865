"""The seals cover the lessons' registers too. Those made before do not, and still hold."""

import importlib

from django.db import migrations, models

KINDS = [
    (kind, kind)
    for kind in (
        "mark", "amendment", "register", "finish", "lesson mark", "lesson amendment", "lesson register", "lesson finish",
    )
]  # fmt: skip
BEFORE = importlib.import_module("registers.migrations.0003_the_registers_are_sealed")

# As before, and of lessons. Their tables are locked first, as a save that supplies statutory marks writes them first:
# neither waits for the other in a ring.
HOLD_STILL = """
DROP FUNCTION hold_registers_still;
CREATE FUNCTION hold_registers_still(OUT until timestamptz, OUT last_mark bigint, OUT last_amendment bigint,
    OUT last_lesson_mark bigint, OUT last_lesson_amendment bigint)
    LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    LOCK TABLE registers_lessonmark, registers_lessonmarkamendment, registers_mark, registers_markamendment
        IN SHARE MODE;
    until := product_now();
    SELECT coalesce(max(id), 0) INTO last_mark FROM registers_mark;
    SELECT coalesce(max(id), 0) INTO last_amendment FROM registers_markamendment;
    SELECT coalesce(max(id), 0) INTO last_lesson_mark FROM registers_lessonmark;
    SELECT coalesce(max(id), 0) INTO last_lesson_amendment FROM registers_lessonmarkamendment;
END $$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION %I.hold_registers_still() SET search_path = %I, public, pg_temp',
                   current_schema(), current_schema());
    EXECUTE format('ALTER FUNCTION %I.hold_registers_still() SET lock_timeout = %L', current_schema(), '300ms');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0017_a_lesson_mark_takes_a_note"),
    ]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="last_lesson_mark",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="seal",
            name="last_lesson_amendment",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="sealedrows",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AlterField(
            model_name="disposedrows",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.RunSQL(HOLD_STILL, ["DROP FUNCTION hold_registers_still", BEFORE.HOLD_STILL]),
    ]
