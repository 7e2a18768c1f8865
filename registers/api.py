"""The registers' JSON end points. Signed out is 401, from the middleware; a register out of reach is 404."""

import hashlib
from typing import Final, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.actions.saving import KeyReusedError, save_marks
from registers.queries.taking import register_in_reach
from registers.serializers import SaveRequest

PERSON: Final = "X-Person"  # whose marks these are; a shared device never mixes two people


class RegisterMarks(APIView):
    """POST {key, rows: [{pupil, code, base, made_at, ...}]} saves marks of one register (decision 7)."""

    def post(self, request: Request, pk: int) -> Response:
        """Return each row's outcome: saved, same, clash or refused. A repeat of a request gets the same reply."""
        staff, now = cast(StaffRequest, request._request), clock.now()
        if request.headers.get(PERSON, str(staff.member.user_id)) != str(staff.member.user_id):
            words = "Someone else is signed in on this device now. These marks are not sent in their name."
            return _refused(status.HTTP_409_CONFLICT, "someone else", words)
        digest = hashlib.sha256(f"{pk}:".encode() + request.body).hexdigest()
        asked = SaveRequest(data=_data(request))
        if not asked.is_valid():
            return _refused(
                status.HTTP_400_BAD_REQUEST, "not understood", "The save has fields missing or wrong.", asked.errors
            )
        register = register_in_reach(pk, by=staff.member, scope=staff.scope, today=now.date())
        if register is None:
            raise Http404
        try:
            reply = save_marks(
                register, asked.entries(), key=asked.validated_data["key"], digest=digest, by=staff.member, at=now
            )
        except ValidationError as error:
            return _refused(status.HTTP_422_UNPROCESSABLE_ENTITY, "refused", "Nothing was saved.", error.messages)
        except KeyReusedError:
            words = "This key was used for another save. Send this one under a new key."
            return _refused(status.HTTP_409_CONFLICT, "key used before", words)
        except IntegrityError:
            words = "Someone saved the same mark at the same moment. Send this again."
            return _refused(status.HTTP_409_CONFLICT, "try again", words)
        return Response(reply)


def _data(request: Request) -> object:
    try:
        return request.data
    except RecursionError as error:  # a body of ten thousand brackets
        raise ParseError from error


def _refused(code: int, error: str, message: str, detail: object = None) -> Response:
    return Response({"error": error, "message": message, "detail": detail}, status=code)


save_register_marks = needs(Permission.TAKE_REGISTER)(RegisterMarks.as_view())
