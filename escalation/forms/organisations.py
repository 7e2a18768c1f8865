"""What people enter about an organisation of the directory."""

from django import forms

from attendance_mat.web.forms import DayField


class AddOrganisation(forms.Form):
    """Who helps, with what, and how they are reached."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the organisation's name."})
    offers = forms.CharField(
        label="What it offers",
        help_text="For example: mentoring for young carers.",
        max_length=300,
        error_messages={"required": "Say what it offers: it is shown where it is chosen."},
    )
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    email = forms.EmailField(
        label="E-mail address", required=False, error_messages={"invalid": "Enter an address like name@example.org."}
    )
    website = forms.URLField(
        label="Website",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter an address like https://example.org."},
    )
    from_date = DayField(label="From")


class EndOrganisation(forms.Form):
    """From which day an organisation is no longer offered."""

    until_date = DayField(label="First day no longer used")
