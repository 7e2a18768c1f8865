"""The pages of the admission room, within one school."""

from django.urls import path

from attendance_mat.admission.views import (
    contacts,
    entry,
    groups,
    joining,
    leaving,
    missing,
    new_year,
    own_groups,
    returns,
)

ENTRY = "pupils/<int:pupil_id>/admission/"
A_CONTACT = f"{ENTRY}contacts/<int:contact_id>/"

app_name = "admission"
urlpatterns = [
    path(ENTRY, entry.show_entry, name="entry"),
    path(f"{ENTRY}change/", entry.change_particulars, name="change-particulars"),
    path(f"{ENTRY}contacts/add/", contacts.add_contact, name="add-contact"),
    path(f"{A_CONTACT}change/", contacts.change_contact, name="change-contact"),
    path(f"{A_CONTACT}move-up/", contacts.move_contact_up, name="move-contact-up"),
    path(f"{A_CONTACT}end/", contacts.end_contact, name="end-contact"),
    path(f"{A_CONTACT}died/", contacts.contact_died, name="contact-died"),
    path(f"{ENTRY}died/", contacts.pupil_died, name="pupil-died"),
    path(f"{ENTRY}groups/add/", groups.add_group, name="add-group"),
    path(f"{ENTRY}groups/<int:characteristic_id>/end/", groups.end_group, name="end-group"),
    path(f"{ENTRY}workers/add/", groups.add_professional, name="add-professional"),
    path(f"{ENTRY}workers/<int:professional_id>/end/", groups.end_professional, name="end-professional"),
    path(f"{ENTRY}hide/", groups.hide_pupil, name="hide-pupil"),
    path(f"{ENTRY}named/add/", groups.name_person, name="name-person"),
    path(f"{ENTRY}named/<int:named_id>/end/", groups.end_naming, name="end-naming"),
    path(f"{ENTRY}own-groups/<int:place_id>/take-out/", own_groups.take_out, name="take-out-of-own-group"),
    path("own-groups/", own_groups.own_groups, name="own-groups"),
    path("own-groups/make/", own_groups.make_own_group, name="make-own-group"),
    path("own-groups/<int:group_id>/", own_groups.own_group, name="own-group"),
    path("own-groups/<int:group_id>/put-in/", own_groups.put_in, name="put-in-own-group"),
    path("own-groups/<int:group_id>/seen-by/", own_groups.show_own_group_to, name="show-own-group-to"),
    path("own-groups/<int:group_id>/end/", own_groups.end_own_group, name="end-own-group"),
    path("contacts-to-chase/", entry.to_chase, name="to-chase"),
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
