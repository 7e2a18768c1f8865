"""Picks the school from the path: /s/<slug>/... is that school's site, anything else the trust's."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import set_script_prefix, set_urlconf
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.rows import row_by
from attendance_mat.trust.models import School

PREFIX = "/s/"


class SchoolRequest(HttpRequest):
    """A request whose school has been picked; None on the trust's own pages."""

    school: School | None


class SchoolMiddleware:
    """Moves the school from the path into the script name, so that reverse() stays in the school.

    The schema is the public one again when the request ends, so that late work fails closed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: SchoolRequest) -> HttpResponse:
        request.school = None
        if not request.path_info.startswith(PREFIX):
            with schema_context("public"):
                return self.get_response(request)
        slug, slash, rest = request.path_info.removeprefix(PREFIX).partition("/")
        with schema_context("public"):
            school = row_by(School, "slug", slug)
        if school is None or not slash:
            raise Http404
        self._enter(request, school, rest)
        try:
            if school.migration_failed:
                return render(request, "503.html", {"school": school}, status=503)
            with tenant_context(school):
                return self.get_response(request)
        finally:
            set_script_prefix("/")
            set_urlconf(None)

    @staticmethod
    def _enter(request: SchoolRequest, school: School, rest: str) -> None:
        script_name = f"{PREFIX}{school.slug}"
        request.school = school
        request.path_info = f"/{rest}"
        request.META["PATH_INFO"] = f"/{rest}"
        request.META["SCRIPT_NAME"] = script_name
        request.urlconf = settings.SCHOOL_URLCONF
        set_script_prefix(f"{script_name}/")
