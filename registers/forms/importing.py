"""Which file to import, and what it is."""

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.forms import choose_from
from registers.actions.importing import Kind

LARGEST_MEGABYTES: Final = 20  # three years of a school of 1,000; longer ones come in by the command
LONGEST_NAME: Final = 100
LABELS: Final = {
    Kind.CALENDAR: "Calendar: the sessions in which the school meets",
    Kind.PUPILS: "Pupils: the admission register and contacts",
    Kind.MARKS: "Marks: attendance at past sessions",
    Kind.STAFF: "Staff: people, their roles, and the groups they take",
    Kind.TIMETABLE: "Timetable: lessons, teaching groups, weeks A and B, days off timetable",
}


class ImportFile(forms.Form):
    """A CSV file from another system."""

    kind = forms.ChoiceField(
        label="What is in the file?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say what is in the file."},
    )
    # An empty file is let through, so that it is refused in the same words as by the command.
    file = forms.FileField(
        label="CSV file",
        help_text=f"Up to {LARGEST_MEGABYTES} MB. Nothing is written until you have seen what it would change.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choose a file."},
    )

    def __init__(self, by: Member, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [kind for kind in Kind if kind is not Kind.STAFF or by.may(Permission.MANAGE_STAFF)]
        choose_from(self, "kind", [(kind.value, LABELS[kind]) for kind in kinds])

    def clean_kind(self) -> Kind:
        """Return the kind itself."""
        return Kind(self.cleaned_data["kind"])

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse a file that would keep a page waiting too long."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_MEGABYTES * 1_000_000:
            message = f"The file is larger than {LARGEST_MEGABYTES} MB. Ask for it to be imported by the command."
            raise forms.ValidationError(message)
        file.name = (file.name or "file")[-LONGEST_NAME:]
        return file
