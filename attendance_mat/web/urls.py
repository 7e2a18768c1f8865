"""Addresses of the pages that belong to no school."""

from django.urls import path

from attendance_mat.web import views

app_name = "web"
urlpatterns = [path("gallery/", views.gallery, name="gallery")]
