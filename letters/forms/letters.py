"""What people enter on a letter's page."""

from django import forms


class SendLetter(forms.Form):
    """Who the page said would be told, so that nothing leaves if that has changed."""

    reviewed = forms.CharField(max_length=64, widget=forms.HiddenInput)


class WithdrawLetter(forms.Form):
    """Why a letter will not be sent."""

    because = forms.CharField(
        label="Why will it not be sent?",
        help_text="It stays on the letter's page, with your name.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Give a reason: it is kept with the letter."},
    )
