"""People's pages: the same for a school and for the trust, each in its own place."""

from django.urls import path

from attendance_mat.accounts.views import people

app_name = "people"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/give-role/", people.give_role, name="give-role"),
    path("people/<int:person_id>/send-link/", people.send_link, name="send-link"),
    path("people/<int:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:person_id>/reactivate/", people.reactivate, name="reactivate"),
    path("people/<int:person_id>/roles/<int:membership_id>/leads/", people.set_leadership, name="set-leadership"),
    path("people/<int:person_id>/roles/<int:membership_id>/end/", people.end_role, name="end-role"),
]
