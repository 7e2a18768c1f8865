"""What stands on record of a lesson's register: each mark with its note, who made it, and all its changes."""

from django.db.models import Prefetch, QuerySet

from registers.models import LessonMark, LessonMarkAmendment, LessonRegister


def recorded_marks(register: LessonRegister) -> QuerySet[LessonMark]:
    """Return a lesson's marks with their pupils and amendments, by name; nobody's is left out. Two queries."""
    chain = Prefetch("amendments", LessonMarkAmendment.objects.order_by("number"))
    marks = LessonMark.objects.filter(register=register).select_related("pupil").prefetch_related(chain)
    return marks.order_by("pupil__surname", "pupil__forename", "pk")
