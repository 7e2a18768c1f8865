"""Imports: the office sends a file, sees what it would change, and says yes."""

from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.formats import number
from registers.actions.importing import Kind, rehearse_import, run_import
from registers.actions.importing_job import LEFT_ELSEWHERE, Effect, ImportJob, IncomingFile
from registers.forms.importing import ImportFile
from registers.gateways.mis_csv import Faults, FileRefusedError
from registers.gateways.uploads import KeptUpload, discard, keep_upload, ticket, upload_for
from registers.queries.importing import past_imports

PAST_SHOWN: Final = 20
HEADINGS: Final = {
    Kind.CALENDAR: ("Date", "am", "pm"),
    Kind.PUPILS: ("Number", "Surname", "Forename"),
    Kind.MARKS: ("Number", "Date", "Half day", "Mark"),
    Kind.TIMETABLE: ("Record", "Day", "Period", "Group", "What"),
    Kind.STAFF: ("E-mail address", "Name", "Role", "Groups"),
}
WAITED_TOO_LONG: Final = "That file is no longer kept. Choose it again: nothing of it was imported."


@require_GET
@needs(Permission.IMPORT_RECORDS)
def show_imports(request: StaffRequest) -> HttpResponse:
    """Ask for a file, and list what has been imported."""
    return _page(request, ImportFile(request.member, initial={"kind": request.GET.get("kind")}))


@require_POST
@needs(Permission.IMPORT_RECORDS)
def preview_import(request: StaffRequest) -> HttpResponse:
    """Show what a file would change, or everything that is wrong with it."""
    form = ImportFile(request.member, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    at, kind = clock.now(), form.cleaned_data["kind"]
    sent: UploadedFile[bytes] = form.cleaned_data["file"]
    kept = KeptUpload(keep_upload(sent.chunks(), at=at), str(sent.name), kind)
    file = IncomingFile(kept.path, kept.name)
    try:
        job = rehearse_import(kind, file, school=request.school, by=request.member, at=at)
    except FileRefusedError as refused:
        discard(kept.path)
        return _page(request, form, refused=refused.faults, name=kept.name)
    words = ticket(kept, user_id=request.member.user_id, school_id=request.school.pk, at=at)
    return render(request, "registers/import_preview.html", _preview(job, kind) | {"ticket": words})


@require_POST
@needs(Permission.IMPORT_RECORDS)
def confirm_import(request: StaffRequest) -> HttpResponse:
    """Import the file that was previewed, if it still may stand now."""
    at, member = clock.now(), request.member
    kept = upload_for(request.POST.get("ticket", ""), user_id=member.user_id, school_id=request.school.pk, at=at)
    if kept is None:
        messages.error(request, WAITED_TOO_LONG)
        return redirect("registers:imports")
    kind, file = Kind(kept.kind), IncomingFile(kept.path, kept.name)
    try:
        job = run_import(kind, file, school=request.school, by=member, at=at)
    except FileRefusedError as refused:
        return _page(request, ImportFile(member, initial={"kind": kind}), refused=refused.faults, name=kept.name)
    finally:
        discard(kept.path)
    messages.success(request, f"{kept.name} is in: {_in_words(job)}.")
    for note in job.notes():
        messages.warning(request, note)
    return redirect("registers:imports")


def _page(request: StaffRequest, form: ImportFile, *, refused: Faults | None = None, name: str = "") -> HttpResponse:
    problem = f"{name} was refused and nothing of it was kept: {_faults(refused)}." if refused else ""
    context = {
        "form": form,
        "refused": refused,
        "name": name,
        "problems": [("#faults", problem)] if problem else [],
        "past": past_imports()[:PAST_SHOWN],
    }
    return render(request, "registers/imports.html", context, status=422 if problem or form.errors else 200)


def _preview(job: ImportJob, kind: Kind) -> dict[str, object]:
    changes = sum(count for name, count in job.counts_of_effects() if name != Effect.UNCHANGED)
    changes += job.counts[LEFT_ELSEWHERE]  # each becomes a task once the file is in
    return {
        "kind": kind,
        "name": job.file.name,
        "counts": job.counts_of_effects(),
        "changes": changes,
        "rows": sorted(job.shown, key=lambda row: row.line),
        "headings": HEADINGS[kind],
        "notes": job.notes(),
        "ignored": ", ".join(job.ignored),
    }


def _faults(refused: Faults) -> str:
    return "one fault" if refused.count == 1 else f"{number(refused.count)} faults"


def _in_words(job: ImportJob) -> str:
    return ", ".join(f"{number(count)} {name}" for name, count in job.counts_of_effects()) or "nothing to do"
