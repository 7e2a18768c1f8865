"""One school's pages, under /s/<slug>/."""

from django.urls import include, path

urlpatterns = [
    path("", include("registers.urls")),
    path("", include("attendance_mat.admission.urls")),
    path("", include("attendance_mat.accounts.school_urls")),
    path("", include("absence.urls")),
    path("", include("letters.urls")),
    path("", include("escalation.urls")),
    path("", include("attendance_mat.keeping.urls")),
    path("", include("reporting.school_urls")),
]
