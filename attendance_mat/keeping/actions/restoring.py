"""Restores both registers from an archive into an empty school. Runs as the owner: the application may not write what
the database itself stamps."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any, Final

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.gateways import archive_file
from attendance_mat.keeping.gateways.archive_file import Archive
from attendance_mat.keeping.queries.archiving import archived_models, columns_of
from attendance_mat.keeping.rules import archive as rules
from attendance_mat.keeping.rules.archive import ArchiveWrongError
from attendance_mat.published.models import SealCopy
from attendance_mat.trust.models import School
from registers.actions.importing_enrolments import keep_enrolments_in_step
from registers.models import Mark, MarkAmendment, Pupil, Seal
from registers.queries.verifying import verify

# Made by the timer in a school with nothing in it: seals of nothing.
MADE_BY_THE_TIMER: Final = frozenset({Seal})
LOOKED_AT: Final = 20  # faults named


class RestoreRefusedError(Exception):
    """An archive is not restored; the message says why and nothing of it was kept."""


@dataclass(frozen=True)
class Restored:
    """What came back."""

    marks: int
    amendments: int
    seals: int


def restore(school: School, file: IO[bytes], *, key: bytes, by: Member, at: dt.datetime) -> Restored:
    """Fill an empty school from an archive: every row as it was, with its number and its time of receipt.

    Raises ArchiveWrongError where a signature or digest does not hold, naming the file, and RestoreRefusedError where
    the school is not empty or what was restored is not as it was sealed. Then nothing of it is kept.
    """
    with archive_file.opened(file, key=key) as archive, transaction.atomic():
        tables = {model._meta.db_table: model for model in archived_models()}
        unknown = sorted(set(archive.tables()) - tables.keys())
        if unknown:
            raise ArchiveWrongError([f"{rules.TABLES}{name}.csv is of a table that is not here." for name in unknown])
        _require_empty(school, tables.values())
        _bring_people(archive)
        _fill([tables[name] for name in archive.tables()], archive)
        _copy_seals(school)
        keep_enrolments_in_step(school, list(Pupil.objects.values_list("pk", flat=True)))
        _require_sealed(school, key=key)
        restored = Restored(Mark.objects.count(), MarkAmendment.objects.count(), Seal.objects.count())
        record(Event.REGISTERS_RESTORED, school, by=by, at=at, made_at=archive.said["made_at"], marks=restored.marks)
    return restored


def _require_empty(school: School, tables: Iterable[type[models.Model]]) -> None:
    """Refuse a school that has any row of a register; take the timer's seals of nothing away."""
    for model in tables:
        if model not in MADE_BY_THE_TIMER and model._default_manager.exists():
            what = model._meta.verbose_name_plural
            message = f"{school.name} is not empty: it has {what}. Restore into a school that was newly opened."
            raise RestoreRefusedError(message)
    numbers = list(Seal.objects.values_list("number", flat=True))
    SealCopy.objects.filter(school=school, number__in=numbers).delete()
    Seal.objects.all().delete()


def _bring_people(archive: Archive) -> None:
    """Have everybody there whom the entries name by number: those not known here come back unable to log in."""
    with archive.opened(rules.PEOPLE) as file, connection.cursor() as cursor:
        raw: Any = cursor
        raw.execute(
            "CREATE TEMPORARY TABLE archived_people"
            " (id bigint, email text, name text, is_machine boolean, joined_at timestamptz) ON COMMIT DROP"
        )
        raw.copy_expert("COPY archived_people FROM STDIN WITH (FORMAT csv, HEADER MATCH)", file)
        raw.execute(
            "SELECT a.email FROM archived_people a JOIN accounts_user u ON u.id = a.id OR u.email = a.email"
            " WHERE u.id <> a.id OR u.email <> a.email ORDER BY a.id"
        )
        others = [email for (email,) in raw.fetchall()]
        if others:
            message = (
                f"{len(others)} of those who made entries have another number here, the first {others[0]}. Restore"
                " where the trust's own tables are those the archive was made beside, or where nobody has joined yet."
            )
            raise RestoreRefusedError(message)
        raw.execute("SELECT id, email, name, is_machine, joined_at FROM archived_people")
        nobody_s = make_password(None)
        known = set(User.objects.values_list("pk", flat=True))
        User.objects.bulk_create(
            User(
                id=pk, email=email, name=name, is_machine=machine, joined_at=joined, is_active=False, password=nobody_s
            )
            for pk, email, name, machine, joined in raw.fetchall()
            if pk not in known
        )
        raw.execute("DROP TABLE archived_people")
        _go_on_numbering(cursor, User)


def _fill(tables: Iterable[type[models.Model]], archive: Archive) -> None:
    """Copy each table in with its triggers off: they stamp and number what is new, and nothing here is.

    References, constraints and unique numbers are checked all the same.
    """
    listed = list(tables)
    added: dict[type[models.Model], list[models.Field[Any, Any]]] = {}
    with connection.cursor() as cursor:
        for model in listed:
            cursor.execute(f"ALTER TABLE {_quoted(model)} DISABLE TRIGGER USER")
        for model in listed:
            added[model] = _fill_one(cursor, model, archive)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in listed:  # no table is altered while a check of its rows is still to come
            _set_defaults(cursor, model, added[model], drop=True)
            cursor.execute(f"ALTER TABLE {_quoted(model)} ENABLE TRIGGER USER")
            _go_on_numbering(cursor, model)


def _fill_one(cursor: Any, model: type[models.Model], archive: Archive) -> "list[models.Field[Any, Any]]":
    """Copy one table in, and return the columns that the archive, of an earlier release, has not got."""
    name = f"{rules.TABLES}{model._meta.db_table}.csv"
    with archive.opened(name) as file:
        heading = file.readline().decode().strip().split(",")
        unknown = sorted(set(heading) - set(columns_of(model)))
        if unknown:
            raise ArchiveWrongError([f"{name} has columns that are not here: {', '.join(unknown)}."])
        added = [field for field in model._meta.concrete_fields if field.column not in heading]
        _set_defaults(cursor, model, added)
        columns = ", ".join(map(connection.ops.quote_name, heading))
        cursor.copy_expert(f"COPY {_quoted(model)} ({columns}) FROM STDIN WITH (FORMAT csv)", file)
    return added


def _set_defaults(
    cursor: Any, model: type[models.Model], fields: "Iterable[models.Field[Any, Any]]", *, drop: bool = False
) -> None:
    """Let columns that a later release added take their usual value while an older archive is copied in."""
    for field in fields:
        column = f"ALTER TABLE {_quoted(model)} ALTER COLUMN {connection.ops.quote_name(str(field.column))}"
        if drop:
            cursor.execute(f"{column} DROP DEFAULT")
        elif not field.null:
            cursor.execute(f"{column} SET DEFAULT %s", [field.get_db_prep_save(field.get_default(), connection)])


def _quoted(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _go_on_numbering(cursor: Any, model: type[models.Model]) -> None:
    """Have new rows numbered after those restored, where the database numbers them."""
    key = model._meta.pk
    if isinstance(key, models.AutoField | models.BigAutoField):
        table, column = model._meta.db_table, connection.ops.quote_name(str(key.column))
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), (SELECT max({column}) FROM {_quoted(model)}))"  # noqa: S608 (names of ours)
            f" WHERE EXISTS (SELECT FROM {_quoted(model)})",
            [table, key.column],
        )


def _copy_seals(school: School) -> None:
    """Give the trust the copies it has not got; one that it has must be the same."""
    known = dict(SealCopy.objects.filter(school=school).values_list("number", "digest"))
    seals = list(Seal.objects.order_by("number"))
    other = [seal.number for seal in seals if known.get(seal.number, seal.digest) != seal.digest]
    if other:
        message = f"Seal {other[0]} of the archive differs from the copy with the trust: it is another school's."
        raise RestoreRefusedError(message)
    SealCopy.objects.bulk_create(
        SealCopy(school=school, number=seal.number, sealed_at=seal.sealed_at, digest=seal.digest)
        for seal in seals
        if seal.number not in known
    )


def _require_sealed(school: School, *, key: bytes) -> None:
    faults = verify(school, key=key).faults
    if faults:
        named = " ".join(str(fault) for fault in faults[:LOOKED_AT])
        message = f"What the archive holds is not as it was sealed, {len(faults)} faults: {named}"
        raise RestoreRefusedError(message)
