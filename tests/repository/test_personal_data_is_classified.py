"""Each stored field is classified, so that nothing about a person is stored without a thought."""

import pytest
from django.db import models

from attendance_mat.accounts.models import User
from attendance_mat.accounts.personal_data import CLASSIFIED, Kind, kinds_of
from registers.models import Contact, Pupil
from tests.repository.models import our_models, own_fields

PEOPLE = (User, Pupil, Contact)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_field_is_classified_once(model: type[models.Model]) -> None:
    listed = [name for names in CLASSIFIED.get(model._meta.label, {}).values() for name in names.split()]
    assert sorted(listed) == sorted(field.name for field in own_fields(model))


def test_no_model_is_listed_that_is_gone() -> None:
    assert set(CLASSIFIED) == {model._meta.label for model in our_models()}


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_row_that_belongs_to_a_person_says_so(model: type[models.Model]) -> None:
    kinds = kinds_of(model._meta.label)
    for field in own_fields(model):
        if field.related_model in PEOPLE:
            assert kinds[field.name] in {Kind.LINK, Kind.STAFF}, field.name


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_row_in_words_never_names_a_person(model: type[models.Model]) -> None:
    # Given a row whose every text about a person is a name
    kinds = kinds_of(model._meta.label)
    about_people = [field for field in own_fields(model) if kinds[field.name] is not Kind.NONE]
    texts = [field.name for field in about_people if isinstance(field, models.CharField | models.TextField)]
    row = model(**{name: "Sentinel" for name in texts if name not in {"role", "power", "kind"}})
    # Then neither the log nor an error page shows it
    assert "Sentinel" not in str(row)
