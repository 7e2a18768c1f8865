"""One school's policy: what holds there on a day, once law, trust, school and packs are laid over each other.

Precedence: law, the trust's lock, the school's own setting, the trust's setting for all its schools, the adopted pack,
the packs it builds on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar, cast

from attendance_mat.policy.bounds import breach
from attendance_mat.policy.building import Builder
from attendance_mat.policy.dated import Cited, Dated, Source, in_force
from attendance_mat.policy.entries import from_values
from attendance_mat.policy.faults import Fault, PolicyError
from attendance_mat.policy.loader import NATIONAL, Pack, lineage, pack
from attendance_mat.policy.schema import Parameter

P = TypeVar("P", bound=Parameter)


class NotInForceError(LookupError):
    """No law and no policy set the parameter on that day."""

    def __init__(self, kind: type[Parameter], on: date) -> None:
        super().__init__(f"Nothing set “{kind.name}” on {on}.")


@dataclass(frozen=True)
class Adoption:
    """A school takes up a pack on a day; it holds until the next adoption."""

    from_date: date
    pack: str


@dataclass(frozen=True)
class Override:
    """A school's, or the trust's, own value for one parameter, from a day until another if one is given.

    `values` are the parameter's fields as JSON holds them. A trust's lock beats a school's setting; what the trust
    sets for all its schools without locking it gives way to a school's.
    """

    from_date: date
    name: str
    values: Mapping[str, Any]
    reason: str
    locked_by_trust: bool = False
    until_date: date | None = None
    for_every_school: bool = False

    @property
    def strength(self) -> int:
        """Return how strongly it holds against others: the trust's lock 2, a school's own 1, for all schools 0."""
        return 2 if self.locked_by_trust else int(not self.for_every_school)

    @property
    def set_by(self) -> str:
        """Say who set it."""
        return "the trust" if self.locked_by_trust or self.for_every_school else "the school"


@dataclass(frozen=True)
class Setting:
    """An override whose values have been checked against the schema."""

    override: Override
    dated: Dated[Parameter]

    def holds(self, *, on: date) -> bool:
        """Say whether the setting covers a day."""
        until = self.override.until_date
        return self.override.from_date <= on and (until is None or on < until)


@dataclass(frozen=True)
class Policy:
    """What one school's policy says, for any day."""

    adoptions: tuple[Adoption, ...] = ()
    settings: tuple[Setting, ...] = ()

    def terms(self, kind: type[P], *, on: date) -> P:
        """Return the value in force on a day."""
        return self.cited(kind, on=on).value

    def cited(self, kind: type[P], *, on: date) -> Cited[P]:
        """Return the value in force on a day, with its source and who set it."""
        found = self.find(kind, on=on)
        if found is None:
            raise NotInForceError(kind, on)
        return found

    def find(self, kind: type[P], *, on: date) -> Cited[P] | None:
        """Return the value in force on a day, or nothing where none was set."""
        said = next(self._layers(kind, on), None)
        law = _stated(kind, NATIONAL, on)
        if said and law and breach(said.value, law.value):
            overruled = Dated(said.from_date, said.value, said.source)
            return replace(law, overruled=overruled)
        return said

    def pack_name(self, *, on: date) -> str:
        """Return the name of the pack adopted on a day; the national one where none was yet."""
        adopted = [adoption for adoption in self.adoptions if adoption.from_date <= on]
        return adopted[-1].pack if adopted else NATIONAL

    def turning_days(self, kind: type[Parameter], *, on: date = date.max) -> list[date]:
        """Return the days up to one on which the value of a parameter may become another, latest first."""
        held = [setting.override for setting in self.settings if setting.override.name == kind.name]
        names = {adoption.pack for adoption in self.adoptions} | {NATIONAL}
        packs = [layer for name in names for layer in lineage(name)]
        wins = [win for layer in packs for win in layer.law_wins if kind.name in win.parameters]
        days = {
            *(adoption.from_date for adoption in self.adoptions),
            *(day for override in held for day in (override.from_date, override.until_date) if day),
            *(dated.from_date for layer in packs for dated in layer.values.get(kind.name, ())),
            *(win.law_from for win in wins if win.law_from),
        }
        return sorted((day for day in days if day <= on), reverse=True)

    def _layers(self, kind: type[P], on: date) -> Iterator[Cited[P]]:
        """Yield every value that holds on a day, strongest first."""
        latest_first = [each for each in reversed(self.settings) if each.override.name == kind.name]
        held = [setting for setting in latest_first if setting.holds(on=on)]
        for setting in sorted(held, key=lambda setting: -setting.override.strength):
            yield _cited(cast("Dated[P]", setting.dated), setting.override.set_by)
        for layer in lineage(self.pack_name(on=on)):
            stated = _stated(kind, layer.name, on)
            if stated:
                yield _as_the_law_has_it(kind, stated, layer, on)


@lru_cache(maxsize=1)
def national() -> Policy:
    """Return the policy of a school that has adopted nothing: the law and this product's defaults."""
    return Policy()


def assemble(adoptions: Iterable[Adoption], overrides: Iterable[Override] = ()) -> Policy:
    """Return a school's policy from its adoptions and settings; PolicyError with every fault in them."""
    adopted = tuple(sorted(adoptions, key=lambda adoption: adoption.from_date))
    for adoption in adopted:
        lineage(adoption.pack)
    dated = sorted(overrides, key=lambda override: override.from_date)
    faults: list[Fault] = []
    settings: list[Setting] = []
    for override in dated:
        value, wrong = _value(override)
        faults.extend(wrong)
        if value:
            source = Source(f"Setting of {override.set_by}", override.reason, None, override.from_date)
            settings.append(Setting(override, Dated(override.from_date, value, source)))
    if faults:
        raise PolicyError(faults)
    return Policy(adopted, tuple(settings))


def faults_in(override: Override) -> tuple[Fault, ...]:
    """Return what is wrong with a setting before it is stored, the law's bounds included."""
    value, faults = _value(override)
    law = _stated(type(value), NATIONAL, override.from_date) if value else None
    reason = breach(value, law.value) if value and law else None
    return (*faults, Fault(override.name, 0, reason)) if reason else faults


def _value(override: Override) -> tuple[Parameter | None, tuple[Fault, ...]]:
    kind = Parameter.every.get(override.name)
    if kind is None:
        return None, (Fault(override.name, 0, "There is no parameter of this name."),)
    if kind.nationally_fixed:
        return None, (Fault(override.name, 0, "This is set nationally; no school or trust may change it."),)
    builder = Builder(override.name)
    value: Parameter | None = builder.build(kind, from_values(override.values))
    builder.refuse_dead_codes(builder.codes, from_date=override.from_date, until_date=override.until_date or date.max)
    return value, tuple(builder.faults)


def _stated(kind: type[P], name: str, on: date) -> Cited[P] | None:
    """Return what one pack itself states, in force on a day."""
    stated = pack(name)
    values = cast("tuple[Dated[P], ...]", stated.values.get(kind.name, ()))
    dated = in_force(values, on=on)
    return _cited(dated, stated.about.title) if dated else None


def _as_the_law_has_it(kind: type[P], stated: Cited[P], layer: Pack, on: date) -> Cited[P]:
    """Return a pack's value, or the national one with it beside it where the law overrides the pack's clause."""
    law = _stated(kind, NATIONAL, on) if layer.yields(kind.name, on=on) else None
    return replace(law, overruled=Dated(stated.from_date, stated.value, stated.source)) if law else stated


def _cited(dated: Dated[P], set_by: str) -> Cited[P]:
    return Cited(dated.value, dated.source, dated.from_date, set_by)
