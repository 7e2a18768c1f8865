from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """An inspection's last day may be moved: what it was stays, with why and who said so."""

    dependencies = [
        ("keeping", "0001_keeping_and_inspections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InspectionChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was_last_date", models.DateField()),
                ("last_date", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("changed_by_name", models.CharField(max_length=200)),
                ("changed_by_role", models.CharField(max_length=40)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "inspection",
                    models.ForeignKey(on_delete=PROTECT, related_name="changes", to="keeping.inspection"),
                ),
            ],
            options={"ordering": ["inspection", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="inspectionchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "^\\s*$"), _negated=True), name="an_inspection_s_change_says_why"
            ),
        ),
    ]
