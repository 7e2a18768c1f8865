"""The trust's schools, and opening another."""

from django.urls import path

from attendance_mat.accounts.views import schools

app_name = "schools"
urlpatterns = [path("schools/open/", schools.open_school, name="open")]
