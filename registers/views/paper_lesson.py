"""A lesson's register to print: what the office sends to a class whose register is out."""

import datetime as dt
from collections import Counter

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.formats import short_day
from registers.actions.taking_lessons import rows_of
from registers.gateways import paper as files
from registers.gateways.paper import Paper, Sheet
from registers.models import LessonRegister
from registers.queries.lessons import LessonRow, lessons_in_reach, times_on
from registers.queries.paper import PaperLessonRow
from registers.rules.classroom import shown


@require_safe
@needs(Permission.TAKE_REGISTER)
def print_lesson(request: StaffRequest, date: str, lesson_id: int) -> HttpResponse:
    """Show one lesson's register of a day to print, opened or not, as a classroom may see it. At most five queries."""
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    lesson = get_object_or_404(lessons_in_reach(request.member, request.scope, on), pk=lesson_id)
    begins, ends = times_on(lesson, on)
    there = LessonRegister.objects.filter(lesson=lesson, date=on).first()
    register = there or LessonRegister(lesson=lesson, date=on, starts_at=begins, ends_at=ends)
    rows = rows_of(register, by=request.member)
    alike = Counter(row.list_name for row in rows)
    now = clock.now()
    context = {
        "school": request.school,
        "lesson": lesson,
        "register": register,
        "rows": [_row(row, on, born=alike[row.list_name] > 1) for row in rows],
        "at": now,
    }
    body = render_to_string("registers/paper/lesson.html", context)
    return HttpResponse(files.page_of(Paper.REGISTERS, Sheet(now, 0, body), at=now, title="Lesson register"))


def _row(row: LessonRow, on: dt.date, *, born: bool) -> PaperLessonRow:
    if row.code or not row.is_away:
        said = row.code
    elif row.signed_out:
        said = row.signed_out.in_words(sees_reasons=False)
    else:
        said = shown(row.expected_code, on=on, visible=()).words
    return PaperLessonRow(row.list_name, f"born {short_day(row.dob)}" if born else "", said)
