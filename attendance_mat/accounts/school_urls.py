"""A school's people, and the head's powers in other hands."""

from django.urls import path

from attendance_mat.accounts import people_urls
from attendance_mat.accounts.views import delegations

app_name = "people"
urlpatterns = [
    *people_urls.urlpatterns,
    path("people/delegations/", delegations.delegations, name="delegations"),
    path("people/delegations/<int:delegation_id>/end/", delegations.end_delegation, name="end-delegation"),
]
