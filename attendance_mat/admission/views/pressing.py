"""What a press of a button on a page of the roll comes to."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError

from attendance_mat.accounts.guard import StaffRequest


def carried_out(request: StaffRequest, form: forms.Form, press: Callable[[], None], *, said: str = "Recorded.") -> bool:
    """Do what a form asks and say so; False where it is not whole or was refused, with why on the form."""
    if not form.is_valid():
        return False
    try:
        press()
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, said)
    return True
