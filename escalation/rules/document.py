"""A school's attendance policy on a day, as a document to be read: every sentence is made from the values that run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.dated import Cited
from attendance_mat.policy.disputes import Contradiction, LawWins
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.loader import NATIONAL, Pack, lineage, pack
from attendance_mat.policy.schema import (
    AfternoonSession,
    CodesByRole,
    FirstDayContact,
    MorningSession,
    Parameter,
    PercentageStages,
    RegisterOpen,
)
from escalation.rules import chart, wording
from escalation.rules.chart import Chart
from registers.rules import codes

REGISTER, ABSENCE, LEAVE, FIGURES, SUPPORT, LEGAL, STAGES, RETENTION, OTHER = SECTIONS = (
    "The school day and the register", "When a child is absent", "Leave of absence", "Measures and what they lead to",
    "Targets, support and reporting", "Legal steps, letters and returns", "Stages", "How long registers are kept",
    "Other terms",
)  # fmt: skip
MODULES: Final = {
    "school_day": REGISTER, "chasing": REGISTER, "lateness": REGISTER,
    "absence_procedure": ABSENCE, "leave_types": LEAVE, "following_up": SUPPORT,
    "legal_route": LEGAL, "ladder": STAGES,
}  # fmt: skip
PLACES: Final = {
    "statistical_year": FIGURES, "compulsory_school_age": FIGURES, "school_leaving_date": FIGURES,
    "headline_ages": FIGURES, "persistent_absence": FIGURES, "severe_absence": FIGURES, "percentage_stages": FIGURES,
    "follow_ups": FIGURES, "nightly_check": FIGURES, "penalty_notice_threshold": LEGAL, "continuous_absence": LEGAL,
    "suspension_provision": LEGAL,
    "attendance_return": LEGAL, "sickness_return": LEGAL, "morning_session": REGISTER, "afternoon_session": REGISTER,
    "register_open": REGISTER, "amendment_particulars": REGISTER, "codes_by_role": REGISTER,
    "unexplained_absence": ABSENCE, "unexplained_reminder": ABSENCE, "first_day_contact": ABSENCE,
    "leave_checks": LEAVE, "leave_codes": LEAVE, "register_retention": RETENTION,
    "record_retention": RETENTION,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One parameter in words: its sentences, where it is laid down, who set it, and what the law overrules."""

    name: str
    title: str
    sentences: tuple[str, ...]
    clause: str
    set_by: str
    from_date: date
    overruled: tuple[str, ...] = ()
    overruled_clause: str = ""


@dataclass(frozen=True)
class Section:
    """The lines of one heading."""

    heading: str
    lines: tuple[Line, ...]

    @property
    def anchor(self) -> str:
        """Return a name for links to the section."""
        return self.heading.lower().replace(" ", "-").replace(",", "")


@dataclass(frozen=True)
class CodeRow:
    """One code in force: its meaning, how it counts, and the roles that may enter it."""

    code: str
    title: str
    counts_as: str
    entered_by: str


@dataclass(frozen=True)
class Document:
    """A school's policy on a day."""

    on: date
    pack: Pack
    sections: tuple[Section, ...]
    times: tuple[tuple[str, str], ...]
    codes: tuple[CodeRow, ...]
    charts: tuple[Chart, ...]
    letters: tuple[tuple[str, tuple[str, ...]], ...]  # a letter's subject, and the stages that send it
    roles: tuple[tuple[str, tuple[str, ...]], ...]  # a role, and its steps
    law_wins: tuple[LawWins, ...]
    contradictions: tuple[Contradiction, ...]
    overruled: tuple[Line, ...]
    silent: tuple[Line, ...]  # what the adopted pack leaves to the pack it builds on


def in_force(policy: Policy, *, on: date) -> Iterator[tuple[str, Cited[Any]]]:
    """Yield every parameter that something sets on a day, by name."""
    for name, kind in Parameter.every.items():
        cited = policy.find(kind, on=on)
        if cited:
            yield name, cited


def document(policy: Policy, *, on: date, letters: Mapping[str, str]) -> Document:
    """Return a school's policy on a day. `letters` holds the subject of each letter by its name."""
    adopted = pack(policy.pack_name(on=on))
    lines = tuple(_line(name, cited) for name, cited in in_force(policy, on=on))
    drawn = _charts(policy, on, letters)
    return Document(
        on=on,
        pack=adopted,
        sections=tuple(_sections(lines)),
        times=tuple(_times(policy, on)),
        codes=_codes(policy.terms(CodesByRole, on=on), on),
        charts=drawn,
        letters=_letters(drawn),
        roles=_roles(drawn),
        law_wins=tuple(each for each in adopted.law_wins if each.law_from is None or each.law_from <= on),
        contradictions=adopted.contradictions,
        overruled=tuple(line for line in lines if line.overruled),
        silent=_silent(lines, adopted),
    )


def section_of(name: str) -> str:
    """Return the heading under which a parameter stands."""
    module = Parameter.every[name].__module__.rpartition(".")[2]
    return PLACES.get(name) or MODULES.get(module, OTHER)


def _line(name: str, cited: Cited[Any]) -> Line:
    over = cited.overruled
    return Line(
        name=name,
        title=wording.title(name),
        sentences=wording.sentences(cited.value),
        clause=str(cited.source),
        set_by=cited.set_by,
        from_date=cited.from_date,
        overruled=wording.sentences(over.value) if over else (),
        overruled_clause=str(over.source) if over else "",
    )


def _sections(lines: Iterable[Line]) -> Iterator[Section]:
    listed = list(lines)
    for heading in SECTIONS:
        within = tuple(line for line in listed if section_of(line.name) == heading)
        if within:
            yield Section(heading, within)


def _times(policy: Policy, on: date) -> Iterator[tuple[str, str]]:
    """Yield the times of the day: each session's start, its register's close, and the first contact's last moment."""
    minutes = policy.terms(RegisterOpen, on=on).minutes
    contact = policy.terms(FirstDayContact, on=on).minutes_after_close
    morning, afternoon = policy.terms(MorningSession, on=on).starts, policy.terms(AfternoonSession, on=on).starts
    for half, starts in (("Morning", morning), ("Afternoon", afternoon)):
        yield f"{half} session starts", f"{starts:%H:%M}"
        yield f"{half} register closes", f"{_later(starts, minutes):%H:%M}"
        yield f"Families contacted by ({half.lower()})", f"{_later(starts, minutes + contact):%H:%M}"


def _later(start: time, minutes: int) -> time:
    return (datetime.combine(date.min, start) + timedelta(minutes=minutes)).time()


def _codes(by_role: CodesByRole, on: date) -> tuple[CodeRow, ...]:
    entered = {
        row.code: [chart.role(role) for role, allowed in vars(by_role).items() if row.code in allowed]
        for row in codes.in_force(on)
    }
    return tuple(
        CodeRow(
            row.code, row.title, row.statistical.replace("_", " "), ", ".join(entered[row.code]) or "nobody by hand"
        )
        for row in codes.in_force(on)
    )


def _charts(policy: Policy, on: date, letters: Mapping[str, str]) -> tuple[Chart, ...]:
    ladders = policy.find(Ladders, on=on)
    minimum = policy.terms(PercentageStages, on=on).minimum_possible_sessions
    return chart.charts(ladders.value, minimum=minimum, letters=letters) if ladders else ()


def _letters(drawn: Iterable[Chart]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    sent: dict[str, list[str]] = {}
    for box in (box for ladder in drawn for box in ladder.boxes):
        for step in (*box.steps, *box.on_leaving):
            if step.letter and box.label not in sent.setdefault(step.letter, []):
                sent[step.letter].append(box.label)
    return tuple((subject, tuple(stages)) for subject, stages in sent.items())


def _roles(drawn: Iterable[Chart]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    does: dict[str, list[str]] = {}
    for box in (box for ladder in drawn for box in ladder.boxes):
        for step in (*box.steps, *box.on_leaving):
            does.setdefault(step.who, []).append(f"{box.label}: {step.words}")
    return tuple((who, tuple(dict.fromkeys(steps))) for who, steps in sorted(does.items()))


def _silent(lines: Iterable[Line], adopted: Pack) -> tuple[Line, ...]:
    """Return what holds because a pack below the adopted one says it, and the adopted one nothing."""
    if adopted.name == NATIONAL:
        return ()
    below = {each.about.title for each in lineage(adopted.name)[1:]}
    return tuple(
        line for line in lines
        if line.set_by in below and not line.overruled and not Parameter.every[line.name].nationally_fixed
    )  # fmt: skip
