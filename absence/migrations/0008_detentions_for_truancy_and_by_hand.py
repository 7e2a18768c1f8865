"""Detentions for a truancy or set by hand stand beside those for lateness; what alerts held so far becomes detentions."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

SERIES = """
UPDATE absence_detention SET series = md5('lateness finding ' || finding_id)::uuid;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# How long it lasts, an alert did not say.
OF_ALERTS = """
INSERT INTO absence_detention (pupil_id, alert_id, reason, series, number, words, on_date, starts_at, place, state,
    offered_at, set_at, set_by_id, set_by_name, settled_by_name, cancelled_because)
SELECT pupil_id, id, '', gen_random_uuid(), 1, 'Detention for truancy',
    (detention_at AT TIME ZONE 'Europe/London')::date, (detention_at AT TIME ZONE 'Europe/London')::time, '', 'set',
    confirmed_at, confirmed_at, confirmed_by_id, confirmed_by_name, '', ''
FROM absence_truancyalert WHERE detention_at IS NOT NULL AND confirmed_at IS NOT NULL AND ending <> 'withdrawn' ORDER BY id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("absence", "0007_one_truancy_alert_a_day")]

    operations = [
        migrations.AddField(
            model_name="detention",
            name="alert",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="detentions",
                to="absence.truancyalert",
            ),
        ),
        migrations.AddField(model_name="detention", name="reason", field=models.CharField(blank=True, max_length=300)),
        migrations.AddField(model_name="detention", name="series", field=models.UUIDField(default=uuid.uuid4)),
        migrations.AlterField(
            model_name="detention",
            name="finding",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="detentions",
                to="absence.latenessfinding",
            ),
        ),
        migrations.AlterField(
            model_name="detention", name="minutes", field=models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.RunSQL(SERIES, migrations.RunSQL.noop),
        migrations.RunSQL(OF_ALERTS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="detention",
            constraint=models.UniqueConstraint(fields=("series", "number"), name="detentions_of_a_series_are_numbered"),
        ),
        migrations.AddConstraint(
            model_name="detention",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alert__isnull", True), ("finding__isnull", False), ("reason", "")),
                    models.Q(("alert__isnull", False), ("finding__isnull", True), ("reason", "")),
                    models.Q(
                        ("alert__isnull", True),
                        ("finding__isnull", True),
                        models.Q(("reason__regex", "^\\s*$"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_detention_says_what_it_is_for",
            ),
        ),
    ]
