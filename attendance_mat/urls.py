"""The trust's pages: signing in, the start page, people, figures."""

from django.urls import include, path

handler403 = "attendance_mat.web.views.not_allowed"
handler404 = "attendance_mat.web.views.not_found"
urlpatterns = [
    path("", include("attendance_mat.accounts.urls")),
    path("", include("attendance_mat.accounts.people_urls")),
    path("", include("attendance_mat.accounts.trust_urls")),
    path("", include("attendance_mat.web.urls")),
    path("", include("escalation.trust_urls")),
    path("", include("reporting.urls")),
]
