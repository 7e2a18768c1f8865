from django.db import migrations, models
from django.db.models.deletion import PROTECT


# By name: Django finds an index to drop by looking into the public schema, where no school's table stands.
OLD = """
DROP INDEX IF EXISTS registers_mark_register_id_73bc6e49;
DROP INDEX IF EXISTS registers_lessonmark_register_id_7776e694;
"""


class Migration(migrations.Migration):
    """The index of a mark's register says when each was made as well; it takes the place of the one that did not."""

    dependencies = [
        ("registers", "0019_lessons_and_exams_are_cancelled"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mark",
            index=models.Index(fields=["register", "made_at"], include=["source"], name="mark_register_first"),
        ),
        migrations.AddIndex(
            model_name="lessonmark",
            index=models.Index(fields=["register", "made_at"], name="lesson_mark_register_first"),
        ),
        migrations.AlterField(
            model_name="mark",
            name="register",
            field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="marks", to="registers.register"),
        ),
        migrations.AlterField(
            model_name="lessonmark",
            name="register",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="marks", to="registers.lessonregister"
            ),
        ),
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
    ]
