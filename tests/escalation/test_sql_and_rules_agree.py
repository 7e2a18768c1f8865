"""The night's SQL and the plain rules, on random registers: shares agree exactly, candidates are never too few."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance_mat.policy.adopted import national
from attendance_mat.trust.models import School
from escalation.queries import night as queries
from escalation.rules.findings import Rule
from escalation.rules.thresholds import episode
from registers.queries.measures import pupil_figures
from registers.rules.calendar import SchoolYear
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

DAYS = 34
# The school meets on Mondays and Thursdays, so that there are more than ten weeks. Marks come mostly in runs, so that
# lines are crossed; "_" is no mark, "#" a planned closure, Y and H are codes of the old law alone.
RUN = st.tuples(st.sampled_from("..OOGNUI#_YHB"), st.integers(1, 44))
SPELT = st.lists(RUN, min_size=1, max_size=12).map(lambda runs: "".join(sign * n for sign, n in runs))
SPARSE = st.sets(st.integers(0, 2 * DAYS - 1), min_size=9, max_size=11).map(
    lambda missed: "".join("U" if place in missed else "." for place in range(2 * DAYS))
)
MARKS = (SPELT | SPARSE).map(lambda said: said[: 2 * DAYS].ljust(2 * DAYS, "."))
BORN = st.sampled_from([dt.date(2014, 5, 1), dt.date(2019, 9, 30), dt.date(2008, 10, 1), dt.date(2022, 1, 1)])


class Child(NamedTuple):
    """What is drawn of one pupil; `away` is how many days after the first they come onto the roll."""

    dob: dt.date
    marks: str
    away: int


CHILDREN = st.lists(st.builds(Child, dob=BORN, marks=MARKS, away=st.sampled_from([0, 0, 0, 9])), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(children=CHILDREN, first=st.sampled_from([dt.date(2024, 7, 15), dt.date(2024, 8, 5), dt.date(2025, 9, 1)]))
def test_sql_finds_whom_the_plain_rules_find(
    people: People, alder: School, children: list[Child], first: dt.date
) -> None:
    days = [day for day in weekdays(first, DAYS * 3) if day.weekday() in {0, 3}][:DAYS]
    with transaction.atomic():
        hold(days)
        pupils = [make_pupil(dob=each.dob, from_date=days[each.away]) for each in children]
        marks = {pupil: spell_out(days, each.marks) for pupil, each in zip(pupils, children, strict=True)}
        take_registers(marks, by=people.tess)
        for as_of in (days[DAYS // 2], days[-1]):
            agree([pupil.pk for pupil in pupils], as_of)
        transaction.set_rollback(True)


def agree(pupil_ids: list[int], as_of: dt.date) -> None:
    """Compare what the database says of each pupil as of a day with what the rules say."""
    records = queries.records(pupil_ids, as_of=as_of)
    found = {
        rule: {pk for pk in pupil_ids if episode(rule, records[pk], policy=national(), as_of=as_of)} for rule in Rule
    }
    figures = pupil_figures(from_date=SchoolYear.of(as_of).starts, to_date=as_of)
    assert found[Rule.PERSISTENT_ABSENCE] == {row.pupil_id for row in figures if row.is_persistent}
    assert found[Rule.SEVERE_ABSENCE] == {row.pupil_id for row in figures if row.is_severe}
    candidates = queries.candidates(as_of=as_of, policy=national())
    for rule, pupils in candidates.items():
        certain = {pk for pk, is_sure in pupils.items() if is_sure}
        assert certain <= found[rule] <= pupils.keys(), rule
