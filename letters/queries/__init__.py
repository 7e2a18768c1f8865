"""Reads of the letters room."""

from letters.queries.letters import (
    Household,
    Recipients,
    Told,
    attendance_figures,
    certificate_for,
    count_by_state,
    envelopes,
    first_day_of_year,
    in_state,
    letters_for,
    locked,
    recipients,
    registration_certificate,
    who_to_speak_to,
)

__all__ = [
    "Household",
    "Recipients",
    "Told",
    "attendance_figures",
    "certificate_for",
    "count_by_state",
    "envelopes",
    "first_day_of_year",
    "in_state",
    "letters_for",
    "locked",
    "recipients",
    "registration_certificate",
    "who_to_speak_to",
]
