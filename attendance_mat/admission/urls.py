"""The pages of the admission room, within one school."""

from django.urls import path

from attendance_mat.admission.views import joining, leaving, missing, new_year, returns

app_name = "admission"
urlpatterns = [
    path("new-year/", new_year.new_year, name="new-year"),
    path("new-year/begin/", new_year.begin_new_year, name="begin-new-year"),
    path("new-year/<int:new_year_id>/undo/", new_year.undo_new_year, name="undo-new-year"),
    path("roll/", joining.roll, name="roll"),
    path("roll/add-a-pupil/", joining.add_pupil, name="add-pupil"),
    path("pupils/<int:pupil_id>/readmit/", joining.readmit, name="readmit"),
    path("pupils/<int:pupil_id>/propose-removal/", leaving.propose_removal, name="propose-removal"),
    path("roll/removals/", leaving.removals, name="removals"),
    path("roll/removals/<int:removal_id>/", leaving.removal, name="removal"),
    path("roll/removals/<int:removal_id>/tests/<slug:test>/", leaving.record_test, name="record-test"),
    path("roll/removals/<int:removal_id>/enquiries/", leaving.record_enquiry, name="record-enquiry"),
    path("roll/removals/<int:removal_id>/drop/", leaving.drop_removal, name="drop-removal"),
    path("roll/removals/<int:removal_id>/approve/", leaving.approve_removal, name="approve-removal"),
    path("roll/returns/", returns.returns, name="returns"),
    path("roll/returns/<int:return_id>/", returns.authority_return, name="return"),
    path("roll/returns/<int:return_id>/send/", returns.send_return, name="send-return"),
    path("roll/returns/<int:return_id>/asked-for/", returns.ask_for_return, name="ask-for-return"),
    path("pupils/<int:pupil_id>/missing-education/", missing.open_missing, name="open-missing"),
    path("roll/missing-education/", missing.missing_education, name="missing-education"),
    path("roll/missing-education/<int:case_id>/", missing.missing, name="missing"),
    path("roll/missing-education/<int:case_id>/told/", missing.record_told, name="record-told"),
    path("roll/missing-education/<int:case_id>/steps/<int:number>/", missing.take_step, name="take-step"),
    path("roll/missing-education/<int:case_id>/untraced/", missing.say_untraced, name="say-untraced"),
    path("roll/missing-education/<int:case_id>/close/", missing.close_missing, name="close-missing"),
]
