from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0004_alerts_of_schools"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("back-up missed", "A back-up is missing"),
                    ("daily file", "The other system has not got a day's marks"),
                    ("untraced", "A child missing education could not be traced"),
                    ("returns overdue", "Returns to the authority are overdue"),
                ],
                max_length=20,
            ),
        ),
    ]
