"""The bounds the national value sets to a policy's own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from itertools import pairwise
from typing import Any, Final, cast

from attendance_mat.policy.dated import Dated
from attendance_mat.policy.schema import AT_LEAST, AT_MOST, Parameter

_BREACHES: Final[dict[str, Callable[[Any, Any], bool]]] = {
    AT_MOST["beside_national"]: lambda value, national: value > national,
    AT_LEAST["beside_national"]: lambda value, national: value < national,
}


def breach(value: Parameter, law: Parameter) -> str | None:
    """Say how a value breaks the bound the national one sets, or nothing."""
    for field in fields(cast("Any", value)):
        bound = field.metadata.get("beside_national")
        said, allowed = getattr(value, field.name), getattr(law, field.name)
        if bound and _BREACHES[bound](said, allowed):
            return f"“{field.name}” may be {bound} {allowed}, not {said}."
    return None


def breaches(
    values: Sequence[Dated[Parameter]], national: Sequence[Dated[Parameter]]
) -> Iterator[tuple[int, date, str]]:
    """Yield each value, by its place, that breaks a national one while both held; the first day it did; and how."""
    for place, (dated, until) in enumerate(spans(values)):
        for law, law_until in spans(national):
            met = max(dated.from_date, law.from_date)
            how = breach(dated.value, law.value) if met < min(until, law_until) else None
            if how:
                yield place, met, how


def spans(values: Sequence[Dated[Parameter]]) -> list[tuple[Dated[Parameter], date]]:
    """Return each value with the first day it no longer holds."""
    ends = [later.from_date for _, later in pairwise(values)]
    return list(zip(values, [*ends, date.max], strict=True)) if values else []
