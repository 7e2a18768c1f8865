from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_inspectors_and_the_heads_new_powers"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("trust_attendance_manager", "Trust attendance manager"),
                    ("trustee", "Trustee"),
                    ("headteacher", "Headteacher"),
                    ("safeguarding_lead", "Safeguarding lead"),
                    ("attendance_officer", "Attendance officer"),
                    ("data_protection_lead", "Data protection lead"),
                    ("office", "Office"),
                    ("head_of_year", "Head of year"),
                    ("tutor", "Tutor"),
                    ("teacher", "Teacher"),
                    ("cover", "Cover"),
                    ("inspector", "Inspector"),
                    ("system", "System"),
                ],
                max_length=30,
            ),
        ),
    ]
