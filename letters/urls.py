"""The pages of the letters room, within one school."""

from django.urls import path

from letters import views

app_name = "letters"
urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/<int:letter_id>/", views.letter, name="letter"),
    path("letters/<int:letter_id>/send/", views.send_letter, name="send-letter"),
    path("letters/<int:letter_id>/withdraw/", views.withdraw_letter, name="withdraw-letter"),
    path("letters/copies/<int:copy_id>/", views.copy, name="copy"),
]
