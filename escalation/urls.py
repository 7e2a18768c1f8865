"""The pages of the escalation room, within one school."""

from django.urls import path

from escalation import views

app_name = "escalation"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/<int:case_id>/", views.case, name="case"),
    path("cases/<int:case_id>/assign/", views.assign_owner, name="assign-owner"),
    path("cases/<int:case_id>/move-on/", views.move_case_on, name="move-case-on"),
    path("cases/<int:case_id>/notes/", views.add_note, name="add-note"),
    path("cases/<int:case_id>/close/", views.close_case, name="close-case"),
]
