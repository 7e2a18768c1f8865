"""The pages of the absence room, within one school."""

from django.urls import path

from absence.views import detentions, lateness, leave, parent_contacts, tasks, truancy

app_name = "absence"
urlpatterns = [
    path("leave-requests/", leave.leave_requests, name="leave-requests"),
    path("leave-requests/<int:request_id>/", leave.leave_request, name="leave-request"),
    path("leave-requests/<int:request_id>/grant/", leave.grant_leave, name="grant-leave"),
    path("leave-requests/<int:request_id>/refuse/", leave.refuse_leave, name="refuse-leave"),
    path("leave-requests/<int:request_id>/falsified/", leave.record_falsified, name="record-falsified"),
    path("pupils/<int:pupil_id>/ask-for-leave/", leave.ask_for_leave, name="ask-for-leave"),
    path("truancy/", truancy.show_alerts, name="truancy"),
    path("truancy/<int:alert_id>/", truancy.show_alert, name="truancy-alert"),
    path("truancy/<int:alert_id>/call/", truancy.call_about_alert, name="call-about-alert"),
    path("truancy/<int:alert_id>/end/", truancy.end_alert, name="end-alert"),
    path("truancy/<int:alert_id>/confirm/", truancy.confirm_alert, name="confirm-alert"),
    path("truancy/<int:alert_id>/pass-on/", truancy.pass_alert_on, name="pass-alert-on"),
    path("pupils/<int:pupil_id>/truancy/", truancy.pupil_truancy, name="pupil-truancy"),
    path("pupils/<int:pupil_id>/contact-with-parents/", parent_contacts.parent_contacts, name="parent-contacts"),
    path("pupils/<int:pupil_id>/contact-with-parents/log/", parent_contacts.log_contact, name="log-contact"),
    path("lateness/", lateness.show_lateness, name="lateness"),
    path("lateness/repeated/", lateness.show_repeatedly_late, name="repeatedly-late"),
    path("lateness/detentions/", detentions.show_detentions, name="detentions"),
    path("pupils/<int:pupil_id>/detentions/", detentions.pupil_detentions, name="pupil-detentions"),
    path("lateness/detentions/<int:detention_id>/", detentions.show_detention, name="detention"),
    path("lateness/detentions/<int:detention_id>/set/", detentions.set_detention, name="set-detention"),
    path("lateness/detentions/<int:detention_id>/cancel/", detentions.cancel_detention, name="cancel-detention"),
    path("lateness/detentions/<int:detention_id>/attended/", detentions.record_attended, name="record-attended"),
    path("lateness/detentions/<int:detention_id>/missed/", detentions.record_missed, name="record-missed"),
    path("expectations/", lateness.show_expectations, name="expectations"),
    path("tasks/", tasks.show_tasks, name="tasks"),
    path("tasks/<int:task_id>/", tasks.settle_task, name="task"),
]
