"""The pages of the registers room, within one school."""

from django.urls import path

from registers.views import pupil, today

app_name = "registers"
urlpatterns = [
    path("today/", today.show_today, name="today"),
    path(
        "contradictions/<int:contradiction_id>/settle/",
        today.settle_contradiction,
        name="settle-contradiction",
    ),
    path("pupils/", pupil.find_pupils, name="pupils"),
    path("pupils/<int:pupil_id>/", pupil.show_pupil, name="pupil"),
    path("pupils/<int:pupil_id>/marks/<int:mark_id>/amend/", pupil.amend_mark, name="amend-mark"),
]
