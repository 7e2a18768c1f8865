"""What the gallery shows: invented people, schools and figures, in every state a component has."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator

from attendance_mat.web.figures import SumTile
from attendance_mat.web.navigation import NavigationItem, SchoolLink, SignedIn

CODES: Final = [
    ("/", "attending", "Present, morning"),
    ("L", "attending", "Late, register still open"),
    ("V", "aea", "Educational visit or trip"),
    ("I", "authorised_absence", "Unable to attend because of sickness"),
    ("N", "unauthorised_absence", "Circumstances not yet established"),
    ("O", "unauthorised_absence", "None of the other rows applies"),
    ("Y1", "not_possible", "Transport normally provided is unavailable"),
    ("#", "closed", "Planned whole-school closure"),
    ("", "missing", "No mark"),
]
TONES: Final = ["good", "watch", "bad", "info"]
WEEKS: Final = ["7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct", "2 Nov", "9 Nov", "16 Nov"]
RATES: Final = [97.1, 95.4, 93.0, 91.2, 86.5, None, 82.0, 88.4, 91.7, 90.2]
SCHOOLS: Final = [
    ("Larkfield", 1204, 93.4),
    ("Old Mill", 412, 95.1),
    ("Saint Wilfrid", 968, 88.7),
    ("Quarry Bank", 230, 91.2),
]


class ExampleForm(forms.Form):
    """One field of each kind."""

    reason = forms.CharField(help_text="As the parent put it. It goes on the timeline.")
    first_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    half = forms.ChoiceField(choices=[("am", "Morning"), ("pm", "Afternoon")], widget=forms.RadioSelect)
    code = forms.ChoiceField(choices=[("", "Choose a code"), ("I", "I: sickness"), ("M", "M: medical appointment")])
    told = forms.BooleanField(label="The parent has been told")


def context(*, at: dt.datetime) -> dict[str, Any]:
    """Return everything the gallery draws, as if looked at then."""
    return {
        "as_at": at,
        "demo_clock": at,
        "school_name": "Larkfield School",
        "schools": [
            SchoolLink("Larkfield School", "#larkfield", current=True),
            SchoolLink("Old Mill Primary", "#mill"),
        ],
        "signed_in": SignedIn("Alma Reyes", "Attendance officer"),
        "log_out_url": "#log-out",
        "navigation": _places(["Today", "Registers", "Pupils", "Letters", "Cases", "Policy"]),
        "tabs": _places(["Waiting", "Claimed by you", "Done today"]),
        "codes": CODES,
        "tones": TONES,
        "blank_form": ExampleForm(auto_id="blank_%s"),
        "wrong_form": ExampleForm({"reason": "", "first_day": ""}, auto_id="wrong_%s"),
        "page": Paginator(range(1, 1205), 50).page(2),
        "breadcrumb": [("Larkfield School", "#school"), ("Year 9", "#year")],
        "facts": [("Registration group", "9K"), ("On roll since", "Wed 2 Sep 2024"), ("Possible sessions", "302")],
        "sum_lines": [("I: sickness", 31), ("O: no other row applies", 18), ("C: leave", 5)],
        "schools_table": SCHOOLS,
        "moment": at,
        **_figures(),
    }


def _places(labels: list[str]) -> list[NavigationItem]:
    return [
        NavigationItem(
            label, f"#{label.lower().replace(' ', '-')}", current=not position, count=12 if not position else None
        )
        for position, label in enumerate(labels)
    ]


def _figures() -> dict[str, Any]:
    parts = [("in", 1102, ""), ("late", 21, ""), ("absent, explained", 48, ""), ("unexplained", 9, "bad")]
    parts += [("elsewhere", 14, ""), ("not yet registered", 10, "watch")]
    tiles = [SumTile(label, count, f"#{count}", label == "unexplained", tone) for label, count, tone in parts]
    return {
        "total": SumTile("on roll", 1204, "#all"),
        "tiles": tiles,
        "unbalanced": tiles[:-1],
        "weekly": list(zip(WEEKS, RATES, strict=True)),
        "rates": RATES,
        "lines": [("90: persistent", 90), ("50: severe", 50)],
        "weekdays": [("Mon", [93, 91]), ("Tue", [96, 95]), ("Wed", [95, 94]), ("Thu", [95, 93]), ("Fri", [90, 82])],
        "dots": [(name, rate, f"#{rate}") for name, _, rate in SCHOOLS],
        "national": [("England", 92.9)],
    }
