"""Turns a document's HTML into a tagged PDF."""

from typing import Final

ACCESSIBLE: Final = "pdf/ua-1"


class PdfUnavailableError(Exception):
    """This machine cannot make PDFs; the message says what is missing and how to mend it."""


def render(html: str) -> bytes:
    """Return an A4 document as PDF/UA-1. Nothing is fetched: the HTML carries its style.

    WeasyPrint is imported here, so that a machine without Pango loses its PDFs and nothing else.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(
            "PDFs cannot be made on this machine, because a library that WeasyPrint needs is missing: "
            "install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
        ) from error
    document: bytes = HTML(string=html, url_fetcher=_refuse).write_pdf(pdf_variant=ACCESSIBLE)
    return document


def _refuse(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    message = f"A document may fetch nothing, and this one asked for {url}."
    raise ValueError(message)
