"""One truancy alert of a pupil a day, with each thing found; the ways of passing one on ask each for itself.

What stands is kept: every alert has what it was raised for as its finding. Where a pupil has several open on one day,
the findings and tasks of the later ones go on in the first, and the later ones say so.
"""

import django.db.models.deletion
from django.db import migrations, models

FINDINGS = """
INSERT INTO absence_truancyfinding (alert_id, kind, lesson_id, last_seen, last_seen_at, words, found_at, found_by_name,
    answered_at, answer, minutes_late)
SELECT id, kind, lesson_id, last_seen, last_seen_at, words, raised_at, raised_by_name, ended_at, ending, minutes_late
FROM absence_truancyalert ORDER BY id;

CREATE TEMPORARY TABLE joined AS
SELECT alert.id, alert.first, found.id AS finding FROM (
    SELECT id, first_value(id) OVER (PARTITION BY pupil_id, date ORDER BY raised_at, id) AS first
    FROM absence_truancyalert WHERE ended_at IS NULL
) AS alert JOIN absence_truancyfinding AS found ON found.alert_id = alert.id WHERE alert.id <> alert.first;

UPDATE absence_truancyfinding SET alert_id = joined.first FROM joined WHERE joined.finding = absence_truancyfinding.id;
UPDATE absence_task SET origin = 'truancy alert ' || joined.first || ', finding ' || joined.finding
    || substr(origin, length('truancy alert ' || joined.id) + 1)
FROM joined
WHERE origin = 'truancy alert ' || joined.id OR starts_with(origin, 'truancy alert ' || joined.id || ', ');
UPDATE absence_truancyalert SET ended_at = raised_at, ended_by_id = raised_by_id, ended_by_name = raised_by_name,
    ended_by_role = raised_by_role, ending = 'joined', outcome = 'Goes on in the alert raised before it.'
FROM joined WHERE joined.id = absence_truancyalert.id;
DROP TABLE joined;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# Until now the two shared one origin, so that whichever came second asked for nothing.
PASSED_ON = """
UPDATE absence_task
SET origin = origin || CASE WHEN words LIKE '%sees a link to safeguarding%' THEN ', linked' ELSE ', unreached' END
WHERE kind = 'safeguarding' AND origin ~ '^truancy alert [0-9]+(, finding [0-9]+)?$';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
ENDINGS = [
    ("found", "Found"),
    ("home contacted", "Home contacted"),
    ("late", "Arrived late"),
    ("explained", "Explained"),
    ("withdrawn", "Withdrawn: not missing after all"),
    ("joined", "Joined to the alert raised before it"),
]
KINDS = [
    ("lesson", "Missing from a lesson"),
    ("afternoon", "Here in the morning, not in the afternoon"),
    ("overdue", "Not back from elsewhere on site"),
    ("not on site", "Not on site"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("absence", "0006_lateness_steps_and_detentions"),
        ("registers", "0016_a_lesson_may_contradict_a_mark"),
    ]

    operations = [
        migrations.CreateModel(
            name="TruancyFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("last_seen", models.CharField(max_length=200)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("words", models.TextField(blank=True)),
                ("found_at", models.DateTimeField()),
                ("found_by_name", models.CharField(max_length=200)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, choices=ENDINGS, max_length=16)),
                ("minutes_late", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="absence.truancyalert"
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="truancy_findings",
                        to="registers.lessonregister",
                    ),
                ),
            ],
            options={"ordering": ["found_at", "pk"]},
        ),
        migrations.AlterField(
            model_name="truancyalert",
            name="ending",
            field=models.CharField(blank=True, choices=ENDINGS, max_length=16),
        ),
        migrations.RemoveConstraint(model_name="truancyalert", name="one_open_alert_of_a_pupil_in_a_lesson"),
        migrations.RemoveConstraint(model_name="truancyalert", name="one_open_alert_of_a_pupil_and_kind_a_day"),
        migrations.RunSQL(FINDINGS, migrations.RunSQL.noop),
        migrations.RunSQL(PASSED_ON, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="truancyfinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("alert", "kind", "lesson"),
                name="what_is_found_is_written_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="truancyfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                    _connector="OR",
                ),
                name="what_is_answered_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="truancyalert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("pupil", "date"),
                name="one_open_alert_of_a_pupil_a_day",
            ),
        ),
    ]
