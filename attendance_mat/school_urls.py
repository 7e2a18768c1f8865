"""One school's pages, under /s/<slug>/."""

from django.urls import include, path

handler403 = "attendance_mat.web.views.not_allowed"
handler404 = "attendance_mat.web.views.not_found"
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
