import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_cover_passes_end_at_a_moment"),
        ("registers", "0011_parents_report_absences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CoverPass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("name", models.CharField(max_length=80)),
                ("covering_name", models.CharField(blank=True, max_length=200)),
                ("link_digest", models.CharField(max_length=64, unique=True)),
                ("pin_digest", models.CharField(max_length=64)),
                ("given_at", models.DateTimeField()),
                ("given_by_name", models.CharField(max_length=200)),
                ("given_by_role", models.CharField(max_length=40)),
                (
                    "covering",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("half", models.CharField(blank=True, max_length=2)),
                ("name", models.CharField(max_length=200)),
                ("given_at", models.DateTimeField()),
                ("given_by_name", models.CharField(max_length=200)),
                ("given_by_role", models.CharField(max_length=40)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "covering",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.group",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.timetabledlesson",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cover_pass",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to="registers.coverpass",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PresenceCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("half", models.CharField(blank=True, max_length=2)),
                (
                    "way",
                    models.CharField(choices=[("ambassador", "Student ambassador"), ("slip", "Slip")], max_length=12),
                ),
                ("sent_at", models.DateTimeField()),
                ("sent_by_name", models.CharField(max_length=200)),
                ("sent_by_role", models.CharField(max_length=40)),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("present", "Class and teacher are there"),
                            ("absent", "Class is there, its teacher absent"),
                            ("nobody there", "Nobody is there"),
                        ],
                        max_length=12,
                    ),
                ),
                ("found_at", models.DateTimeField(blank=True, null=True)),
                ("found_by_name", models.CharField(blank=True, max_length=200)),
                (
                    "found_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.group",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.timetabledlesson",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegisterReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("half", models.CharField(blank=True, max_length=2)),
                ("to", models.CharField(blank=True, max_length=500)),
                ("sent_at", models.DateTimeField()),
                ("sent_by_name", models.CharField(max_length=200)),
                ("sent_by_role", models.CharField(max_length=40)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("none", "No e-mail: nobody who takes it has an address"),
                            ("waiting", "E-mail being sent"),
                            ("sent", "E-mail sent"),
                            ("failed", "E-mail could not be sent"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.group",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.timetabledlesson",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="coverpass",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "^\\s*$"), _negated=True), name="a_cover_pass_names_its_bearer"
            ),
        ),
        migrations.AddConstraint(
            model_name="coverpass",
            constraint=models.UniqueConstraint(fields=("date", "pin_digest"), name="one_cover_pass_a_pin"),
        ),
        migrations.AddIndex(
            model_name="cover",
            index=models.Index(fields=["date", "user"], name="cover_date"),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("half__in", ["am", "pm"]), ("lesson__isnull", True)),
                    models.Q(("group__isnull", True), ("half", ""), ("lesson__isnull", False)),
                    _connector="OR",
                ),
                name="a_cover_is_of_one_register",
            ),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_cover_that_ended_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("group__isnull", False)),
                fields=("date", "half", "group"),
                name="one_cover_a_group_s_register",
            ),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("lesson__isnull", False)),
                fields=("date", "lesson"),
                name="one_cover_a_lesson",
            ),
        ),
        migrations.AddIndex(
            model_name="presencecheck",
            index=models.Index(fields=["date"], name="check_date"),
        ),
        migrations.AddConstraint(
            model_name="presencecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("half__in", ["am", "pm"]), ("lesson__isnull", True)),
                    models.Q(("group__isnull", True), ("half", ""), ("lesson__isnull", False)),
                    _connector="OR",
                ),
                name="a_check_is_of_one_register",
            ),
        ),
        migrations.AddConstraint(
            model_name="presencecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("found", ""), ("found_at__isnull", True), ("found_by__isnull", True)),
                    models.Q(
                        models.Q(("found", ""), _negated=True), ("found_at__isnull", False), ("found_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_check_that_found_something_says_who_and_when",
            ),
        ),
        migrations.AddIndex(
            model_name="registerreminder",
            index=models.Index(fields=["date"], name="reminder_date"),
        ),
        migrations.AddConstraint(
            model_name="registerreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("half__in", ["am", "pm"]), ("lesson__isnull", True)),
                    models.Q(("group__isnull", True), ("half", ""), ("lesson__isnull", False)),
                    _connector="OR",
                ),
                name="a_reminder_is_of_one_register",
            ),
        ),
    ]
