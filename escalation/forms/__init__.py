"""What people choose and enter on the pages of the escalation room."""

from escalation.forms.cases import (
    AddNote,
    AddStep,
    Agree,
    AskWhy,
    AssignOwner,
    Because,
    CloseCase,
    DoStep,
    LookAhead,
    MoveOn,
    Narrow,
    PlaceHold,
    PutAtStage,
)

__all__ = [
    "AddNote",
    "AddStep",
    "Agree",
    "AskWhy",
    "AssignOwner",
    "Because",
    "CloseCase",
    "DoStep",
    "LookAhead",
    "MoveOn",
    "Narrow",
    "PlaceHold",
    "PutAtStage",
]
