"""The documents themselves: which templates there are, and each as the HTML that becomes paper."""

import datetime as dt
from dataclasses import dataclass

from django.template.loader import render_to_string

from attendance_mat.trust.queries import current_school
from letters.models import Letter
from letters.queries import Certificate, Household


@dataclass(frozen=True)
class Template:
    """A kind of letter."""

    name: str
    title: str  # also its heading
    encloses_certificate: bool = False


TEMPLATES = {
    template.name: template
    for template in (
        Template("attendance-concern", "Attendance at school", encloses_certificate=True),
        Template("leave-granted", "Leave of absence granted"),
        Template("leave-refused", "Leave of absence not granted"),
    )
}


def known(name: str) -> str:
    """Return a template's name, or refuse one there is not."""
    return TEMPLATES[name].name


def letter(letter: Letter, household: Household, certificate: Certificate, *, on: dt.date) -> str:
    """Return one household's letter as HTML, with its certificate where the template encloses one."""
    template = TEMPLATES[letter.template]
    return render_to_string(
        f"letters/paper/{template.name}.html",
        {
            "letter": letter,
            "template": template,
            "school": current_school(),
            "household": household,
            "certificate": certificate if template.encloses_certificate else None,
            "figures": letter.figures,
            "on": on,
        },
    )


def certificate(certificate: Certificate, *, on: dt.date) -> str:
    """Return a registration certificate by itself as HTML."""
    return render_to_string(
        "letters/paper/certificate.html", {"certificate": certificate, "school": current_school(), "on": on}
    )
