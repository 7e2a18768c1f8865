"""What the admission room stores."""

from attendance_mat.admission.models.new_year import NewYear
from attendance_mat.admission.models.own_groups import OwnGroup, OwnGroupPlace
from attendance_mat.admission.models.particulars import AdmissionAmendment, NamedPerson
from attendance_mat.admission.models.roll import (
    AuthorityReturn,
    Enquiry,
    Joining,
    Leaving,
    LeavingTest,
    MissingEducation,
)

__all__ = [
    "AdmissionAmendment",
    "AuthorityReturn",
    "Enquiry",
    "Joining",
    "Leaving",
    "LeavingTest",
    "MissingEducation",
    "NamedPerson",
    "NewYear",
    "OwnGroup",
    "OwnGroupPlace",
]
