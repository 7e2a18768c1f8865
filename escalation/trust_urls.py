"""The trust's pages of policies, outside any school."""

from django.urls import path

from escalation.views import policy, policy_setting

app_name = "policies"
urlpatterns = [
    path("policies/", policy.packs, name="packs"),
    path("policies/<slug:name>/", policy.pack, name="pack"),
    path("policies/schools/<slug:slug>/", policy.school, name="school"),
    path("policies/schools/<slug:slug>/adopt/", policy_setting.adopt, name="adopt"),
    path("policies/schools/<slug:slug>/set/<slug:parameter>/", policy_setting.set_value, name="set"),
    path("policies/schools/<slug:slug>/settings/<int:setting_id>/end/", policy_setting.end_setting, name="end"),
]
