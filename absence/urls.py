"""The pages of the absence room, within one school."""

from django.urls import path

from absence import views

app_name = "absence"
urlpatterns = [
    path("leave-requests/", views.leave_requests, name="leave-requests"),
    path("leave-requests/<int:request_id>/", views.leave_request, name="leave-request"),
    path("leave-requests/<int:request_id>/grant/", views.grant_leave, name="grant-leave"),
    path("leave-requests/<int:request_id>/refuse/", views.refuse_leave, name="refuse-leave"),
    path("leave-requests/<int:request_id>/falsified/", views.record_falsified, name="record-falsified"),
    path("pupils/<int:pupil_id>/ask-for-leave/", views.ask_for_leave, name="ask-for-leave"),
]
