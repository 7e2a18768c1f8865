"""The trust's figures: pages that stand outside any one school."""

from django.urls import URLPattern

app_name = "reporting"
urlpatterns: list[URLPattern] = []
