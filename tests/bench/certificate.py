"""What an attendance certificate of a whole year takes: the request, from the press to the PDF."""

import os
import statistics
import subprocess
import sys
import time
from typing import Final

from tests.bench.night_data import DAYS, days, slug_of
from tests.bench.result import Result
from tests.bench.school import ROOT, manage
from tests.bench.seal import MAKE

PUPILS: Final = 10


def certificate_seconds() -> Result:
    """Measure certificates of ten pupils' years, one request each; the median, once fonts have been looked up."""
    manage("prepare_database")
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, check=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
    import django  # noqa: PLC0415 - settings are read from what script/bench has set by now

    django.setup()
    from django.test import Client  # noqa: PLC0415

    from attendance_mat import clock  # noqa: PLC0415
    from attendance_mat.accounts.models import Membership, User  # noqa: PLC0415
    from attendance_mat.trust.models import School  # noqa: PLC0415

    made = {"name": "Benchmark", "joined_at": clock.now()}
    user, _ = User.objects.get_or_create(email="bench-certificate@example.org", defaults=made)
    school = School.objects.get(slug=slug_of(0))
    Membership.objects.get_or_create(
        user=user, school=school, role="attendance_officer", defaults={"from_date": "2020-01-01"}
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    asked = {
        "what": "attendance certificate", "from_date": days()[0], "last_date": days()[-1], "as_at": "", "contact": "",
        "recipient": "Benchmark", "purpose": "To be measured", "do": "give",
    }  # fmt: skip
    took, size = [], 0
    for pupil in range(PUPILS + 1):
        began = time.perf_counter()
        reply = client.post(f"/s/{school.slug}/pupils/{pupil + 1}/copies/", asked)
        took.append(time.perf_counter() - began)
        assert reply["Content-Type"] == "application/pdf", reply.content[:200]
        size = len(reply.content)
    note = (
        f"{DAYS} days, {PUPILS} pupils, the slowest {max(took[1:]):.2f} s, the first, with fonts, {took[0]:.2f} s, "
        f"{size / 1000:.0f} kB"
    )
    return Result(round(statistics.median(took[1:]), 2), "s", note)
