"""`policy document SCHOOL`: the school's attendance policy to be read, as HTML or PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance_mat import clock
from attendance_mat.policy.adopted import NotInForceError
from escalation.gateways.policy_document import policy_html
from escalation.management import asked
from letters.gateways import pdf


def add_to(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("document", help="write a school's attendance policy, to standard output or a file")
    parser.add_argument("school", metavar="SCHOOL")
    parser.add_argument("--on", type=asked.date, help="today, unless given")
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--pdf", type=Path, metavar="FILE")
    files.add_argument("--html", type=Path, metavar="FILE")
    parser.set_defaults(run=run)


def run(command: BaseCommand, *, school: str, **options: Any) -> None:
    """Write the document; CommandError before any policy held, or where it cannot be written or made a PDF."""
    try:
        html = policy_html(asked.school_named(school), on=options["on"] or clock.today())
    except NotInForceError as error:
        raise CommandError(str(error)) from error
    if not options["pdf"] and not options["html"]:
        command.stdout.write(html)
        return
    path: Path = options["pdf"] or options["html"]
    try:
        path.write_bytes(pdf.render(html) if options["pdf"] else html.encode())
    except (OSError, pdf.PdfUnavailableError) as error:
        message = f"{path} was not written: {error}"
        raise CommandError(message) from error
    command.stderr.write(f"{path} is written.")
