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
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions.discarding import discard_marks
from registers.actions.finishing import finish_as_pressed, finish_lesson_as_pressed
from registers.actions.saving import KeyReusedError, Reply, save_marks
from registers.actions.taking import open_register
from registers.actions.taking_lessons import open_lesson_register, save_lesson_marks
from registers.models import Group, LessonRegister, Register, TimetabledLesson
from registers.queries.cover import group_in_reach
from registers.queries.lessons import lesson_register_in_reach, lessons_in_reach
from registers.queries.reach import register_in_reach
from registers.serializers import DiscardRequest, SaveLessonRequest, SaveRequest

PERSON: Final = "X-Person"  # whose marks these are; a shared device never mixes two people


class RegisterMarks(APIView):
    """POST {key, rows: [{pupil, code, base, made_at, ...}]} saves marks of one register (decision 7).

    POST {key, rows: [], finish: when it was pressed} finishes it, under the same promises.
    """

    serializer: ClassVar[type[Serializer[Any]]] = SaveRequest
    prefix: ClassVar[str] = ""  # of what a receipt's digest is made of, so that no two registers share one

    def post(self, request: Request, **place: Any) -> Response:
        """Return each row's outcome: saved, same, clash or refused. A repeat of a request gets the same reply."""
        staff, now = cast(StaffRequest, request._request), clock.now()
        if _is_someone_else_s(request, staff):
            words = "Someone else is signed in on this device now. These marks are not sent in their name."
            return _refused(status.HTTP_409_CONFLICT, "someone else", words)
        asked = self.serializer(data=_data(request))
        if not asked.is_valid():
            return _refused(
                status.HTTP_400_BAD_REQUEST, "not understood", "The save has fields missing or wrong.", asked.errors
            )
        try:
            register = self.register(staff, now, **place)
            digest = hashlib.sha256(f"{self.prefix}{register.pk}:".encode() + request.body).hexdigest()
            reply = self.save(register, asked, digest, staff.member, now)
        except ValidationError as error:
            return _refused(status.HTTP_422_UNPROCESSABLE_ENTITY, "refused", "Nothing was saved.", error.messages)
        except KeyReusedError:
            return _key_used("This key was used for another save. Send this one under a new key.")
        except IntegrityError:
            words = "Someone saved the same mark at the same moment. Send this again."
            return _refused(status.HTTP_409_CONFLICT, "try again", words)
        return Response(reply)

    def register(self, staff: StaffRequest, now: dt.datetime, **place: Any) -> Any:
        """Return the register, if it is within reach."""
        return _found(register_in_reach(place["pk"], by=staff.member, scope=staff.scope))

    def save(self, register: Any, asked: Any, digest: str, by: Member, now: dt.datetime) -> Reply:
        """Save what was asked in a register within reach, and return the reply."""
        key, pressed_at = asked.validated_data["key"], asked.validated_data.get("finish")
        if pressed_at:
            return finish_as_pressed(register, pressed_at=pressed_at, key=key, digest=digest, by=by, at=now)
        return save_marks(register, asked.entries(), key=key, digest=digest, by=by, at=now)


class GroupMarks(RegisterMarks):
    """The same for the register of a group that nobody had opened when the device lost its connection: opens it."""

    def register(self, staff: StaffRequest, now: dt.datetime, **place: Any) -> Any:
        on, half, group_id = _day(place["date"]), place["half"], place["group_id"]
        group, session = _found(group_in_reach(on, half, group_id, by=staff.member, scope=staff.scope))
        there = Register.objects.filter(session=session, group=group).select_related("session", "group").first()
        return there or open_register(group, session, policy=policy_for(staff.school), by=staff.member, at=now)


class LessonRegisterMarks(RegisterMarks):
    """The same for the marks of a lesson's register."""

    serializer = SaveLessonRequest
    prefix = "lesson "

    def register(self, staff: StaffRequest, now: dt.datetime, **place: Any) -> Any:
        return _found(lesson_register_in_reach(place["pk"], by=staff.member, scope=staff.scope))

    def save(self, register: Any, asked: Any, digest: str, by: Member, now: dt.datetime) -> Reply:
        key, pressed_at = asked.validated_data["key"], asked.validated_data.get("finish")
        if pressed_at:
            return finish_lesson_as_pressed(register, pressed_at=pressed_at, key=key, digest=digest, by=by, at=now)
        return save_lesson_marks(register, asked.entries(), key=key, digest=digest, by=by, at=now)


class LessonMarks(LessonRegisterMarks):
    """The same for a lesson whose register nobody had opened: opens it."""

    def register(self, staff: StaffRequest, now: dt.datetime, **place: Any) -> Any:
        on = _day(place["date"])
        lesson = _found(lessons_in_reach(staff.member, staff.scope, on).filter(pk=place["lesson_id"]).first())
        there = LessonRegister.objects.filter(lesson=lesson, date=on).first()
        return there or open_lesson_register(lesson, on, by=staff.member, at=now)


class DiscardedMarks(APIView):
    """POST {key, register, rows: [{pupil, code, made_at}]} tells that a person discarded what their device kept of it.

    The register need not be within their reach any more; it is of this school. A repeat is on record once.
    """

    def post(self, request: Request) -> Response:
        """Return nothing once it is on record."""
        staff = cast(StaffRequest, request._request)
        if _is_someone_else_s(request, staff):
            words = "Someone else is signed in on this device now. Nothing is discarded in their name."
            return _refused(status.HTTP_409_CONFLICT, "someone else", words)
        asked = DiscardRequest(data=_data(request))
        if not asked.is_valid():
            words = "What is discarded has fields missing or wrong."
            return _refused(status.HTTP_400_BAD_REQUEST, "not understood", words, asked.errors)
        date, half, pk = asked.validated_data["register"].split(" ")
        kept = TimetabledLesson.objects if half == "lesson" else Group.objects
        of, half = _found(kept.filter(pk=pk).first()), half.removeprefix("lesson")
        key, digest = asked.validated_data["key"], hashlib.sha256(b"discard:" + request.body).hexdigest()
        marks, now = asked.marks(), clock.now()
        try:
            discard_marks(of, marks, on=_day(date), half=half, key=key, digest=digest, by=staff.member, at=now)
        except KeyReusedError:
            return _key_used("This key was used for something else. Send this under a new key.")
        return Response(status=status.HTTP_204_NO_CONTENT)


def _is_someone_else_s(request: Request, staff: StaffRequest) -> bool:
    return request.headers.get(PERSON, str(staff.member.user_id)) != str(staff.member.user_id)


def _found(one: Any) -> Any:
    if one is None:
        raise Http404
    return one


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _data(request: Request) -> object:
    try:
        return request.data
    except RecursionError as error:  # a body of ten thousand brackets
        raise ParseError from error


def _key_used(message: str) -> Response:
    return _refused(status.HTTP_409_CONFLICT, "key used before", message)


def _refused(code: int, error: str, message: str, detail: object = None) -> Response:
    return Response({"error": error, "message": message, "detail": detail}, status=code)


discard_kept_marks = needs(Permission.TAKE_REGISTER)(DiscardedMarks.as_view())
save_register_marks = needs(Permission.TAKE_REGISTER)(RegisterMarks.as_view())
save_marks_of_a_group = needs(Permission.TAKE_REGISTER)(GroupMarks.as_view())
save_marks_of_a_lesson = needs(Permission.TAKE_REGISTER)(LessonMarks.as_view())
save_lesson_marks_of_register = needs(Permission.TAKE_REGISTER)(LessonRegisterMarks.as_view())
