"""What holds for every page: an address the database can look for, and an answer no cache keeps."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class StorableAddressMiddleware:
    """Refuses an address with a NUL in it: no text in the database holds one, and to look for it is an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next step of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or status 400."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            message = "There is a NUL in the address."
            raise BadRequest(message)
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Marks a response as private and not to be stored, unless its view has said otherwise.

    On a shared computer the Back button must not bring up a pupil after log-out. What is asked for from a page whose
    address has a secret in it learns the site, and not the address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next step of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response with a Cache-Control header."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        found = request.resolver_match
        if found is not None and "secret" in found.kwargs:
            response["Referrer-Policy"] = "strict-origin"  # with none at all, HTTPS would refuse the form on it
        return response
