"""The pages of the keeping room, within one school."""

from django.urls import path

from attendance_mat.keeping.views import archives

app_name = "keeping"
urlpatterns = [
    path("records/", archives.records, name="records"),
    path("records/back-up/", archives.back_up, name="back-up"),
    path("records/archives/<int:archive_id>/verify/", archives.verify_archive, name="verify-archive"),
]
