"""What the import commands share: their arguments, their words, and how far they have come."""

import time
from pathlib import Path
from typing import Any, ClassVar, Final

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.accounts.member import Member, machine, member_in, memberships_on
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, Taking, run_import
from registers.actions.importing_job import ImportJob, IncomingFile
from registers.gateways.mis_csv import Faults, FileRefusedError

QUIET_SECONDS: Final = 2  # a short import shows no progress
WIDTH: Final = 30


class ProgressBar:
    """A bar on standard error: redrawn in place at a terminal, a line for each tenth elsewhere."""

    def __init__(self, words: str, stream: OutputWrapper) -> None:
        self._words, self._stream = words, stream
        self._began = time.monotonic()
        self._shown = -1

    def show(self, part: float) -> None:
        """Show how much is done, from 0 to 1, once the work has lasted a moment."""
        percent = int(part * 100)
        step = 1 if self._stream.isatty() else 10
        if time.monotonic() - self._began < QUIET_SECONDS or percent // step == self._shown:
            return
        self._shown = percent // step
        bar = "#" * int(part * WIDTH)
        end = "\n" if step > 1 or part >= 1 else ""
        start = "\r" if step == 1 else ""
        self._stream.write(f"{start}{self._words} [{bar:.<{WIDTH}}] {percent:3}%{end}", ending="")
        self._stream.flush()


class ImportCommand(BaseCommand):
    """Takes a CSV file into a school: the whole file, or nothing of it. docs/files.md has its shape."""

    kind: ClassVar[Kind | Taking]
    subject: ClassVar[str] = ""  # what the file is about, where its kind does not say
    permission: ClassVar[Permission] = Permission.IMPORT_RECORDS

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", metavar="EMAIL", help="in whose name; otherwise the machine “Import”")

    def handle(self, *, slug: str, file: Path, by: str, **options: Any) -> None:
        school = School.objects.filter(slug=slug).first()
        if school is None:
            message = f"There is no school {slug}."
            raise CommandError(message)
        if not file.is_file():
            message = f"There is no file {file}."
            raise CommandError(message)
        bar = ProgressBar(f"Importing {self._about}", self.stderr)
        with tenant_context(school):
            member = self._member(by, school)
            incoming = IncomingFile(file, file.name)
            try:
                job = run_import(self.kind, incoming, school=school, by=member, at=clock.now(), progress=bar.show)
            except FileRefusedError as refused:
                self._tell_faults(file, refused.faults)
                message = f"{file} was refused; nothing of it was kept."
                raise CommandError(message) from None
        self._tell_outcome(job)

    @property
    def _about(self) -> str:
        return self.subject or str(self.kind)

    def _member(self, email: str, school: School) -> Member:
        if not email:
            return machine("Import", at=clock.now())
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        member = user and member_in(memberships_on(user, clock.today(), school=school), school=school, prefer=None)
        if not member or not member.may(self.permission):
            message = f"{email} may not import records of {school.slug}."
            raise CommandError(message)
        return member

    def _tell_faults(self, file: Path, faults: Faults) -> None:
        for fault in faults.first:
            column = f", column {fault.column}" if fault.column else ""
            value = f", “{fault.value}”" if fault.value else ""
            self.stderr.write(f"{file}, line {fault.line}{column}{value}: {fault.reason}")
        if faults.count > len(faults.first):
            self.stderr.write(f"These are the first {len(faults.first)} of {faults.count:,} faults.")

    def _tell_outcome(self, job: ImportJob) -> None:
        if job.ignored:
            self.stderr.write(f"These columns mean nothing here and were ignored: {', '.join(job.ignored)}.")
        for note in job.notes():
            self.stderr.write(note)
        counts = ", ".join(f"{count:,} {name}" for name, count in job.counts_of_effects())
        self.stderr.write(f"{self._about.capitalize()} of {job.school.name}: {counts or 'nothing to do'}.")
