"""What the office has to ask families for: contacts too few to reach, leavers who left no way to be reached."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from attendance_mat.accounts.models import in_force_on
from attendance_mat.admission.queries.entry import adult_of
from attendance_mat.admission.rules.particulars import EmergencyTerms, to_chase
from registers.models import Contact, Pupil, RollPeriod
from registers.queries.finding import with_group


@dataclass(frozen=True)
class ToChase:
    """A pupil and what the office should ask their family for."""

    pupil: Any  # with `group_name` and `year`
    wanted: list[str]


def pupils_to_chase(pupils: QuerySet[Pupil], on: dt.date, *, terms: EmergencyTerms) -> list[ToChase]:
    """Return the pupils on roll on a day whose contacts are too few or out of reach, by group and name. Two queries."""
    listed = list(with_group(pupils, on).filter(died_on__isnull=True))
    adults = defaultdict(list)
    rows = Contact.objects.filter(pupil__in=pupils, ended_on__isnull=True).order_by("pupil", "position")
    for contact in rows:
        adults[contact.pupil_id].append(adult_of(contact))
    asked = (ToChase(pupil, to_chase(adults[pupil.pk], terms)) for pupil in listed)
    return [each for each in asked if each.wanted]


def leavers_out_of_reach(pupils: QuerySet[Pupil], *, since: dt.date, on: dt.date) -> QuerySet[Pupil]:
    """Return the pupils who left from one day up to another, and gave no address and no school to reach them by.

    One query. Source: ALP-11.04.
    """
    left = RollPeriod.objects.filter(pupil=OuterRef("pk"), until_date__gt=since, until_date__lte=on)
    here = RollPeriod.objects.filter(in_force_on(on), pupil=OuterRef("pk"))
    out_of_reach = pupils.filter(Exists(left), ~Exists(here), next_address="", next_school="", died_on__isnull=True)
    return out_of_reach.order_by("surname", "forename", "pk")
