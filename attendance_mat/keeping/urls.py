"""The pages of the keeping room, within one school."""

from django.urls import path

from attendance_mat.keeping.views import (
    access_log,
    archives,
    authority_documents,
    copies,
    extracts,
    holds,
    inspecting,
    inspections,
    other_system,
)

app_name = "keeping"
urlpatterns = [
    path("records/", archives.records, name="records"),
    path("records/back-up/", archives.back_up, name="back-up"),
    path("records/archives/<int:archive_id>/verify/", archives.verify_archive, name="verify-archive"),
    path("records/extract/", extracts.extract, name="extract"),
    path("records/looks/", access_log.access_log, name="access-log"),
    path("records/looks/pupils/<int:pupil_id>/", access_log.subject_log, name="subject-log"),
    path("records/disclosures/", access_log.disclosures, name="disclosures"),
    path("records/inspections/", inspections.inspections, name="inspections"),
    path("records/inspections/<int:inspection_id>/", inspections.inspection_looks, name="inspection-looks"),
    path("records/inspections/<int:inspection_id>/end/", inspections.end_inspection, name="end-inspection"),
    path("pupils/<int:pupil_id>/copies/", copies.copies, name="copies"),
    path("pupils/<int:pupil_id>/certify/", copies.certify, name="certify"),
    path("records/certified-copies/<int:copy_id>/", copies.certified_copy, name="certified-copy"),
    path("inspection/", inspecting.inspection, name="inspection"),
    path("inspection/register/", inspecting.inspect_register, name="inspect-register"),
    path("inspection/register/extract/", inspecting.inspect_extract, name="inspect-extract"),
    path("inspection/admissions/", inspecting.inspect_admissions, name="inspect-admissions"),
    path("inspection/admissions/extract/", inspecting.inspect_admissions_extract, name="inspect-admissions-extract"),
    path("inspection/admissions/pupils/<int:pupil_id>/", inspecting.inspect_entry, name="inspect-entry"),
    path("inspection/back-ups/", inspecting.inspect_back_ups, name="inspect-back-ups"),
    path("records/other-system/", other_system.other_system, name="other-system"),
    path("records/other-system/<str:date>/", other_system.daily, name="daily"),
    path("records/other-system/<str:date>/file/", other_system.make_file, name="make-daily-file"),
    path("records/other-system/<str:date>/compare/", other_system.compare_file, name="compare-daily-file"),
    path("records/register-of-record/", other_system.register_of_record, name="register-of-record"),
    path("records/holds/", holds.holds, name="holds"),
    path("records/holds/<int:hold_id>/lift/", holds.lift_hold, name="lift-hold"),
    path("roll/returns/<int:return_id>/document/", authority_documents.return_document, name="return-document"),
    path("roll/missing-education/<int:case_id>/form/", authority_documents.missing_form, name="missing-form"),
    path("roll/missing-education/<int:case_id>/notice/", authority_documents.missing_notice, name="missing-notice"),
]
