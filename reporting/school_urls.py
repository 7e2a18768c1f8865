"""One school's figures."""

from django.urls import path

from reporting import views

app_name = "figures"
urlpatterns = [
    path("figures/", views.school, name="school"),
    path("targets/", views.school_targets, name="targets"),
    path("targets/<int:target_id>/", views.school_target, name="target"),
    path("targets/<int:target_id>/note/", views.note_school_target, name="note-target"),
]
