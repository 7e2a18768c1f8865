from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0015_own_groups_have_no_register"),
    ]

    operations = [
        migrations.AddField(
            model_name="contradiction",
            name="lesson_code",
            field=models.CharField(blank=True, default="", max_length=2),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="contradiction", name="a_contradiction_says_of_what"),
        migrations.AddConstraint(
            model_name="contradiction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected__isnull", False),
                    ("report__isnull", False),
                    models.Q(("lesson_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_contradiction_says_of_what",
            ),
        ),
    ]
