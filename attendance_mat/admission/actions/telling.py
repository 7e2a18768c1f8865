"""What of the admission register the school is told on its page of today: untraced children, overdue returns."""

import datetime as dt

from django.db import transaction

from attendance_mat.admission.queries import missing, returns
from attendance_mat.admission.rules import missing as missing_rules
from attendance_mat.admission.rules import returns as return_rules
from attendance_mat.published.alerts import keep_alert
from attendance_mat.published.models import Alert
from attendance_mat.trust.queries import current_school
from registers.rules.calendar import LONDON


@transaction.atomic
def tell_of_untraced(*, at: dt.datetime) -> int:
    """Have the school's alert say how many children missing education are untraced, or end it; return how many.

    Source: ALP-11.05 (the safeguarding lead treats them as missing). No name stands in it: the trust reads it too.
    """
    first, count = missing.untraced_since()
    since = first.astimezone(LONDON).date() if first else None
    keep_alert(current_school(), Alert.Kind.UNTRACED, since, words=missing_rules.untraced_in_words(count), at=at)
    return count


@transaction.atomic
def tell_of_overdue_returns(*, at: dt.datetime) -> int:
    """Have the school's alert say how many returns to the authority are overdue, or end it; return how many.

    Source: PR24 reg 13; statute.md R20, R21.
    """
    first, count = returns.overdue_since(at.astimezone(LONDON).date())
    words = return_rules.overdue_in_words(count, first) if first else ""
    keep_alert(current_school(), Alert.Kind.RETURNS_OVERDUE, first, words=words, at=at)
    return count
