"""Seals over the registers, and how the sealer learns how far to seal (decision 8)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Under a SHARE lock nobody is half-way through writing a mark: whatever was received by `until` is there to be read,
# and whatever comes later is received later. The lock goes when the caller's short transaction ends. It is not waited
# for long, or everybody who saves a register would queue behind it. The application may call this, and could not take
# the lock itself, since it may not change a mark.
HOLD_STILL = """
CREATE FUNCTION hold_registers_still(OUT until timestamptz, OUT last_mark bigint, OUT last_amendment bigint)
    LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    LOCK TABLE registers_mark, registers_markamendment IN SHARE MODE;
    until := product_now();
    SELECT coalesce(max(id), 0) INTO last_mark FROM registers_mark;
    SELECT coalesce(max(id), 0) INTO last_amendment FROM registers_markamendment;
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
        ("registers", "0002_a_mark_changes_only_by_amendment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("key_mark", models.CharField(max_length=16)),
                ("form", models.PositiveSmallIntegerField()),
                ("last_mark", models.BigIntegerField()),
                ("last_amendment", models.BigIntegerField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="DisposedRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mark", "mark"),
                            ("amendment", "amendment"),
                            ("register", "register"),
                            ("finish", "finish"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("authority", models.TextField()),
                ("disposed_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "disposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="registers.session",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "session"], name="disposed_rows_session")],
            },
        ),
        migrations.CreateModel(
            name="SealedRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mark", "mark"),
                            ("amendment", "amendment"),
                            ("register", "register"),
                            ("finish", "finish"),
                        ],
                        max_length=10,
                    ),
                ),
                ("date", models.DateField()),
                ("half", models.CharField(max_length=2)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("digests", models.BinaryField()),
                (
                    "seal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="registers.seal",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="registers.session",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "session", "seal"), name="sealed_once_a_session")
                ],
            },
        ),
        migrations.RunSQL(HOLD_STILL, "DROP FUNCTION hold_registers_still"),
    ]
