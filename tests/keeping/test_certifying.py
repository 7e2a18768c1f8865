"""A copy is certified by the head, or who acts for them, who signs in once more to do it."""

import datetime as dt
import hashlib
from collections.abc import Callable
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.signing_again import WAIT
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.clock import LONDON
from letters.gateways import pdf
from letters.models import CertifiedCopy
from registers.models import Disclosure, FamilyTie, Mark, Pupil, RecordAccess
from tests.factories import amend
from tests.keeping.copying import PASSWORD, asked, certified, seen_on
from tests.keeping.inspections import url
from tests.letters.paper import text_of
from tests.people import People

Browse = Callable[[str], Client]
SetClock = Callable[[dt.datetime], None]
LAST_MONDAY = dt.date(2026, 11, 16)
THURSDAY = dt.datetime(2026, 11, 26, 9, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def _counts_of_our_own(settings, worker_id: str) -> None:
    """Count failures in this process alone: other tests empty the shared cache."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": worker_id}}
    cache.clear()


def test_the_head_signs_in_once_more_and_certifies_what_was_looked_at(pupil: Pupil, browse: Browse) -> None:
    reply = certified(browse("ben"), pupil)
    assert reply["Content-Type"] == "application/pdf", reply.text
    copy, said = CertifiedCopy.objects.get(), text_of(reply.content)
    assert f"Certified copy, {copy.reference}" in said
    assert "I certify that this is a true copy" in said
    assert "Ben Okafor, headteacher, signed in and certified this copy" in said
    assert "not certified" not in said
    assert (copy.what, copy.pupil, copy.from_date, copy.until_date) == (
        "attendance certificate", pupil, LAST_MONDAY, dt.date(2026, 11, 21),
    )  # fmt: skip
    assert copy.digest == hashlib.sha256(reply.content).hexdigest()
    assert (copy.certified_by_name, copy.certified_by_role) == ("Ben Okafor", "headteacher")
    assert AuditEvent.objects.filter(kind=Event.COPY_CERTIFIED).count() == 1
    assert Disclosure.objects.get().what == "certified attendance certificate"


def test_a_certified_copy_is_kept_and_given_again_as_it_was(pupil: Pupil, people: People, browse: Browse) -> None:
    first = certified(browse("ben"), pupil, what="registration certificate").content
    copy = CertifiedCopy.objects.get()
    assert browse("alma").get(url("certified-copy", copy.pk)).content == first
    assert copy.reference in browse("ben").get(url("certify", pupil.pk)).text
    assert RecordAccess.objects.filter(pupil=pupil, what="keeping:certified-copy", by=people.alma.user).exists()
    for name, status in (("olly", 403), ("cass", 404)):
        assert browse(name).get(url("certified-copy", copy.pk)).status_code == status
    Pupil.objects.update(hidden=True)
    assert browse("alma").get(url("certified-copy", copy.pk)).status_code == 404


def test_a_wrong_password_certifies_nothing_and_too_many_must_wait(pupil: Pupil, browse: Browse) -> None:
    client = browse("ben")
    assert "Enter your password to certify the copy." in certified(client, pupil, password="").text
    for _ in range(6):
        reply = certified(client, pupil, password="not it")
        assert reply.status_code == 422
        assert "That is not your password. Try again." in reply.text
    assert WAIT in certified(client, pupil).text
    assert not CertifiedCopy.objects.exists()


def test_a_record_that_changed_since_it_was_looked_at_is_looked_at_again(pupil: Pupil, browse: Browse) -> None:
    client = browse("ben")
    given = {"what": "registration certificate"}
    seen = seen_on(client, pupil, **given)
    pupil.contacts.filter(name="Ned Example").update(phone="01632 960099")
    reply = client.post(url("certify", pupil.pk), asked(**given, **seen, do="certify", password=PASSWORD))
    assert reply.status_code == 422
    assert "The record changed since you looked at it." in unescape(reply.text)
    assert not CertifiedCopy.objects.exists()


def test_an_amendment_made_since_does_not_stand_in_the_way_of_the_moment_looked_at(
    pupil: Pupil, people: People, browse: Browse, it_is: SetClock
) -> None:
    client = browse("ben")
    seen = seen_on(client, pupil)
    it_is(THURSDAY + dt.timedelta(minutes=5))
    amend(Mark.objects.filter(pupil=pupil).first(), "I", by=people.alma, at=THURSDAY, reason="Said later")
    reply = client.post(url("certify", pupil.pk), asked(**{**seen, "do": "certify", "password": PASSWORD}))
    assert "Said later" not in text_of(reply.content)


def test_who_certifies_for_the_head_does_so_in_their_own_name(pupil: Pupil, people: People, browse: Browse) -> None:
    assert browse("olly").get(url("certify", pupil.pk)).status_code == 403
    Delegation.objects.create(
        school=people.alder, user=people.user("olly"), power=Permission.CERTIFY_COPY, from_date=LAST_MONDAY,
        decision="Minute 4", decided_by=people.ben.user, decided_at=THURSDAY,
    )  # fmt: skip
    reply = certified(browse("olly"), pupil)
    assert "Olly Frost, office, signed in and certified" in text_of(reply.content)
    given = browse("olly").post(url("certify", pupil.pk), asked(do="give"))
    assert given["Content-Type"].startswith("text/html")  # to give one uncertified is not theirs


def test_nobody_certifies_the_record_of_their_own_family(pupil: Pupil, people: People, browse: Browse) -> None:
    FamilyTie.objects.create(user=people.ben.user, pupil=pupil)
    reply = certified(browse("ben"), pupil)
    assert reply.status_code == 422
    assert "family" in reply.text
    assert not CertifiedCopy.objects.exists()


@pytest.mark.parametrize("do", ["give", "certify"])
def test_a_machine_that_makes_no_pdf_says_so_and_nothing_is_kept(
    pupil: Pupil, browse: Browse, monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    def missing(html: str) -> bytes:
        raise pdf.PdfUnavailableError

    monkeypatch.setattr(pdf, "render", missing)
    client = browse("ben")
    given = {**seen_on(client, pupil), "do": do, "password": PASSWORD}
    assert client.post(url("certify", pupil.pk), asked(**given)).status_code == 503
    assert not Disclosure.objects.exists()
    assert not CertifiedCopy.objects.exists()
