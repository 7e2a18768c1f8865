"""The day's paper when the database does not answer: a page that needs nothing but the file and a signed pass."""

import datetime as dt
import logging
import re
from collections.abc import Callable
from typing import Final

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from attendance_mat import clock
from attendance_mat.accounts.guard import MemberRequest
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.middleware import PREFIX
from registers.gateways import paper as files
from registers.gateways import paper_pass
from registers.gateways.paper import TITLES, Paper
from registers.gateways.paper_pass import COOKIE, Pass
from registers.gateways.printed import keep_printed

log = logging.getLogger(__name__)
FAILED: Final = 500
UNAVAILABLE: Final = 503
OWN_ONLY: Final = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; object-src 'none'"
OF_A_SCHOOL: Final = re.compile(rf"{PREFIX}([a-z0-9][a-z0-9-]*)/(?:paper/(registers|evacuation)/)?")
ONE_DAY: Final = dt.timedelta(days=1)


class PaperWhenDownMiddleware:
    """Gives whoever may print a school's paper a pass for the day, and honours it when the database is down.

    It stands before anything that asks the database. While that answers, the pass opens nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        """Return the page; in its place, where the database has failed, what was kept of the day."""
        asked = OF_A_SCHOOL.match(request.path_info)  # a school's own part is cut off further in
        response = self.get_response(request)
        if response.status_code == FAILED and asked and request.method == "GET":
            given = _pass_of(request, asked[1])
            if given and not _database_answers():
                return _from_the_file(given, Paper(asked[2]) if asked[2] else None)
        _renew(request, response)
        return response


def _pass_of(request: HttpRequest, slug: str) -> Pass | None:
    """Return the pass that a request carries for a school today, or None."""
    given = paper_pass.read(request.COOKIES.get(f"{COOKIE}{slug}", ""))
    return given if given and (given.school, given.day) == (slug, clock.today()) else None


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _from_the_file(given: Pass, paper: Paper | None) -> HttpResponse:
    """Return the paper asked for as it was last kept, or a page that says which there is."""
    now = clock.now()
    kept = {each: files.kept(given.school, given.day, each) for each in Paper}
    sheet = kept[paper] if paper else None
    if paper and sheet:
        _note(given, paper, sheet, now)
        response = HttpResponse(files.page_of(paper, sheet, at=now, is_down=True))
    else:
        listed = [(each, TITLES[each], sheet.as_at if sheet else None) for each, sheet in kept.items()]
        context = {"papers": listed, "here": f"{PREFIX}{given.school}/paper"}
        response = HttpResponse(render_to_string("registers/paper/down.html", context), status=UNAVAILABLE)
    response["Content-Security-Policy"] = OWN_ONLY
    response["X-Frame-Options"] = "DENY"
    add_never_cache_headers(response)
    return response


def _note(given: Pass, paper: Paper, sheet: files.Sheet, now: dt.datetime) -> None:
    """Keep who printed what, for the log of events once the database is back; a full disk does not keep paper back."""
    log.warning("Person %s printed the %s of %s from the file.", given.user_id, paper, given.school)
    try:
        keep_printed(given.school, paper, user_id=given.user_id, at=now, as_at=sheet.as_at)
    except OSError:
        log.exception("That printing could not be kept; this line is its only record.")


def _take_back(request: MemberRequest, response: HttpResponse, *, signs_out: bool) -> None:
    """Take every pass away that is not this person's; from a browser in which nobody is signed in, every one."""
    carried = {name: text for name, text in request.COOKIES.items() if name.startswith(COOKIE)}
    if not carried or not hasattr(request, "user"):
        return  # without the latter the database failed before anyone could be looked for
    try:
        owner = None if signs_out else _person(request)
    except Error:
        return  # the database does not answer, which is what a pass is for
    for name, text in carried.items():
        given = paper_pass.read(text)
        if given is None or given.user_id != owner:
            response.delete_cookie(name)


def _person(request: MemberRequest) -> int | None:
    """Return who is signed in. A page that is open to everybody has no member, but may have a person: two queries."""
    return request.member.user_id if request.member else request.user.pk


def _renew(request: MemberRequest, response: HttpResponse) -> None:
    """Give a pass to a member who may print, and take away every other's: at sign-out, and whoever's browser it is."""
    found = request.resolver_match
    member, school = getattr(request, "member", None), getattr(request, "school", None)
    signs_out = found is not None and found.view_name == "accounts:logout"
    _take_back(request, response, signs_out=signs_out)
    if member is None or school is None or signs_out:
        return
    given = _pass_of(request, school.slug)
    if not member.may(Permission.USE_PAPER):
        if given:
            response.delete_cookie(f"{COOKIE}{school.slug}")
    elif given is None or given.user_id != member.user_id:
        now = clock.now()
        midnight = dt.datetime.combine(now.date() + ONE_DAY, dt.time.min, tzinfo=clock.LONDON)
        response.set_cookie(
            f"{COOKIE}{school.slug}",
            paper_pass.written(Pass(school.slug, member.user_id, now.date())),
            max_age=int((midnight - now).total_seconds()),
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )
