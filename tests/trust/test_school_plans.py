"""The SQL that makes a school's tables is rendered once for a source, and kept only where a folder is set for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance_mat.trust import planning
from attendance_mat.trust.planning import Plan, school_plan

FIRST = Plan("SELECT 1;", (("registers", "0001_initial"),), (("trust", "0001_initial"),))
SECOND = FIRST._replace(sql="SELECT 2;")


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Plan]]:
    """Render these one after the other, and nothing after the last."""
    plans = [FIRST, SECOND]
    monkeypatch.setattr(planning, "_render", lambda: plans.pop(0))
    school_plan.cache_clear()
    yield plans
    school_plan.cache_clear()


def another_process() -> Plan:
    school_plan.cache_clear()
    return school_plan()


def test_a_second_process_finds_what_the_first_rendered(settings: object, tmp_path: Path) -> None:
    settings.SCHOOL_PLANS_DIR = tmp_path / "plans"
    assert another_process() == another_process() == FIRST
    assert len(list(settings.SCHOOL_PLANS_DIR.iterdir())) == 1


def test_another_source_is_rendered_anew(
    settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rendered: list[Plan]
) -> None:
    settings.SCHOOL_PLANS_DIR = tmp_path
    assert another_process() == FIRST
    monkeypatch.setattr(planning, "_source", lambda: "another")
    assert another_process() == SECOND
    assert not rendered


def test_without_a_folder_nothing_is_kept(settings: object) -> None:
    settings.SCHOOL_PLANS_DIR = None
    assert (another_process(), another_process()) == (FIRST, SECOND)


def test_any_line_of_the_product_makes_another_source(settings: object, tmp_path: Path) -> None:
    before = planning._source()
    settings.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text("django==9")
    assert planning._source() != before
