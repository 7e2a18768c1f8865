"""Keeps the trust's list of who is enrolled where in step with a school's roll (decision 22)."""

from collections.abc import Collection

from attendance_mat.trust.models import Enrolment, School
from registers.models import RollPeriod

FIELDS = ("upn", "until_date")


def keep_enrolments_in_step(school: School, pupil_ids: Collection[int]) -> None:
    """Have the trust's list say what the roll says of some pupils. Two queries, and three that write."""
    known = {
        (row.pupil_id, row.from_date): row for row in Enrolment.objects.filter(school=school, pupil_id__in=pupil_ids)
    }
    added, changed = [], []
    for period in RollPeriod.objects.filter(pupil_id__in=pupil_ids).select_related("pupil"):
        row = known.pop((period.pupil_id, period.from_date), None)
        values = {"upn": period.pupil.upn, "until_date": period.until_date}
        if row is None:
            added.append(Enrolment(school=school, pupil_id=period.pupil_id, from_date=period.from_date, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.upn, row.until_date = period.pupil.upn, period.until_date
            changed.append(row)
    Enrolment.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    Enrolment.objects.bulk_update(changed, FIELDS, batch_size=500)
    Enrolment.objects.bulk_create(added, batch_size=1000)
