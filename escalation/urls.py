"""The pages of the escalation room, within one school."""

from django.urls import path

from escalation.views import (
    cases,
    contacting,
    early_warning,
    organisations,
    policy,
    pupil_stages,
    reviews,
    side_by_side,
    simulating,
    stages,
    why,
)

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
    path("early-warning/", early_warning.early_warning, name="early-warning"),
    path("pupils/<int:pupil_id>/why/", why.show_why, name="why"),
    path("cases/<int:case_id>/steps/", stages.add_step, name="add-step"),
    path("cases/<int:case_id>/referral/", reviews.referral_pack, name="referral-pack"),
    path("cases/<int:case_id>/referral.pdf", reviews.referral_pdf, name="referral-pdf"),
    path("steps/<int:task_id>/do/", stages.do_step, name="do-step"),
    path("steps/<int:task_id>/cancel/", stages.cancel_step, name="cancel-step"),
    path("stages/<int:stage_id>/agree/", stages.agree_to_stage, name="agree-to-stage"),
    path("stages/<int:stage_id>/decline/", stages.decline_stage, name="decline-stage"),
    path("stages/<int:stage_id>/leave/", stages.leave_stage, name="leave-stage"),
    path("pupils/<int:pupil_id>/stages/", pupil_stages.pupil_stages, name="pupil-stages"),
    path("pupils/<int:pupil_id>/stages/put/", pupil_stages.put_at_stage, name="put-at-stage"),
    path("pupils/<int:pupil_id>/holds/", pupil_stages.place_hold, name="place-hold"),
    path("holds/<int:hold_id>/end/", pupil_stages.end_hold, name="end-hold"),
    path("reviews/", reviews.weekly_review, name="weekly-review"),
    path("poor-attenders/", contacting.uncontacted, name="uncontacted"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.add_organisation, name="add-organisation"),
    path("organisations/<int:organisation_id>/end/", organisations.end_organisation, name="end-organisation"),
    path("impact/", reviews.impact, name="impact"),
]
