"""The pages of the letters room, within one school."""

from django.urls import path

from letters.views import letters, notices

app_name = "letters"
urlpatterns = [
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/send/", letters.send_letter, name="send-letter"),
    path("letters/<int:letter_id>/withdraw/", letters.withdraw_letter, name="withdraw-letter"),
    path("letters/copies/<int:copy_id>/", letters.copy, name="copy"),
    path("letters/notices/", notices.notices, name="notices"),
    path("letters/notices/plan/", notices.plan_notice, name="plan-notice"),
    path("letters/notices/<int:notice_id>/", notices.notice, name="notice"),
    path("letters/notices/<int:notice_id>/send/", notices.send_notice, name="send-notice"),
    path("letters/notices/<int:notice_id>/send-again/", notices.send_to_the_missed, name="send-to-the-missed"),
    path("letters/notices/<int:notice_id>/drop/", notices.drop_notice, name="drop-notice"),
    path("letters/notices/<int:notice_id>/copies-<int:part>.pdf", notices.notice_copies, name="notice-copies"),
]
