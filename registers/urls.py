"""The pages of the registers room, within one school."""

from django.urls import URLPattern

app_name = "registers"
urlpatterns: list[URLPattern] = []
