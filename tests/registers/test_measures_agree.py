"""The database's figures and the plain definition agree on registers made at random (decision 20)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import PersistentAbsence, SevereAbsence
from registers.models import Characteristic, Group, Pupil
from registers.queries import measures
from registers.queries.sessions import session_marks
from registers.rules.age import is_headline
from registers.rules.calendar import SchoolYear, SessionMark
from registers.rules.measures import Measures, measure
from registers.rules.roll import Period
from tests.people import People
from tests.registers.random_registers import EDGES, MOMENTS, RandomPupil, Store, random_pupils, value_on

HALF_AN_HOUR = dt.timedelta(minutes=30)
ON_REAL_POSTGRESQL = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Question:
    """A period and a moment to ask about, with what the plain definition answers."""

    def __init__(self, from_date: dt.date, to_date: dt.date, as_at: int | None) -> None:
        self.from_date, self.to_date, self.moment = from_date, to_date, as_at

    @property
    def asked(self) -> dict[str, object]:
        """Return the arguments that ask the database the same."""
        as_at = None if self.moment is None else MOMENTS[self.moment] + HALF_AN_HOUR
        return {"from_date": self.from_date, "to_date": self.to_date, "as_at": as_at}

    def marks(self, pupil: RandomPupil) -> list[SessionMark]:
        """Return the pupil's marks in the period, as they stood."""
        return [mark for mark in pupil.said(self.moment) if self.from_date <= mark.date <= self.to_date]

    def is_about(self, pupil: RandomPupil) -> bool:
        """Say whether the pupil was on roll in the period."""
        period = Period(self.from_date, self.to_date + dt.timedelta(days=1))
        return any(time.overlaps(period) for time in pupil.roll)

    def by_group(
        self, pupils: list[RandomPupil], key: Callable[[RandomPupil, dt.date], object]
    ) -> dict[object, Measures]:
        """Return the measures of each group, without groups in which nothing counted."""
        groups: dict[object, list[SessionMark]] = defaultdict(list)
        for pupil in pupils:
            for mark in self.marks(pupil):
                groups[key(pupil, mark.date)].append(mark)
        found = {name: measure(marks) for name, marks in groups.items()}
        return {name: counts for name, counts in found.items() if counts.possible}

    def headline(self, pupils: list[RandomPupil]) -> measures.Headline:
        """Return what published statistics count of day pupils aged 5 to 15 on 31 August."""
        terms = [national().find(kind, on=self.to_date) for kind in (PersistentAbsence, SevereAbsence)]
        year = SchoolYear.of(self.to_date)
        old_enough = [pupil for pupil in pupils if all(terms) and not pupil.boarder and is_headline(pupil.dob, year)]
        counts = [row for row in map(measure, map(self.marks, old_enough)) if row.possible]
        return measures.Headline(
            pupils=len(counts),
            persistent=sum(row.is_persistent(terms[0].value) for row in counts),
            severe=sum(row.is_severe(terms[1].value) for row in counts),
        )


QUESTIONS = st.builds(
    lambda days, as_at: Question(min(days), max(days), as_at),
    st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES)),
    st.none() | st.integers(0, len(MOMENTS) - 1),
)


@pytest.fixture
def stored(people: People, it_is: Callable[[dt.datetime], None]) -> Callable[[list[RandomPupil]], object]:
    """Return a context in which random pupils are in the database."""
    store = Store(by=people.tess, set_clock=it_is)

    @contextmanager
    def storing(pupils: list[RandomPupil]) -> Iterator[list[Pupil]]:
        with transaction.atomic():
            yield store.put(pupils)
            transaction.set_rollback(True)

    return storing


@ON_REAL_POSTGRESQL
@given(pupils=st.lists(random_pupils(), min_size=1, max_size=4), questions=st.lists(QUESTIONS, min_size=6, max_size=6))
def test_the_database_counts_as_the_plain_definition_does(
    stored: Callable[[list[RandomPupil]], object], pupils: list[RandomPupil], questions: list[Question]
) -> None:
    with stored(pupils) as rows:
        by_row = dict(zip([row.pk for row in rows], pupils, strict=True))
        for question in questions:
            on_roll = {pk: pupil for pk, pupil in by_row.items() if question.is_about(pupil)}
            expected = {pk: measure(question.marks(pupil)) for pk, pupil in on_roll.items()}
            figures = measures.pupil_figures(**question.asked)
            assert {row.pupil_id: row.measures for row in figures} == expected
            assert measures.headline(figures) == question.headline(pupils)
            said = {pk: [mark for mark in question.marks(pupil) if mark.code] for pk, pupil in by_row.items()}
            assert session_marks(by_row, **question.asked) == said
            some = [rows[0].pk]
            assert measures.pupil_measures(**question.asked, pupil_ids=some) == {
                pk: counts for pk, counts in expected.items() if pk in some
            }


@ON_REAL_POSTGRESQL
@given(pupils=st.lists(random_pupils(), min_size=2, max_size=4), questions=st.lists(QUESTIONS, min_size=4, max_size=4))
def test_a_group_is_the_sum_of_its_marks_on_the_day(
    stored: Callable[[list[RandomPupil]], object], pupils: list[RandomPupil], questions: list[Question]
) -> None:
    needs = measures.characteristic(Characteristic.Kind.SPECIAL_EDUCATIONAL_NEEDS)
    with stored(pupils):
        names: dict[object, int] = {group.name: group.pk for group in Group.objects.all()}
        keys = {
            measures.SEX: lambda pupil, on: pupil.sex,
            measures.YEAR_GROUP: lambda pupil, on: value_on(pupil.years, on),
            measures.REGISTRATION_GROUP: lambda pupil, on: names.get(value_on(pupil.groups, on)),
            needs: lambda pupil, on: "yes" if value_on(pupil.needs, on) == "" else value_on(pupil.needs, on),
        }
        for question in questions:
            for by, key in keys.items():
                assert measures.group_measures(by=by, **question.asked) == question.by_group(pupils, key)
            everyone = measure(mark for pupil in pupils for mark in question.marks(pupil))
            assert measures.school_measures(**question.asked) == everyone
