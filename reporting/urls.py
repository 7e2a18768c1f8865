"""The trust's figures: pages that stand outside any one school."""

from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [path("trust/", views.trust, name="trust")]
