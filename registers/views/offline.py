"""What a device needs to keep registers without a connection: a key for its person, and the service worker."""

import json
import secrets
from base64 import b64encode
from typing import Final

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import conditional_page, require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs, open_page
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.session_age import seconds_left
from attendance_mat.web.joined import joined
from registers.rules.device import DEVICE_NAME, device_key

DEVICE: Final = "device"  # the cookie with a device's name, which is random and says nothing of anyone
KEPT_FOR: Final = 400 * 24 * 60 * 60  # seconds: no browser keeps a cookie longer
PATIENCE: Final = 5000  # milliseconds until the worker shows a page that was kept


@require_POST
@needs(Permission.TAKE_REGISTER)
def issue_device_key(request: StaffRequest) -> HttpResponse:
    """Return the key of the person signed in on this device, and those they had under earlier secrets. No query."""
    device = request.COOKIES.get(DEVICE, "")
    if not DEVICE_NAME.fullmatch(device):
        device = secrets.token_urlsafe(24)
    keys = [
        device_key(secret, person=request.member.user_id, device=device)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    now, *earlier = ({"owner": one.owner, "key": b64encode(one.key).decode()} for one in keys)
    response = JsonResponse({**now, "seconds": _seconds_left(request), "earlier": earlier})
    response.set_cookie(
        DEVICE, device, max_age=KEPT_FOR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _seconds_left(request: StaffRequest) -> int:
    """Return how long a device may use its key: until the session is over, or sooner the membership that opened it."""
    at = clock.now()
    ends = [row.ends_at for row in request.memberships if row.ends_at and row.school == request.school]
    lasts = [seconds_left(request.session, at=at), *(int((moment - at).total_seconds()) for moment in ends)]
    return max(0, min(lasts))


@open_page("the service worker is the same script for everyone, and there is nothing of anyone in it")
@require_GET
@conditional_page
def show_worker(_request: HttpRequest) -> HttpResponse:
    """Return the service worker's script; from here it may answer for this school's pages. No query."""
    about = f"self.policy = {json.dumps(build_policy())};\nself.patience = {PATIENCE};\n"
    return HttpResponse(
        about + joined("js/register-worker.js"),
        content_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )
