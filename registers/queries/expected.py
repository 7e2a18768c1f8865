"""What was expected of a pupil, and granted before its day."""

import datetime as dt

from django.db.models import Q

from registers.models import ExpectedMark, Session
from registers.rules.calendar import LONDON


def leave_was_granted(pupil_id: int, session: Session, *, code: str) -> bool:
    """Say whether a code was granted a pupil for a session by the end of its day. One query.

    Leave is asked for in advance; a grant that comes after the day covers nothing of it (R33).
    """
    day_ends = dt.datetime.combine(session.date + dt.timedelta(days=1), dt.time.min, tzinfo=LONDON)
    rows = ExpectedMark.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=day_ends),
        pupil=pupil_id,
        code=code,
        from_date__lte=session.date,
        until_date__gt=session.date,
        halves__in=(session.half, ExpectedMark.Halves.BOTH),
        granted_at__lt=day_ends,
    )
    return rows.exists()
