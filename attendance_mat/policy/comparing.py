"""What a change of policy would do: each parameter, from when until when, what held and what would hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble
from attendance_mat.policy.dated import Cited
from attendance_mat.policy.schema import Parameter
from attendance_mat.policy.typed import flattened, plain

Found = Cited[Any] | None


@dataclass(frozen=True)
class Difference:
    """One parameter that would hold another value, from a day until another (None: with no end in sight)."""

    name: str
    from_date: date
    until_date: date | None
    before: Found
    after: Found

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """Return what differs within the value: where, what it is now, what it would be."""
        old, new = (flattened(plain(cited.value)) if cited else {} for cited in (self.before, self.after))
        places = [place for place in dict.fromkeys([*old, *new]) if old.get(place) != new.get(place)]
        return tuple((place, old.get(place, "not set"), new.get(place, "not set")) for place in places)


def differences(before: Policy, after: Policy, *, names: Sequence[str] | None = None) -> tuple[Difference, ...]:
    """Return what would differ, by parameter and then by date. `names` looks at those parameters alone."""
    asked = Parameter.every if names is None else {name: Parameter.every[name] for name in names}
    return tuple(each for kind in asked.values() for each in _of(kind, before, after))


def with_adoption(policy: Policy, adoption: Adoption) -> Policy:
    """Return a policy as it would be with one more adoption, in place of one from the same day."""
    others = [each for each in policy.adoptions if each.from_date != adoption.from_date]
    return assemble([*others, adoption], [each.override for each in policy.settings])


def with_setting(policy: Policy, override: Override) -> Policy:
    """Return a policy as it would be with one more setting."""
    return assemble(policy.adoptions, [*(each.override for each in policy.settings), override])


def with_setting_ended(policy: Policy, override: Override, *, until_date: date) -> Policy:
    """Return a policy as it would be if one of its settings ended on a day."""
    others = [each.override for each in policy.settings if each.override != override]
    return assemble(policy.adoptions, [*others, replace(override, until_date=until_date)])


def _of(kind: type[Parameter], before: Policy, after: Policy) -> Iterator[Difference]:
    """Yield one parameter's differences; adjacent days that differ in the same way are one."""
    days = sorted({*before.turning_days(kind), *after.turning_days(kind)})
    running: Difference | None = None
    for first, until in zip(days, [*days[1:], None], strict=False):
        old, new = before.find(kind, on=first), after.find(kind, on=first)
        here = None if _same(old, new) else Difference(kind.name, first, until, old, new)
        if running and here and _same(running.before, old) and _same(running.after, new):
            running = replace(running, until_date=until)
            continue
        if running:
            yield running
        running = here
    if running:
        yield running


def _same(one: Found, other: Found) -> bool:
    """Say whether two values are one, and set by the same."""
    return (one and (one.value, one.set_by)) == (other and (other.value, other.set_by))
