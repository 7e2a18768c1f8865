"""A file as an answer: to be kept, not shown."""

from django.http import HttpResponse


def attached(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return a file for the browser to save under a name, which names no pupil."""
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def csv_file(content: bytes, *, name: str) -> HttpResponse:
    """Return a CSV file for the browser to save."""
    return attached(content, name=name, kind="text/csv; charset=utf-8")
