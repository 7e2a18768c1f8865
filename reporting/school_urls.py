"""One school's figures."""

from django.urls import path

from reporting import views

app_name = "figures"
urlpatterns = [path("figures/", views.school, name="school")]
