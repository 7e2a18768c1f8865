"""Every page names its permission, or says why it needs none."""

import pytest

from attendance_mat.accounts.permissions import Permission
from tests.pages import Page, all_pages

WAYS = ("permission", "open_because", "signed_in_because")
# Another name here is a decision, for somebody to make on purpose.
OPEN_TO_ANYONE = {
    "accounts:health", "accounts:login", "accounts:demo-login", "accounts:logout", "accounts:join", "web:gallery",
    "registers:cover-link", "registers:cover-pin",
    "registers:worker",
}  # fmt: skip
OPEN_TO_ANYONE_SIGNED_IN = {"accounts:start", "accounts:roles", "accounts:use-role"}


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.route or "start")
def test_a_page_says_in_exactly_one_way_whom_it_is_for(page: Page) -> None:
    said = [way for way in WAYS if getattr(page.view, way, None)]
    assert len(said) == 1, f"{page.name} needs @needs(...), or @open_page or @signed_in_page with a reason: {said}"
    if said == ["permission"]:
        assert isinstance(page.view.permission, Permission)


def test_the_open_pages_are_these() -> None:
    assert {page.name for page in all_pages() if hasattr(page.view, "open_because")} == OPEN_TO_ANYONE


def test_the_pages_of_anyone_signed_in_are_these() -> None:
    assert {page.name for page in all_pages() if hasattr(page.view, "signed_in_because")} == OPEN_TO_ANYONE_SIGNED_IN


def test_no_two_pages_share_a_name() -> None:
    names = [(page.in_school, page.name) for page in all_pages()]
    assert len(names) == len(set(names))


def test_every_permission_opens_some_page_or_is_asked_for_by_name() -> None:
    asked_within_pages = {
        Permission.SEE_EXPECTED_REASONS, Permission.SEE_FORMER_NAMES, Permission.SEE_CONTACTS, Permission.SEE_AUDIT,
        Permission.MANAGE_TRUST, Permission.SEE_CASES, Permission.WORK_CASES, Permission.IMPORT_RECORDS,
        Permission.ENTER_EXPECTED_ABSENCE, Permission.SEE_PROTECTION, Permission.SEE_NEEDS,
    }  # fmt: skip
    opening = {getattr(page.view, "permission", None) for page in all_pages()}
    assert set(Permission) - opening <= asked_within_pages
