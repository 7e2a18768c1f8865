"""What somebody did stands with who did it and when, and never with one of the two."""

import pytest
from django.db import models

from attendance_mat.accounts.models import User
from tests.repository.models import our_models, own_fields

# The moment that belongs to the person where their names differ.
GOES_WITH = {
    "registers.MarkAmendment.amended_by": "made_at",
    "registers.LessonMarkAmendment.amended_by": "made_at",
    "registers.ExpectedConfirmation.entered_by": "confirmed_at",
}


def acts() -> list[tuple[type[models.Model], models.Field, str]]:
    """Return each field that says who did something, with the name of the one that says when."""
    found = []
    for model in our_models():
        for field in own_fields(model):
            if field.related_model is User and (field.name == "by" or field.name.endswith("_by")):
                when = GOES_WITH.get(f"{model._meta.label}.{field.name}", f"{field.name.removesuffix('by')}at")
                found.append((model, field, when))
    return found


def name_of(value: object) -> str:
    return value.__name__ if isinstance(value, type) else str(getattr(value, "name", value))


@pytest.mark.parametrize(("model", "who", "when"), acts(), ids=name_of)
def test_whoever_did_something_stands_with_the_moment(model: type[models.Model], who: models.Field, when: str) -> None:
    moment = model._meta.get_field(when)
    assert isinstance(moment, models.DateTimeField)
    assert moment.null == who.null


@pytest.mark.parametrize(("model", "who", "when"), [act for act in acts() if act[1].null], ids=name_of)
def test_neither_stands_without_the_other(model: type[models.Model], who: models.Field, when: str) -> None:
    checks = [constraint for constraint in model._meta.constraints if isinstance(constraint, models.CheckConstraint)]
    conditions = [str(check.condition) for check in checks]
    assert any(f"{who.name}__isnull" in condition and f"{when}__isnull" in condition for condition in conditions)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_row_that_never_changes_has_no_field_for_its_change(model: type[models.Model]) -> None:
    if getattr(model, "append_only", False):
        assert not [field.name for field in own_fields(model) if field.name in {"updated_at", "modified_at"}]
