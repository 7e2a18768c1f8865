"""The pages of the escalation room, within one school."""

from django.urls import path

from escalation.views import cases, policy, side_by_side, simulating, why

app_name = "escalation"
urlpatterns = [
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/assign/", cases.assign_owner, name="assign-owner"),
    path("cases/<int:case_id>/move-on/", cases.move_case_on, name="move-case-on"),
    path("cases/<int:case_id>/notes/", cases.add_note, name="add-note"),
    path("cases/<int:case_id>/close/", cases.close_case, name="close-case"),
    path("policy/", policy.policy, name="policy"),
    path("policy/document.pdf", policy.policy_pdf, name="policy-pdf"),
    path("policy/simulate/", simulating.simulate, name="simulate-policy"),
    path("pupils/<int:pupil_id>/policies/", side_by_side.show_policies, name="policies-side-by-side"),
    path("pupils/<int:pupil_id>/why/", why.show_why, name="why"),
]
