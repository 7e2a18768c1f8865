"""The pages of the escalation room, within one school."""

from django.urls import URLPattern

app_name = "escalation"
urlpatterns: list[URLPattern] = []
