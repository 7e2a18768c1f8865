"""What people enter about the school's other system."""

from typing import Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from attendance_mat.web.forms import DayField

LARGEST_MEGABYTES: Final = 5  # a day of a school of 1,000 is a tenth of one


class TheirFile(forms.Form):
    """The other system's marks of a day."""

    file = forms.FileField(
        label="The other system's marks of this day",
        help_text="CSV with the columns upn (or local_id), date, am and pm, as the other system exports them.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choose the file that the other system exported."},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse a file that cannot be one day's."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_MEGABYTES * 1_000_000:
            message = f"The file is larger than {LARGEST_MEGABYTES} MB. Export this day alone."
            raise forms.ValidationError(message)
        return file


class RegisterOfRecord(forms.Form):
    """From which day the registers here are the school's registers of record."""

    on = DayField(label="First day", error_messages={"required": "Enter the first day."})
