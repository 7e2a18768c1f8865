"""Copies of the schools' seals, out of the schools' schemas."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0002_lines_not_acted_on_and_progress_to_targets"),
        ("trust", "0003_openings_targets_and_values_that_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seal_copies", to="trust.school"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("school", "number"), name="a_seal_is_copied_once")],
            },
        ),
    ]
