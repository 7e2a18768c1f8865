"""Whoever alters the registers past every lock of the database is found, and the row is named."""

from collections.abc import Iterator

import pytest
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.trust.models import School
from registers.models import Mark, MarkAmendment
from tests.live import cloned_database, it_becomes
from tests.registers.sealed import KEY, SealedSchool, seal, tamper, verify

__all__ = ["cloned_database", "it_becomes"]

# What each does, and what the report says of it. {first} is Friday's amended mark, {mark} another of Friday.
TAMPERING = {
    "a mark altered": ("UPDATE registers_mark SET code = '/' WHERE id = {mark}", "mark {mark} (session 2026-11-20 am"),
    "an amended mark altered": (
        "UPDATE registers_mark SET code = '/' WHERE id = {first}",
        "mark {first} (session 2026-11-20 am, mark {first}, pupil {pupil}) is not what its amendments make it",
    ),
    "a mark given to another pupil": (
        "UPDATE registers_mark SET pupil_id = pupil_id + 1000 WHERE id = {mark}",
        "mark {mark} (session 2026-11-20 am, pupil",
    ),
    "a mark's time of receipt altered": (
        "UPDATE registers_mark SET received_at = received_at - interval '1 day' WHERE id = {mark}",
        "mark {mark} (session 2026-11-20 am, pupil",
    ),
    "a mark removed": (
        "DELETE FROM registers_mark WHERE id = {mark}",
        "mark {mark} (session 2026-11-20 am) was removed after seal 2",
    ),
    "a mark inserted behind the seal": (
        'INSERT INTO registers_mark SELECT (jsonb_populate_record(m, \'{{"id": 9000, "pupil_id": 9000}}\')).*'
        " FROM registers_mark m WHERE id = {mark}",
        "mark 9000 (session 2026-11-20 am, pupil 9000) was inserted behind the seal",
    ),
    "an amendment altered": (
        "UPDATE registers_markamendment SET reason = 'Another' WHERE id = {second_amendment}",
        "amendment {second_amendment} (session 2026-11-20 am, of mark {first}) was altered after seal 3",
    ),
    "an amendment removed": (
        "DELETE FROM registers_markamendment WHERE id = {second_amendment};"
        "UPDATE registers_mark SET code = 'I', changes = 1 WHERE id = {first}",
        "amendment {second_amendment} (session 2026-11-20 am) was removed after seal 3",
    ),
    "an amendment added behind the seal": (
        'INSERT INTO registers_markamendment SELECT (jsonb_populate_record(a, \'{{"id": 9000, "number": 3,'
        ' "original_code": "M"}}\')).* FROM registers_markamendment a WHERE id = {second_amendment};'
        "UPDATE registers_mark SET changes = 3 WHERE id = {first}",
        "amendment 9000 (session 2026-11-20 am, of mark {first}) was inserted behind the seal",
    ),
    "amendments put in another order": (
        "UPDATE registers_markamendment SET number = 7 WHERE id = {second_amendment}",
        "amendment {second_amendment} (session 2026-11-20 am, of mark {first}) was altered after seal 3; does not",
    ),
    "a whole day removed": (
        "DELETE FROM registers_mark WHERE session_id = {thursday};"
        "DELETE FROM registers_register WHERE session_id = {thursday};"
        "DELETE FROM registers_session WHERE id = {thursday}",
        "mark {thursdays_mark} (session 2026-11-19 am) was removed after seal 1",
    ),
    "a register held open longer": (
        "UPDATE registers_register SET closes_at = closes_at + interval '1 hour' WHERE id = {register}",
        "register {register} (session 2026-11-20 am, group",
    ),
    "a register finished by another": (
        "UPDATE registers_register SET finished_by_id = finished_by_id + 1 WHERE id = {register}",
        "register {register}, its finish, (session 2026-11-20 am, group",
    ),
    "a session moved to another day": (
        "UPDATE registers_session SET date = '2026-11-18' WHERE id = {thursday}",
        "(session 2026-11-19 am, group",
    ),
    "a seal replaced": (
        "UPDATE registers_seal SET digest = repeat('0', 64) WHERE number = 2",
        "seal 2 was replaced or altered: its digest is not that of what it seals; differs from the copy with the trust",
    ),
    "a seal's time altered": (
        "UPDATE registers_seal SET sealed_at = sealed_at - interval '1 day' WHERE number = 2",
        "seal 2 was replaced or altered",
    ),
    "a seal removed": (
        "DELETE FROM registers_sealedrows WHERE seal_id = 2; DELETE FROM registers_seal WHERE number = 2",
        "seal 2 (the trust has its copy) is missing",
    ),
    "the last seal removed": (
        "DELETE FROM registers_sealedrows WHERE seal_id = 3; DELETE FROM registers_seal WHERE number = 3",
        "seal 3 (the trust has its copy) is missing",
    ),
    "a seal removed in both places": (
        "DELETE FROM registers_sealedrows WHERE seal_id = 2; DELETE FROM registers_seal WHERE number = 2;"
        "DELETE FROM published_sealcopy WHERE number = 2",
        "seal 2 (the trust has no copy either) is missing",
    ),
    "the chain cut": (
        "UPDATE registers_seal SET previous = '' WHERE number = 3",
        "seal 3 was replaced or altered: its digest is not that of what it seals; does not follow",
    ),
    "a seal's digests altered": (
        "UPDATE registers_sealedrows SET digests = digests || '\\x00' WHERE seal_id = 2 AND kind = 'mark'",
        "seal 2 was replaced or altered",
    ),
    "a mark altered together with its digests": (
        "UPDATE registers_mark SET code = '/' WHERE id = {mark};"
        "DELETE FROM registers_sealedrows WHERE seal_id = 2 AND kind = 'mark'",
        "mark {mark} (session 2026-11-20 am, pupil",
    ),
    "the trust's copy altered": (
        "UPDATE published_sealcopy SET digest = repeat('0', 64) WHERE number = 2",
        "seal 2 differs from the copy with the trust",
    ),
    "the trust's copy removed": (
        "DELETE FROM published_sealcopy WHERE number = 2",
        "seal 2 has no copy with the trust",
    ),
    "a disposal made up": (
        "INSERT INTO registers_disposedrows (kind, session_id, ids, authority, disposed_by_id, disposed_at, digest)"
        " VALUES ('mark', {friday}, ARRAY[{mark}], 'Me', 1, now(), repeat('0', 64));"
        "DELETE FROM registers_mark WHERE id = {mark}",
        "mark {mark} (session 2026-11-20 am) was removed after seal 2",
    ),
}
TEN = [
    "a mark altered", "a mark given to another pupil", "an amendment altered", "an amendment added behind the seal",
    "a mark inserted behind the seal", "a whole day removed", "a register held open longer",
    "a register finished by another", "a seal replaced", "the trust's copy removed",
]  # fmt: skip


@pytest.fixture
def sealed(cloned_database: None, settings: object) -> Iterator[SealedSchool]:
    """Be in Alder Primary School, whose Thursday and Friday are sealed."""
    settings.REGISTER_SEAL_KEY = KEY
    with schema_context("public"):
        school = School.objects.get(slug="alder-primary")
    with tenant_context(school):
        yield SealedSchool(school)


def numbers(school: SealedSchool) -> dict[str, int]:
    """Return the numbers of the rows that are tampered with."""
    return {
        "first": school.friday[0].pk, "mark": school.friday[1].pk, "other_mark": school.friday[2].pk,
        "pupil": school.friday[0].pupil_id, "second_amendment": school.second.pk, "register": school.register.pk,
        "thursday": school.thursday[0].session_id, "friday": school.friday[0].session_id,
        "thursdays_mark": school.thursday[0].pk,
    }  # fmt: skip


def test_a_school_left_alone_passes_with_its_counts(sealed: SealedSchool) -> None:
    status, said = verify()
    assert status == 0
    assert said.replace("08:49", "08:50") == (
        "Alder Primary School: as sealed. 3 seals to 23 November 2026, 08:50: 6 marks, 2 amendments, 2 registers,"
        " 2 finishes; received since: 0 marks, 0 amendments, 0 registers, 0 finishes.\n"
    )


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_and_the_row_named(sealed: SealedSchool, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sql, says = (text.format(**numbers(sealed)) for text in TAMPERING[what])
    tamper(monkeypatch, sql)

    status, said = verify()
    assert status == 1
    assert says in said, said
    assert "Secretname" not in said

    # And the next seal does not cover it up
    seal(sealed.school)
    assert says in verify()[1]


def test_ten_at_once_are_ten_found(sealed: SealedSchool, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for what in TEN:
        rows = numbers(sealed)
        if what == "a mark given to another pupil":
            rows["mark"] = rows["other_mark"]
        sql, says = (text.format(**rows) for text in TAMPERING[what])
        apart = what == "the trust's copy removed"  # of another seal than the one replaced
        tamper(monkeypatch, sql.replace("number = 2", "number = 1") if apart else sql)
        told.append((says.replace("seal 2", "seal 1") if apart else says).partition(";")[0])

    status, said = verify()
    assert (status, len(told)) == (1, 10)
    assert [says for says in told if says not in said] == [], said


def test_marks_put_back_from_elsewhere_are_no_better(sealed: SealedSchool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who removes everything sealed, seals and copies included, still leaves seals that do not begin at 1."""
    tamper(
        monkeypatch,
        "DELETE FROM registers_sealedrows WHERE seal_id < 3; DELETE FROM registers_seal WHERE number < 3;"
        "DELETE FROM published_sealcopy WHERE number < 3",
    )
    status, said = verify()
    assert status == 1
    assert "seal 1 (the trust has no copy either) is missing." in said
    assert "seal 3 does not follow from the one before: the chain is broken." in said


def test_under_another_key_only_that_is_said(sealed: SealedSchool, settings: object) -> None:
    settings.REGISTER_SEAL_KEY = "another key, of the same good length and more"
    status, said = verify()
    assert status == 1
    assert said.count("was made with another key than REGISTER_SEAL_KEY") == 3
    assert "mark " not in said
    assert (Mark.objects.count(), MarkAmendment.objects.count()) == (6, 2)
