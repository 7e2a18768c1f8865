"""The registers' JSON end points. Signed out is 401, from the middleware; a register out of reach is 404."""

import datetime as dt
import hashlib
from typing import Any, ClassVar, Final, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.actions.saving import KeyReusedError, Reply, save_marks
from registers.actions.taking_lessons import save_lesson_marks
from registers.queries.lessons import lesson_register_in_reach
from registers.queries.taking import register_in_reach
from registers.serializers import SaveLessonRequest, SaveRequest

PERSON: Final = "X-Person"  # whose marks these are; a shared device never mixes two people


class RegisterMarks(APIView):
    """POST {key, rows: [{pupil, code, base, made_at, ...}]} saves marks of one register (decision 7)."""

    serializer: ClassVar[type[Serializer[Any]]] = SaveRequest
    prefix: ClassVar[str] = ""  # of what a receipt's digest is made of, so that no two registers share one

    def post(self, request: Request, pk: int) -> Response:
        """Return each row's outcome: saved, same, clash or refused. A repeat of a request gets the same reply."""
        staff, now = cast(StaffRequest, request._request), clock.now()
        if request.headers.get(PERSON, str(staff.member.user_id)) != str(staff.member.user_id):
            words = "Someone else is signed in on this device now. These marks are not sent in their name."
            return _refused(status.HTTP_409_CONFLICT, "someone else", words)
        digest = hashlib.sha256(f"{self.prefix}{pk}:".encode() + request.body).hexdigest()
        asked = self.serializer(data=_data(request))
        if not asked.is_valid():
            return _refused(
                status.HTTP_400_BAD_REQUEST, "not understood", "The save has fields missing or wrong.", asked.errors
            )
        try:
            reply = self.save(staff, pk, asked, digest, now)
        except ValidationError as error:
            return _refused(status.HTTP_422_UNPROCESSABLE_ENTITY, "refused", "Nothing was saved.", error.messages)
        except KeyReusedError:
            words = "This key was used for another save. Send this one under a new key."
            return _refused(status.HTTP_409_CONFLICT, "key used before", words)
        except IntegrityError:
            words = "Someone saved the same mark at the same moment. Send this again."
            return _refused(status.HTTP_409_CONFLICT, "try again", words)
        return Response(reply)

    def save(self, staff: StaffRequest, pk: int, asked: Any, digest: str, now: dt.datetime) -> Reply:
        """Save what was asked in a register within reach, and return the reply."""
        register = register_in_reach(pk, by=staff.member, scope=staff.scope, today=now.date())
        if register is None:
            raise Http404
        key = asked.validated_data["key"]
        return save_marks(register, asked.entries(), key=key, digest=digest, by=staff.member, at=now)


class LessonRegisterMarks(RegisterMarks):
    """The same for the marks of a lesson's register."""

    serializer = SaveLessonRequest
    prefix = "lesson "

    def save(self, staff: StaffRequest, pk: int, asked: Any, digest: str, now: dt.datetime) -> Reply:
        register = lesson_register_in_reach(pk, by=staff.member, scope=staff.scope)
        if register is None:
            raise Http404
        key = asked.validated_data["key"]
        return save_lesson_marks(register, asked.entries(), key=key, digest=digest, by=staff.member, at=now)


def _data(request: Request) -> object:
    try:
        return request.data
    except RecursionError as error:  # a body of ten thousand brackets
        raise ParseError from error


def _refused(code: int, error: str, message: str, detail: object = None) -> Response:
    return Response({"error": error, "message": message, "detail": detail}, status=code)


save_register_marks = needs(Permission.TAKE_REGISTER)(RegisterMarks.as_view())
save_lesson_marks_of_register = needs(Permission.TAKE_REGISTER)(LessonRegisterMarks.as_view())
