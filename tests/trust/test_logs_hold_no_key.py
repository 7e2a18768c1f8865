"""A link that opens registers, or an invitation, is a key: no log of ours has it."""

import datetime as dt
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import get_resolver
from gunicorn.config import Config
from gunicorn.util import load_class

from attendance_mat import web_server
from attendance_mat.logs import KEYS, WithoutRows
from attendance_mat.trust.models import School

ROOT = Path(__file__).resolve().parents[2]
KEY = "sXo9_aaaaBBBBccccDDDDeeeeFFFFgggg-HHHHiiiiJ"


@pytest.mark.parametrize("path", [f"/s/alder-primary/cover/open/{KEY}/", f"/join/{KEY}/?next=/"])
@pytest.mark.parametrize("line", ['"GET {} HTTP/1.1" 200 "http://h{}"', "Not Found: {}", "Error handling request {}"])
def test_a_line_says_where_and_leaves_the_key_out(path: str, line: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, line.replace("{}", path), (), None)
    written = WithoutRows("%(message)s").format(record)
    assert KEY not in written
    assert path.partition(KEY)[0] in written


def test_the_web_server_s_log_of_requests_and_of_faults_hold_no_key(tmp_path: Path) -> None:
    # Given gunicorn as the image starts it: with the product's settings, and a log of requests
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--access-logfile" in dockerfile
    assert '"python:attendance_mat.web_server"' in dockerfile
    cfg = Config()
    for name, value in vars(web_server).items():
        if name in cfg.settings:
            cfg.set(name, value)
    cfg.set("accesslog", str(tmp_path / "access")), cfg.set("errorlog", str(tmp_path / "error"))
    log = load_class(cfg.settings["logger_class"].get())(cfg)
    # When a cover link is opened, a page that came from it is asked for, and the server fails over it
    path = f"/s/alder-primary/cover/open/{KEY}/"
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": path, "PATH_INFO": path, "SERVER_PROTOCOL": "HTTP/1.1",
               "HTTP_REFERER": f"https://attendance.example{path}"}  # fmt: skip
    reply = SimpleNamespace(status="200 OK", sent=10, headers=[], response_length=10)
    log.access(reply, SimpleNamespace(headers=[]), environ, dt.timedelta(seconds=1))
    log.error("Error handling request %s", path)
    # Then both say so without the key
    for name in ("access", "error"):
        written = (tmp_path / name).read_text()
        assert "/cover/open/" in written
        assert KEY not in written
    for each in (log.access_log, log.error_log):
        each.handlers.clear()


def test_every_address_with_a_secret_in_it_is_left_out() -> None:
    with_secret = [
        route for resolver in ("attendance_mat.urls", "attendance_mat.school_urls")
        for route in _routes(get_resolver(resolver).url_patterns) if "secret" in route
    ]  # fmt: skip
    assert with_secret
    for route in with_secret:
        assert KEYS.search(f"/{route.replace('<str:secret>', KEY)}"), route


def _routes(patterns: list, before: str = "") -> list[str]:
    found = []
    for each in patterns:
        here = f"{before}{each.pattern}"
        found += _routes(each.url_patterns, here) if hasattr(each, "url_patterns") else [here]
    return found


@pytest.mark.parametrize("path", [f"/s/alder-primary/cover/open/{KEY}/", f"/join/{KEY}/"])
def test_what_is_asked_for_from_a_secret_address_learns_the_site_alone(path: str, alder: School) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert answer["Referrer-Policy"] == "strict-origin"
