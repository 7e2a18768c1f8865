"""`policy check`, `policy show` and `policy document` at the command line."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from attendance_mat.policy.loader import pack_names
from attendance_mat.policy.schema import Parameter
from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.models import School
from tests.people import People

TERM = dt.date(2026, 9, 1)


@pytest.fixture
def policy(alder: School) -> Callable[..., tuple[str, str]]:
    """Return a function that runs the command and gives what it printed, and what it said beside."""

    def run(*words: str) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        call_command("policy", *words, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_of_ours_is_sound(policy: Callable[..., tuple[str, str]], name: str) -> None:
    printed, said = policy("check", name)

    assert "is sound" in said
    assert {"states"} <= {row["what"] for row in rows(printed)}
    assert all(row["source"] for row in rows(printed) if row["what"] == "states")


def test_a_stage_whose_text_is_lost_is_named_beside_the_data(policy: Callable[..., tuple[str, str]]) -> None:
    printed, said = policy("check", "advance")

    assert "A2: not configured." in said
    assert "A5: not configured." in said
    assert "A2: not configured" not in printed


def test_what_the_law_overrides_is_printed_with_its_clause(policy: Callable[..., tuple[str, str]]) -> None:
    printed, _ = policy("check", "aspire")

    won = next(row for row in rows(printed) if row["source"] == "AET-6.07, R14")
    assert (won["what"], won["subject"], won["from"]) == ("law wins, overridden", "register_retention", "2024-08-19")


def test_every_fault_of_a_file_is_told_with_its_line(
    policy: Callable[..., tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(
        "pack: {title: Broken, trust: null, dated: null, builds_on: national}\nno_such: {says: a}\nbad: 1\n"
    )
    err = io.StringIO()

    with pytest.raises(CommandError, match=r"broken\.yaml is refused: 2 faults\."):
        call_command("policy", "check", str(file), stderr=err)

    assert err.getvalue().splitlines() == [
        "broken.yaml, line 2: There is no parameter named “no_such”.",
        "broken.yaml, line 3: There is no parameter named “bad”.",
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: \x00", b"a: &x [*x]\n"])
def test_a_file_that_is_no_text_or_holds_itself_is_refused(
    policy: Callable[..., tuple[str, str]], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)

    with pytest.raises(CommandError, match=r"odd\.yaml is not text that can be read as YAML"):
        policy("check", str(file))


def test_a_pack_that_is_not_there_is_refused_with_those_that_are(policy: Callable[..., tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match=r"There is no pack or file nobody\. There are: advance, aspire"):
        policy("check", "nobody")


def test_show_prints_every_parameter_in_force_with_who_set_it(
    policy: Callable[..., tuple[str, str]], alder: School, people: People, monday_morning: dt.datetime
) -> None:
    adopt_policy(alder, pack="aspire", from_date=TERM, by=people.member("tara"), at=monday_morning)

    printed = {row["parameter"]: row for row in rows(policy("show", "alder-primary", "--on", "2026-11-23")[0])}

    assert set(printed) <= set(Parameter.every)
    assert json.loads(printed["register_open"]["value"]) == {"minutes": 30}
    assert printed["register_open"]["set_by"] == "Aspire Educational Trust attendance policy"
    kept = printed["register_retention"]
    assert (json.loads(kept["value"]), json.loads(kept["overruled"])) == ({"years": 6}, {"years": 3})


def test_show_prints_json_too_and_as_of_the_day_asked(
    policy: Callable[..., tuple[str, str]], alder: School, people: People, monday_morning: dt.datetime
) -> None:
    adopt_policy(alder, pack="wigston", from_date=TERM, by=people.member("tara"), at=monday_morning)

    before, after = (
        {
            row["parameter"]: row
            for row in json.loads(policy("show", "alder-primary", "--on", on, "--format", "json")[0])
        }
        for on in ("2026-08-31", "2026-09-01")
    )

    assert (before["morning_session"]["value"], after["morning_session"]["value"]) == (
        {"starts": "08:50"},
        {"starts": "08:35"},
    )


def test_a_school_that_is_not_there_is_refused(policy: Callable[..., tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match=r"There is no school nowhere\."):
        policy("show", "nowhere")


def test_a_date_that_is_none_is_wrong_usage(policy: Callable[..., tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match="23/11 is not a date"):
        policy("show", "alder-primary", "--on", "23/11")


def test_the_document_is_printed_or_written_to_a_file(policy: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    printed, _ = policy("document", "alder-primary")
    page, paper = tmp_path / "policy.html", tmp_path / "policy.pdf"
    policy("document", "alder-primary", "--html", str(page))
    _, said = policy("document", "alder-primary", "--pdf", str(paper))

    assert page.read_text() == printed
    assert '<h1 class="subject">Attendance policy</h1>' in printed
    assert paper.read_bytes().startswith(b"%PDF")
    assert said == f"{paper} is written.\n"


def test_a_file_that_cannot_be_written_is_refused(policy: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was not written"):
        policy("document", "alder-primary", "--html", str(tmp_path / "no" / "policy.html"))


def test_there_is_no_document_of_a_day_before_any_policy_held(policy: Callable[..., tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match="on 1999-01-01"):
        policy("document", "alder-primary", "--on", "1999-01-01")
