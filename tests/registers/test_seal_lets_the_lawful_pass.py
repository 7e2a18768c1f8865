"""What is lawfully done to a sealed register passes, whatever it changes; and how and when the seal is made."""

import datetime as dt
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.published.models import SealCopy
from attendance_mat.trust.models import School
from registers import tasks
from registers.actions import sealing
from registers.actions.amending import amend_mark
from registers.actions.sealing import RegistersBusyError, record_disposal, seal_registers
from registers.models import DisposedRows, Mark, MarkAmendment, Seal, SealedRows
from registers.queries import seal as queries
from registers.rules.seal import Kind
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.files import Importer
from tests.registers.sealed import FRIDAY, KEY, MONDAY, seal, verify


@pytest.fixture(autouse=True)
def _key(settings: object) -> None:
    settings.REGISTER_SEAL_KEY = KEY


@pytest.fixture
def mark(people: People) -> Mark:
    """Return an absence of Friday morning that is sealed."""
    made = make_mark(make_pupil(group=make_group()), make_session(FRIDAY), "N", by=people.tess)
    seal(people.alder)
    return made


def passes(*, waiting: int = 0) -> None:
    """Hold that the school passes now, with so many amendments in no seal yet, and after the next seal."""
    assert verify()[0] == 0, verify()[1]
    assert MarkAmendment.objects.count() - amendments_sealed() == waiting
    seal(School.objects.get(slug="alder-primary"))
    assert verify()[0] == 0, verify()[1]
    assert MarkAmendment.objects.count() == amendments_sealed()


def amendments_sealed() -> int:
    return sum(len(rows.ids) for rows in SealedRows.objects.filter(kind="amendment"))


def test_a_mark_amended_after_its_seal_passes_and_so_does_the_next_amendment(mark: Mark, people: People) -> None:
    for code in ("I", "M", "C"):
        amend(mark, code, by=people.alma, at=clock.now())
        passes(waiting=1)


def test_a_mark_amended_as_the_office_does_passes(mark: Mark, people: People) -> None:
    amend_mark(mark, code="I", reason="Parent rang", by=people.alma, at=clock.now())
    passes(waiting=1)


def test_a_correction_that_clears_a_sealed_mark_and_one_that_makes_it_again_pass(people: People) -> None:
    # Given a register that is still open when it is sealed
    mark = make_mark(make_pupil(group=make_group()), make_session(MONDAY), "N", by=people.tess)
    seal(people.alder)
    for code in ("", "/"):
        amend(mark, code, by=people.tess, at=clock.now(), kind="correction")
        passes(waiting=1)


def test_a_register_finished_after_it_was_sealed_passes(people: People) -> None:
    register = make_register(make_session(MONDAY), make_group())
    seal(people.alder)
    register.finished_by, register.finished_at = people.tess.user, clock.now()
    register.taken_by, register.taken_at = people.tess.user, clock.now()
    register.save(update_fields=["finished_by", "finished_at", "taken_by", "taken_at"])
    passes()


def test_a_mark_that_was_made_offline_long_before_it_came_passes(mark: Mark, people: People) -> None:
    pupil = make_pupil(group=make_group())
    made_at = mark.received_at - dt.timedelta(days=3)
    make_mark(pupil, mark.session, "/", by=people.tess, source="offline", made_at=made_at)
    amend(mark, "L", by=people.tess, at=made_at, reason="Made offline")
    passes(waiting=1)


def test_an_import_into_days_that_were_sealed_passes(mark: Mark, people: People, tmp_path: Path) -> None:
    pupil, session = make_pupil(group=make_group()), make_session(FRIDAY, "pm")
    seal(people.alder)
    file = f"upn,date,am,pm\n{pupil.upn},{FRIDAY},/,I\n"
    Importer(tmp_path, people.alder, people.alma).marks(file)
    assert Mark.objects.filter(session=session).count() == 1
    passes()


def test_rows_lawfully_disposed_of_pass_and_are_counted(
    mark: Mark, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_disposal(
        Kind.MARK, {mark.session_id: [mark.pk]}, authority="Retention schedule 4.2", by=people.ben, at=clock.now(),
        key=KEY.encode(),
    )  # fmt: skip
    without = queries._MARKS.replace(":which", ":which AND m.id <> " + str(mark.pk))
    monkeypatch.setitem(queries._ROWS, Kind.MARK, without)  # the application itself may remove nothing

    status, said = verify()
    assert status == 0
    assert "lawfully disposed of: 1 mark, 0 amendments, 0 registers, 0 finishes." in said

    # But not what no record names
    DisposedRows.objects.create(
        kind="mark", session_id=mark.session_id, ids=[mark.pk + 1], authority="Me", disposed_by=people.ben.user,
        disposed_at=clock.now(), digest="0" * 64,
    )  # fmt: skip
    assert "was altered or was not made by the product" in verify()[1]


def test_across_the_night_the_clocks_go_back_each_row_is_in_one_seal(
    people: People, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a seal at half past one in summer time and another an hour later, at half past one again
    pupils, session = [make_pupil(group=make_group()) for _ in range(3)], make_session(dt.date(2026, 10, 23))
    for pupil, hour in zip(pupils, (0, 1, 2), strict=True):
        it_is(dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC))
        make_mark(pupil, session, "N", by=people.tess)
        seal(people.alder)
    assert [rows.seal_id for rows in SealedRows.objects.filter(kind="mark").order_by("seal")] == [1, 2, 3]
    assert verify()[0] == 0, verify()[1]


def test_each_seal_holds_what_came_since_and_the_trust_has_its_digest(mark: Mark, people: People) -> None:
    second = make_mark(make_pupil(group=make_group()), make_session(FRIDAY, "pm"), "N", by=people.tess)
    again = seal(people.alder)
    assert again.rows == {Kind.MARK: 1, Kind.REGISTER: 1}
    assert [list(rows.ids) for rows in SealedRows.objects.filter(kind="mark").order_by("seal")] == [
        [mark.pk], [second.pk],
    ]  # fmt: skip
    first, last = Seal.objects.all()
    assert (first.previous, last.previous) == ("", first.digest)
    copies = SealCopy.objects.filter(school=people.alder).order_by("number")
    assert [(copy.number, copy.digest) for copy in copies] == [(1, first.digest), (2, last.digest)]


@pytest.mark.parametrize("table", ["registers_seal", "registers_sealedrows", "registers_disposedrows",
                                   "published_sealcopy"])  # fmt: skip
def test_the_application_can_neither_alter_nor_remove_a_seal(mark: Mark, table: str) -> None:
    for sql in (f"UPDATE {table} SET digest = ''", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match=r"permission denied|does not exist"), transaction.atomic():
            connection.cursor().execute(sql)


def test_a_school_sealed_since_the_night_began_is_not_sealed_again(people: People, mark: Mark) -> None:
    last = Seal.objects.get().sealed_at
    assert seal_registers(people.alder, key=KEY.encode(), unless_since=last) is None
    assert seal_registers(people.alder, key=KEY.encode(), unless_since=last + dt.timedelta(seconds=1)) is not None


def test_every_night_each_school_is_sealed_once_from_half_an_hour_after_the_check(
    people: People, it_is: Callable[[dt.datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(tasks.seal_school, "delay", lambda **told: asked.append(told["schema_name"]))
    tasks.seal_schools_that_are_due()
    assert asked == [people.alder.schema_name, people.birch.schema_name]

    def after(moment: dt.datetime) -> int:
        it_is(moment)
        tasks.seal_school(schema_name=people.alder.schema_name)
        with tenant_context(people.alder):
            return Seal.objects.count()

    monday = dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.LONDON)
    assert after(monday) == 1  # last night's was missed: it is made up
    assert after(monday.replace(hour=23)) == 1
    assert after(monday.replace(day=24, hour=2, minute=29)) == 1
    assert after(monday.replace(day=24, hour=2, minute=30)) == 2
    assert after(monday.replace(day=24, hour=2, minute=35)) == 2


def test_a_timer_without_a_key_says_so_and_seals_nothing(
    people: People, settings: object, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REGISTER_SEAL_KEY = ""
    monkeypatch.setattr(tasks.seal_school, "delay", None)
    tasks.seal_schools_that_are_due()
    assert "REGISTER_SEAL_KEY is not set" in caplog.text


def test_while_somebody_saves_a_register_the_seal_waits_for_the_next_tick(people: People) -> None:
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {people.alder.schema_name}.registers_mark IN ROW EXCLUSIVE MODE")
        with pytest.raises(RegistersBusyError):
            seal_registers(people.alder, key=KEY.encode())
        tasks.seal_school(schema_name=people.alder.schema_name)
        cursor.execute("ROLLBACK")
    other.close()
    assert not Seal.objects.exists()
    seal(people.alder)


def run(command: str, slug: str = "alder-primary") -> str:
    out = StringIO()
    call_command(command, slug, stdout=out)
    return out.getvalue()


def test_the_command_seals_and_says_what(people: People, mark: Mark) -> None:
    amend(mark, "I", by=people.alma, at=clock.now())
    said = run("seal_register")
    assert "Alder Primary School, seal 2 of 23 November 2026, 08:5" in said.replace("08:49", "08:50")
    assert "0 marks, 1 amendment, 0 registers, 0 finishes. " + Seal.objects.get(number=2).digest in said


def test_before_the_first_seal_nothing_is_wrong_and_that_is_said(people: People) -> None:
    assert verify() == (0, "Alder Primary School: as sealed. There is no seal yet; 0 marks, 0 amendments, 0 registers, "
                           "0 finishes wait for the first.\n")  # fmt: skip


@pytest.mark.parametrize("command", ["seal_register", "verify_register"])
def test_a_command_without_its_school_or_key_cannot_say(people: People, settings: object, command: str) -> None:
    with pytest.raises(CommandError, match="There is no school nowhere") as error:
        run(command, "nowhere")
    assert error.value.returncode == 2
    settings.REGISTER_SEAL_KEY = "short"
    with pytest.raises(CommandError, match="REGISTER_SEAL_KEY is shorter than 32 characters") as error:
        run(command)
    assert error.value.returncode == 2


def test_a_command_tries_again_while_registers_are_saved(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy() -> None:
        raise RegistersBusyError

    monkeypatch.setattr(sealing, "_bounds", busy)
    monkeypatch.setattr("registers.management.commands.seal_register.WAIT", 0)
    with pytest.raises(CommandError, match="being saved without a pause"):
        run("seal_register")


def test_verifying_takes_as_many_queries_for_two_marks_as_for_twenty(
    people: People, django_assert_max_num_queries: Callable[[int], object], django_assert_num_queries: object
) -> None:
    for count in (2, 20):
        for _ in range(count):
            make_mark(make_pupil(group=make_group()), make_session(FRIDAY), "N", by=people.tess)
        seal(people.alder)
        with django_assert_max_num_queries(31):
            assert verify()[0] == 0
