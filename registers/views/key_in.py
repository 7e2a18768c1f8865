"""Keying in a paper register: a code for each child, with the true time and who took it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions import keying_in, taking
from registers.actions.deciding import OnPaper
from registers.actions.entering import closes_at, sight_of
from registers.actions.saving import KeyReusedError
from registers.forms.paper import KeyedRows, KeyIn, closes_at_of
from registers.models import Group, Register, Session
from registers.queries import paper as queries
from registers.queries.scope import groups_in_scope
from registers.queries.taking import RegisterRow, Sight, register_rows
from registers.rules.calendar import Half
from registers.rules.classroom import shown

SENT_TWICE: Final = (
    "This page was sent twice, or someone saved at the same moment. Look at the marks, and send it again."
)
TAKEN_BACK: Final = frozenset({"clash", "refused"})


@dataclass(frozen=True)
class Sheet:
    """A class's register of one session, opened or not, on the page that keys it in."""

    group: Group
    session: Session
    register: Register | None
    rows: list[RegisterRow]


@dataclass(frozen=True)
class KeyedRow:
    """A child on the page: what the register says now, what was typed, and what became of it."""

    pupil_id: int
    name: str
    stands: str
    seen: int
    typed: str
    time: str
    problem: str
    is_clash: bool


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.USE_PAPER)
def key_in(request: StaffRequest, date: str, half: str, group_id: int) -> HttpResponse:
    """Key in a paper register of today or an earlier day; what clashes is shown and stands until it is chosen again."""
    now = clock.now()
    sheet = _sheet(request, date, half, group_id, now)
    form = KeyIn(
        request.POST or None,
        takers=queries.who_may_have_taken(request.school, on=sheet.session.date),
        date=sheet.session.date,
    )
    if request.method != "POST":
        return _page(request, sheet, form)
    typed = KeyedRows(request.POST.dict(), half=Half(sheet.session.half), date=sheet.session.date, at=now)
    otherwise = closes_at(sheet.session, policy=policy_for(request.school), group_id=sheet.group.pk)
    typed.read(closes_at=closes_at_of(sheet.register, otherwise))
    if not form.is_valid() or typed.problems:
        return _page(request, sheet, form, typed=typed)
    return _keyed(request, sheet, form, typed, now)


def _keyed(request: StaffRequest, sheet: Sheet, form: KeyIn, typed: KeyedRows, now: dt.datetime) -> HttpResponse:
    """Enter what was typed, and finish the register where the button says so."""
    by, errors, reply = request.member, [], {}
    try:
        paper = _on_paper(sheet, form, by, now)
        reply = keying_in.key_in(
            sheet.group, sheet.session, typed.entries, paper=paper, key=typed.key,
            digest=typed.digest(f"{sheet.session} {sheet.group.pk}"), by=by, at=now,
        )  # fmt: skip
        if not any(row["outcome"] in TAKEN_BACK for row in reply["rows"]):
            words = _said(reply)
            if typed.posted.get("do") == "finish":
                taking.finish_register(Register.objects.get(group=sheet.group, session=sheet.session), by=by, at=now)
                words += " The register is finished."
            messages.success(request, words)
            return redirect("registers:paper-today")
    except ValidationError as refused:
        errors = _beside(form, refused)
    except (KeyReusedError, IntegrityError):
        errors = [SENT_TWICE]
    return _page(request, _again(request, sheet), form, typed=typed, reply=reply, errors=errors)


def _on_paper(sheet: Sheet, form: KeyIn, by: Member, now: dt.datetime) -> OnPaper:
    """Return who took the paper and when, chosen from the list or named."""
    taker, taken_at = form.cleaned_data["taken_by"], form.taken_at()
    if taker:
        return keying_in.paper_taken_by(taker, sheet.session, taken_at=taken_at, at=now)
    name = form.cleaned_data["taken_name"]
    return keying_in.paper_taken_by_name(name, sheet.session, taken_at=taken_at, by=by, at=now)


def _beside(form: KeyIn, refused: ValidationError) -> list[str]:
    """Put each refusal beside its field; return those that are of no field."""
    by_field = getattr(refused, "error_dict", None)
    if by_field is None:
        return refused.messages
    for name, words in by_field.items():
        form.add_error(name, words)
    return []


def _said(reply: Mapping[str, Any]) -> str:
    saved = sum(row["outcome"] == "saved" for row in reply["rows"])
    left = reply["left"]
    rest = f" {left} {'child has' if left == 1 else 'children have'} no mark yet." if left else ""
    return f"{saved} keyed in from paper.{rest}"


def _sheet(request: StaffRequest, date: str, half: str, group_id: int, now: dt.datetime) -> Sheet:
    """Return the sheet of an address; 404 for no session, one to come, or another school's group."""
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    if on > now.date():
        raise Http404
    session = get_object_or_404(Session, date=on, half=half)
    groups = groups_in_scope(request.member, request.scope, on).filter(kind=Group.Kind.REGISTRATION)
    group = get_object_or_404(groups, pk=group_id)
    register = Register.objects.filter(session=session, group=group).first()
    known = register or Register(session=session, group=group)
    return Sheet(group, session, register, register_rows(known, by=request.member))


def _again(request: StaffRequest, sheet: Sheet) -> Sheet:
    """Return the sheet as it stands now."""
    known = Register(session=sheet.session, group=sheet.group)
    return Sheet(sheet.group, sheet.session, sheet.register, register_rows(known, by=request.member))


def _page(
    request: StaffRequest,
    sheet: Sheet,
    form: KeyIn,
    *,
    typed: KeyedRows | None = None,
    reply: Mapping[str, Any] | None = None,
    errors: list[str] | None = None,
) -> HttpResponse:
    session = sheet.session
    sight = sight_of(request.member, session.date, policy=policy_for(request.school))
    answers = {answer["pupil"]: answer for answer in (reply or {}).get("rows", ())}
    rows = [_row(row, session, sight, typed, answers.get(row.pupil_id, {})) for row in sheet.rows]
    context = {
        "group": sheet.group,
        "session": session,
        "form": form,
        "rows": rows,
        "problems": [*(("#sheet", words) for words in errors or ()),
            *((f"#mark-{row.pupil_id}", f"{row.name}: {row.problem}") for row in rows if row.problem)],
        "key": uuid.uuid4(),
        "breadcrumb": [("Paper", reverse("registers:paper-today"))],
        "as_at": clock.now(),
    }  # fmt: skip
    return render(request, "registers/key_in.html", context, status=422 if typed else 200)


def _row(
    row: RegisterRow, session: Session, sight: Sight, typed: KeyedRows | None, answer: Mapping[str, Any]
) -> KeyedRow:
    """Return a row with what stands; what was typed stays, unless it is in the register now."""
    stands = shown(row.code or (row.awaits.code if row.awaits else ""), on=session.date, visible=sight.of(row)).words
    is_kept = answer.get("outcome") in {"saved", "same"}
    problem = typed.problems.get(row.pupil_id, "") if typed else ""
    return KeyedRow(
        pupil_id=row.pupil_id,
        name=row.list_name,
        stands="" if stands == "No mark" else stands,
        seen=row.base,
        typed=typed.value("mark", row.pupil_id) if typed and not is_kept else "",
        time=typed.value("time", row.pupil_id) if typed and not is_kept else "",
        problem=problem or (answer["why"] if answer.get("outcome") in TAKEN_BACK else ""),
        is_clash=answer.get("outcome") == "clash",
    )
