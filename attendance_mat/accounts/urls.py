"""Signing in and out, where a person begins, and whether the server is well."""

from django.urls import path

from attendance_mat.accounts.views import health, signing_in, start

app_name = "accounts"
urlpatterns = [
    path("", start.start, name="start"),
    path("healthz", health.health, name="health"),
    path("login/", signing_in.log_in, name="login"),
    path("login/demo/<int:membership_id>/", signing_in.demo_log_in, name="demo-login"),
    path("logout/", signing_in.log_out, name="logout"),
    path("join/<str:secret>/", signing_in.join, name="join"),
    path("roles/", start.roles, name="roles"),
    path("roles/<int:membership_id>/use/", start.use_role, name="use-role"),
]
