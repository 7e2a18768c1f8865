"""The pages of the admission room, within one school."""

from django.urls import path

from attendance_mat.admission.views import new_year

app_name = "admission"
urlpatterns = [
    path("new-year/", new_year.new_year, name="new-year"),
    path("new-year/begin/", new_year.begin_new_year, name="begin-new-year"),
    path("new-year/<int:new_year_id>/undo/", new_year.undo_new_year, name="undo-new-year"),
]
