"""A policy's stages as they are drawn: one box a stage, in order, with every word made from the stage's own values."""

from collections.abc import Mapping
from dataclasses import dataclass

from attendance_mat.policy.ladder import Ladder, Ladders, Stage, StageAction
from attendance_mat.policy.triggers import Period
from escalation.rules import english
from escalation.rules.english import Labels

PERSON_DECIDES = "No figure begins this stage: a person decides."
NOT_CONFIGURED = "Not configured: the policy's own text of this stage is not at hand."


@dataclass(frozen=True)
class Step:
    """One step of a stage: what is done, by whom, by when, and the letter that goes, by its subject."""

    words: str
    who: str
    by: str
    letter: str = ""


@dataclass(frozen=True)
class Box:
    """One stage as it is drawn. `after` names the stages that lead here, `notes` what else holds of it."""

    key: str
    label: str
    clause: str
    when: str
    configured: bool
    by_person: bool
    after: tuple[str, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    on_leaving: tuple[Step, ...]


@dataclass(frozen=True)
class Chart:
    """One ladder as it is drawn: for whom it holds, and its boxes."""

    key: str
    label: str
    clause: str
    holds_for: str
    boxes: tuple[Box, ...]


def charts(ladders: Ladders, *, minimum: int, letters: Mapping[str, str]) -> tuple[Chart, ...]:
    """Return every ladder as it is drawn. `minimum` is as in english.condition; `letters` are subjects by name."""
    labels = english.labels_of(ladders)
    return tuple(_chart(ladder, labels, minimum, letters) for ladder in ladders.ladders)


def role(name: str) -> str:
    """Return a role in words."""
    return name.replace("_", " ")


def _chart(ladder: Ladder, labels: Labels, minimum: int, letters: Mapping[str, str]) -> Chart:
    pupils = english.condition(ladder.holds_for, labels=labels, minimum=minimum) if ladder.holds_for else ""
    boxes = tuple(_box(stage, labels, minimum, letters) for stage in ladder.stages)
    return Chart(ladder.key, ladder.label, ladder.clause, pupils, boxes)


def _box(stage: Stage, labels: Labels, minimum: int, letters: Mapping[str, str]) -> Box:
    led_by = {part.reached.stage for part in stage.when.parts() if part.reached} if stage.when else set()
    return Box(
        key=stage.key,
        label=stage.label,
        clause=stage.clause,
        when=_when(stage, labels, minimum),
        configured=stage.configured,
        by_person=stage.when is None,
        after=tuple(label for key, label in labels.items() if key in led_by),
        steps=tuple(_step(action, letters) for action in stage.actions),
        notes=_notes(stage, labels, minimum),
        on_leaving=tuple(_step(action, letters) for action in stage.on_leaving),
    )


def _when(stage: Stage, labels: Labels, minimum: int) -> str:
    if not stage.configured:
        return NOT_CONFIGURED
    if stage.when is None:
        return PERSON_DECIDES
    words = english.condition(stage.when, labels=labels, minimum=minimum)
    return f"{words[0].upper()}{words[1:]}."


def _notes(stage: Stage, labels: Labels, minimum: int) -> tuple[str, ...]:
    """Return what else holds of a stage, a sentence each."""
    notes = []
    if stage.approvals:
        notes.append(f"Begins once agreed by: {english.listed([role(each) for each in stage.approvals])}.")
    if stage.review:
        notes.append(english.review(stage.review))
    if stage.leaves:
        notes.append(f"Ends with: {english.condition(stage.leaves, labels=labels, minimum=minimum)}.")
    if stage.not_after:
        notes.append(f"Not begun after: {english.listed([labels[key] for key in stage.not_after], last='or')}.")
    if stage.needs_support_first:
        notes.append("A warning is given where no support is recorded.")
    if stage.warns_parents_first:
        notes.append("A warning is given where the parents have not been warned.")
    if stage.carries_over:
        notes.append("A pupil persistently absent at the end of the school year begins the next one here.")
    return tuple(notes)


def _step(action: StageAction, letters: Mapping[str, str]) -> Step:
    days = action.within_school_days
    by = f"within {english.period(days, Period.SCHOOL_DAYS)}" if days else "the same day"
    words = f"{action.words.removesuffix('.')}: {'; '.join(action.options)}." if action.options else action.words
    again = ", and again at each review" if action.each_review else ""
    return Step(words, role(action.role), f"{by}{again}", letters.get(action.letter or "", action.letter or ""))
