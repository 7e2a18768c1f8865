"""The frame round every page, and the pages for when something is wrong."""

import gzip
import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails
from pytest_django.fixtures import Settings

from attendance_mat.web import views
from attendance_mat.web.htmx import page_or_part
from attendance_mat.web.middleware import PrivatePagesMiddleware

ROOT = Path(__file__).parents[2]
STYLE_SHEET = ROOT / "static/css/attendance.css"
STYLE_SHEET_BUDGET = 10_000  # bytes, compressed: a sixth of what the register's page may weigh altogether
ERROR_PAGES = ["403", "403_csrf", "404", "500", "503"]


def gallery() -> str:
    """Return the gallery's page."""
    return views.gallery(RequestFactory().get("/gallery/")).content.decode()


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_an_error_page_needs_nothing_to_be_drawn(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert 'href="#main"' in html
    assert "<script" not in html


def test_a_form_that_had_expired_is_refused_in_plain_words() -> None:
    response = views.form_expired(RequestFactory().post("/"), reason="token missing")
    assert response.status_code == 403
    assert b"Nothing was saved" in response.content


def test_the_frame_has_one_heading_one_live_region_and_a_way_past_the_navigation() -> None:
    html = gallery()
    assert html.count("<h1>") == 1
    assert html.count('role="status"') == 1
    assert html.index('href="#main"') < html.index("<nav")
    assert '<main id="main"' in html


def test_the_frame_says_who_is_signed_in_and_that_this_is_a_demonstration() -> None:
    html = gallery()
    assert re.search(r"Demonstration: it is \d\d:\d\d on \w+day \d+ \w+ \d{4}\.", html)
    assert "Alma Reyes" in html
    assert 'method="post" action="#log-out"' in html


def test_nothing_is_inline() -> None:
    """Hold every template to the Content-Security-Policy: no style, script or handler in the markup."""
    inline = re.compile(
        r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|href=["']javascript:""", re.IGNORECASE
    )
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "letters" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in pages if inline.search(path.read_text())] == []


def test_every_class_the_gallery_uses_is_in_the_style_sheet() -> None:
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", STYLE_SHEET.read_text()))
    used = {name for classes in re.findall(r'class="([^"]+)"', gallery()) for name in classes.split()}
    plain = {"chart-bar-0", "chart-key-0", "panel-heading", "stat", "sum"}  # names without a look of their own
    assert used - styled - plain == set()


def test_the_style_sheet_is_light_enough_for_the_register() -> None:
    assert len(gzip.compress(STYLE_SHEET.read_bytes())) <= STYLE_SHEET_BUDGET


def test_the_style_sheet_asks_for_nothing_else() -> None:
    assert re.findall(r"url\(|@import", STYLE_SHEET.read_text()) == []


@pytest.mark.parametrize(("said", "kept"), [("", "no-store"), ("public, max-age=60", "max-age=60")])
def test_a_page_is_kept_out_of_caches_unless_it_says_otherwise(said: str, kept: str) -> None:
    answer = HttpResponse(headers={"Cache-Control": said} if said else {})
    assert kept in PrivatePagesMiddleware(lambda _: answer)(HttpRequest())["Cache-Control"]


def test_htmx_gets_the_part_it_asked_for_and_a_browser_the_page(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "mark.html").write_text(
        '{% load partials %}{% partialdef row inline %}<tr id="row"></tr>{% endpartialdef %}<p>the rest</p>'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    plain, asking = RequestFactory().get("/"), RequestFactory().get("/", headers={"HX-Request": "true"})
    for request in (plain, asking):
        request.htmx = HtmxDetails(request)
    assert b"the rest" in page_or_part(plain, "mark.html", "row", {}).content
    part = page_or_part(asking, "mark.html", "row", {}, status=422)
    assert (part.content, part.status_code, part["Vary"]) == (b'<tr id="row"></tr>', 422, "HX-Request")
