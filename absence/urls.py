"""The pages of the absence room, within one school."""

from django.urls import path

from absence.views import leave, tasks

app_name = "absence"
urlpatterns = [
    path("leave-requests/", leave.leave_requests, name="leave-requests"),
    path("leave-requests/<int:request_id>/", leave.leave_request, name="leave-request"),
    path("leave-requests/<int:request_id>/grant/", leave.grant_leave, name="grant-leave"),
    path("leave-requests/<int:request_id>/refuse/", leave.refuse_leave, name="refuse-leave"),
    path("leave-requests/<int:request_id>/falsified/", leave.record_falsified, name="record-falsified"),
    path("pupils/<int:pupil_id>/ask-for-leave/", leave.ask_for_leave, name="ask-for-leave"),
    path("tasks/", tasks.show_tasks, name="tasks"),
    path("tasks/<int:task_id>/", tasks.settle_task, name="task"),
]
