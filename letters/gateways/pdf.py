"""Turns a document's HTML into a tagged PDF."""

from typing import Final

from django.contrib.staticfiles import finders

ACCESSIBLE: Final = "pdf/ua-1"
STYLE: Final = "css/paper.css"
MISSING: Final = (
    "PDFs cannot be made on this machine, because a library that WeasyPrint needs is missing: "
    "install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
)


class PdfUnavailableError(Exception):
    """This machine cannot make PDFs; the message says what is missing and how to mend it."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def render(html: str) -> bytes:
    """Return an A4 document as PDF/UA-1, drawn by static/css/paper.css. The document may fetch nothing.

    WeasyPrint is imported here, so that a machine without Pango loses its PDFs and nothing else.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise PdfUnavailableError from error
    page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    document: bytes = page.write_pdf(stylesheets=[finders.find(STYLE)], pdf_variant=ACCESSIBLE)
    return document
