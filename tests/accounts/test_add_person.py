"""The command by which the first person of a trust gets in."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from attendance_mat.accounts.models import User
from tests.people import People


@pytest.fixture
def add_person(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def run(*words: str, password: str = "") -> str:
        said = io.StringIO()
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n" if password else ""))
        call_command("add_person", *words, stderr=said)
        return said.getvalue()

    return run


def test_someone_made_by_the_command_can_sign_in(add_person: Callable[..., str], monday_morning) -> None:
    said = add_person("new@example.org", "--name", "Nia New", "--trust", "--role", "trust attendance manager",
        password="correct horse staple")  # fmt: skip
    assert said == "Nia New is trust attendance manager at the trust.\n"
    client = Client()
    client.post("/login/", {"email": "new@example.org", "password": "correct horse staple"})
    assert client.get("/trust/").status_code == 200


@pytest.mark.parametrize("role", ["head-of-year", "head_of_year", "Head of year"])
def test_it_extends_a_person_once_and_keeps_their_password(people: People, add_person, role: str) -> None:
    tess = people.user("tess")
    for _ in range(2):
        add_person("TESS@example.org", "--name", "Other", "--school", "birch-high", "--role", role)
    tess.refresh_from_db()
    assert tess.name == "Tess Lindqvist"
    assert tess.check_password("a long enough password")
    assert list(tess.memberships.filter(school=people.birch).values_list("role", flat=True)) == ["head_of_year"]


@pytest.mark.parametrize(
    ("words", "password", "why"),
    [
        (["--school", "nowhere", "--role", "teacher"], "correct horse staple", "There is no school nowhere."),
        (["--school", "alder-primary", "--role", "teacher"], "", "Give the password on standard input."),
        (["--school", "alder-primary", "--role", "teacher"], "short", "too short"),
        (["--school", "alder-primary", "--role", "trustee"], "correct horse staple", "held in no school"),
        (["--trust", "--role", "teacher"], "correct horse staple", "held in no school"),
        (["--school", "alder-primary", "--role", "king"], "correct horse staple", "invalid choice"),
        (["--role", "teacher"], "correct horse staple", "required"),
    ],
)
def test_it_refuses_with_the_reason_and_makes_nobody(db, add_person, words: list[str], password: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        add_person("new@example.org", "--name", "Nia New", *words, password=password)
    assert not User.objects.filter(email="new@example.org").exists()
