"""The trust's figures: pages that stand outside any one school."""

from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("trust/", views.trust, name="trust"),
    path("targets/", views.trust_targets, name="targets"),
    path("targets/set/", views.set_target, name="set-target"),
    path("targets/<int:target_id>/", views.trust_target, name="target"),
    path("targets/<int:target_id>/withdraw/", views.withdraw_target, name="withdraw-target"),
    path("targets/<int:target_id>/note/", views.note_trust_target, name="note-target"),
]
