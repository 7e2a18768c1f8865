from django.db import migrations, models
from django.db.models.deletion import PROTECT


# By name: Django finds a constraint to drop by looking into the public schema, where no school's table stands.
ONE_A_MARK = "ALTER TABLE registers_contradiction DROP CONSTRAINT IF EXISTS registers_contradiction_mark_id_key"


class Migration(migrations.Migration):
    """What contradicts a mark after an earlier contradiction was settled is listed again."""

    dependencies = [
        ("registers", "0020_when_a_register_was_first_marked_is_found_at_once"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contradiction",
            name="mark",
            field=models.ForeignKey(on_delete=PROTECT, related_name="contradictions", to="registers.mark"),
        ),
        migrations.RunSQL(ONE_A_MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="contradiction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at__isnull", True)),
                fields=("mark",),
                name="one_open_contradiction_a_mark",
            ),
        ),
    ]
