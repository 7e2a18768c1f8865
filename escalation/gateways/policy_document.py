"""A school's attendance policy as a document: the same words on the page, in HTML and on paper."""

import datetime as dt
from typing import Any

from django.template.loader import render_to_string

from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import the_trust
from escalation.queries import policy as queries
from escalation.rules.document import document
from letters.gateways import paper


def context(school: School, *, on: dt.date) -> dict[str, Any]:
    """Return what the document is made of on a day. Two queries, and two more the first time for a policy."""
    subjects = {template.name: template.subject for template in paper.TEMPLATES.values()}
    return {
        "school": school,
        "trust": the_trust(),
        "document": document(policy_for(school), on=on, letters=subjects),
        "targets": queries.targets_for(school, on=on),
    }


def policy_html(school: School, *, on: dt.date) -> str:
    """Return the whole document as one HTML page that asks for nothing else."""
    return render_to_string("escalation/policy/document.html", context(school, on=on))
