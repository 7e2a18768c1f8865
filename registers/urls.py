"""The pages of the registers room, within one school."""

from django.urls import path

from registers import api
from registers.views import (
    as_it_stood,
    closures,
    doubts,
    expected,
    importing,
    pupil,
    school_calendar,
    takers,
    taking,
    today,
    unexplained,
)

app_name = "registers"
urlpatterns = [
    path("", taking.start, name="start"),
    path("sessions/<str:date>/<str:half>/groups/<int:group_id>/register/", taking.open_register, name="open"),
    path(
        "sessions/<str:date>/<str:half>/groups/<int:group_id>/register/as-at/",
        as_it_stood.register_as_at,
        name="register-as-at",
    ),
    path("registers/<int:pk>/", taking.take_register, name="take"),
    path("api/registers/<int:pk>/marks/", api.save_register_marks, name="save-marks"),
    path("today/", today.show_today, name="today"),
    path(
        "contradictions/<int:contradiction_id>/settle/",
        today.settle_contradiction,
        name="settle-contradiction",
    ),
    path("takers/", takers.show_takers, name="takers"),
    path("takers/assign/", takers.assign_group, name="assign-group"),
    path("assignments/<int:assignment_id>/end/", takers.end_assignment, name="end-assignment"),
    path("contradictions/", doubts.show_doubts, name="doubts"),
    path("contradictions/settle/", doubts.settle_doubts, name="settle-doubts"),
    path("contradictions/found/<int:doubt_id>/", doubts.show_doubt, name="doubt"),
    path("expected/", expected.show_expected, name="expected"),
    path("expected/confirm/", expected.confirm_children, name="confirm-children"),
    path("expected/activity/", expected.enter_activity, name="enter-activity"),
    path("expected/<int:expected_id>/end/", expected.end_expected, name="end-expected"),
    path("pupils/<int:pupil_id>/expected/", expected.pupil_expected, name="pupil-expected"),
    path("pupils/<int:pupil_id>/expected/<slug:arrangement>/", expected.arrange, name="arrange"),
    path("unexplained/", unexplained.show_unexplained, name="unexplained"),
    path("unexplained/resolve/", unexplained.resolve_unexplained, name="resolve-unexplained"),
    path("pupils/", pupil.find_pupils, name="pupils"),
    path("pupils/<int:pupil_id>/", pupil.show_pupil, name="pupil"),
    path("pupils/<int:pupil_id>/marks/<int:mark_id>/amend/", pupil.amend_mark, name="amend-mark"),
    path("calendar/", school_calendar.show_calendar, name="calendar"),
    path("calendar/change/", school_calendar.change_calendar, name="change-calendar"),
    path("closures/", closures.show_closures, name="closures"),
    path("closures/preview/", closures.preview_closure, name="preview-closure"),
    path("closures/declare/", closures.declare, name="declare-closure"),
    path("closures/<int:closure_id>/", closures.show_closure, name="closure"),
    path("closures/<int:closure_id>/undo/", closures.undo, name="undo-closure"),
    path("imports/", importing.show_imports, name="imports"),
    path("imports/preview/", importing.preview_import, name="preview-import"),
    path("imports/confirm/", importing.confirm_import, name="confirm-import"),
]
