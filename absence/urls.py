"""The pages of the absence room, within one school."""

from django.urls import URLPattern

app_name = "absence"
urlpatterns: list[URLPattern] = []
