"""The pages of the letters room, within one school."""

from django.urls import URLPattern

app_name = "letters"
urlpatterns: list[URLPattern] = []
