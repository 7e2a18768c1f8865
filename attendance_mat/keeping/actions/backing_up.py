"""Makes and verifies the monthly back-ups of both registers (R13)."""

import datetime as dt
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO, Final

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.gateways import archive_file, paper
from attendance_mat.keeping.models import Archive
from attendance_mat.keeping.queries import archiving
from attendance_mat.keeping.queries.archives import months_wanting
from attendance_mat.keeping.rules import archive as rules
from attendance_mat.keeping.rules.archive import ArchiveWrongError, Part
from attendance_mat.published.alerts import end_alerts, raise_alert
from attendance_mat.published.models import Alert
from attendance_mat.trust.models import School
from letters.gateways.pdf import PdfUnavailableError
from registers.models import Mark, MarkAmendment

LOCKS: Final = 7_240_006  # the advisory locks of the makers of archives, one a school


@dataclass(frozen=True)
class BackUp:
    """A back-up just made; `without_pdf` says why it has no PDF, where it has none."""

    archive: Archive
    without_pdf: str = ""


def archive_storage() -> Storage:
    """Return where archives are kept."""
    return storages["archives"]


def back_up(school: School, *, month: dt.date, key: bytes, by: Member, at: dt.datetime) -> BackUp:
    """Write both registers, as they stand, to a signed archive; its PDF prints the month.

    The file is stored first and its row written after it, so that no row is of a file that is not there.
    """
    began = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        parts, without_pdf = _write(file, school, month=month, key=key, by=by, at=at)
        file.seek(0)
        digest, size = archive_file.digest_of(file), file.tell()
        file.seek(0)
        name = f"{school.slug}/{month:%Y-%m}-{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.zip"
        place = archive_storage().save(name, File(file))
    try:
        made = _keep(
            school,
            Archive(
                month_date=month, made_at=at, made_by_name=by.name, place=place, digest=digest, size=size,
                marks=_rows(parts, Mark._meta.db_table), amendments=_rows(parts, MarkAmendment._meta.db_table),
                seconds=time.perf_counter() - began,
            ),
            by=by,
        )  # fmt: skip
    except BaseException:
        archive_storage().delete(place)
        raise
    return BackUp(made, without_pdf)


def _rows(parts: dict[str, Part], table: str) -> int:
    return parts[f"{rules.TABLES}{table}.csv"].rows or 0


@transaction.atomic
def _keep(school: School, made: Archive, *, by: Member) -> Archive:
    made.save()
    record(Event.ARCHIVE_MADE, made, by=by, at=made.made_at, month=f"{made.month_date:%Y-%m}", digest=made.digest)
    if made.made_at.date() >= rules.month_after(made.month_date):
        end_alerts(school, Alert.Kind.BACK_UP_MISSED, up_to=made.month_date, at=made.made_at)
    return made


def _write(
    file: IO[bytes], school: School, *, month: dt.date, key: bytes, by: Member, at: dt.datetime
) -> tuple[dict[str, Part], str]:
    """Write an archive; return its files, and why it has no PDF where it has none."""
    writer, without_pdf = archive_file.ArchiveWriter(file), ""
    with archiving.one_moment():
        for model in archiving.archived_models():
            with writer.part(f"{rules.TABLES}{model._meta.db_table}.csv") as part:
                archiving.copy_table(model, part)
        with writer.part(rules.PEOPLE) as part:
            archiving.copy_people(part)
        try:
            pdf = paper.registers_pdf(school, from_date=month, until_date=rules.month_after(month), at=at)
        except PdfUnavailableError as unavailable:
            without_pdf = str(unavailable)
        else:
            with writer.part(rules.PDF) as part:
                part.write(pdf)
    about = {
        "school": {"slug": school.slug, "name": school.name, "urn": school.urn},
        "month": f"{month:%Y-%m}",
        "made_at": at.astimezone(dt.UTC).isoformat(),
        "made_by": by.name,
        "without_pdf": without_pdf,
    }
    writer.finish(about, key=key)
    return writer.parts, without_pdf


def back_up_if_due(school: School, *, key: bytes, by: Member, at: dt.datetime) -> list[Archive]:
    """Make each month's back-up that is due and not there yet; of two workers at once one makes it."""
    with connection.cursor() as cursor:  # not a transaction's lock: the reading has a transaction of its own
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, school.pk])
        if not cursor.fetchone()[0]:
            return []
        try:
            months = months_wanting(school, at)
            return [back_up(school, month=month, key=key, by=by, at=at).archive for month in months]
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, school.pk])


@transaction.atomic
def tell_of_missed(school: School, *, by: Member, at: dt.datetime) -> list[dt.date]:
    """Raise an alert for each month whose back-up is late; return those that are."""
    missed = [month for month in months_wanting(school, at) if rules.is_missed(month, on=at.date())]
    for month in missed:
        words = f"The back-up of the registers of {month:%B %Y} was not made."
        if raise_alert(school, Alert.Kind.BACK_UP_MISSED, month, words=words, at=at):
            record(Event.ARCHIVE_MISSED, school, by=by, at=at, month=f"{month:%Y-%m}")
    return missed


def verify_archive(archive: Archive, *, key: bytes, by: Member, at: dt.datetime) -> Collection[str]:
    """Read an archive from the storage and keep what was found: nothing, or each file that is not as it was made."""
    faults: Collection[str] = ()
    try:
        with archive_storage().open(archive.place) as file:
            whole = archive_file.digest_of(file)
            file.seek(0)
            with archive_file.opened(file, key=key):
                pass
        if whole != archive.digest:
            faults = [f"{archive.place} is another file than was made: its digest is not the one kept here."]
    except ArchiveWrongError as wrong:
        faults = wrong.faults
    except OSError:
        faults = [f"{archive.place} is not in the storage."]
    with transaction.atomic():
        archive.verified_at, archive.wrong = at, " ".join(faults)
        archive.save(update_fields=["verified_at", "wrong"])
        record(Event.ARCHIVE_VERIFIED, archive, by=by, at=at, faults=len(faults))
    return faults
