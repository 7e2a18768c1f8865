"""The figures the demonstration's absences are drawn to: England, pupils aged 5 to 15.

Source: DfE pupil absence statistics, the daily attendance feed and absence distributions for 2022/23 to
2025/26, and FFT Education Datalab. Rates are shares of possible sessions over a whole school year; counts
are of sessions or school days. What has no source says "assumed".
"""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final


class Kind(StrEnum):
    """The kinds of absence that keep a calendar of their own."""

    ILLNESS = "illness"
    HOLIDAY = "holiday"
    OTHER = "other"


@dataclass(frozen=True)
class Mixture:
    """How the share of sessions missed in a year is spread over pupils: one of two beta distributions."""

    first: float  # the weight of the first
    a1: float
    b1: float
    a2: float
    b2: float

    def draw(self, random: Random) -> float:
        """Return one pupil's share of sessions missed."""
        if random.random() < self.first:
            return random.betavariate(self.a1, self.b1)
        return random.betavariate(self.a2, self.b2)


@dataclass(frozen=True)
class Spread:
    """A kind of absence as it falls on pupils: how many have any in a year, and how much each then has."""

    pupils: float  # share with one session or more
    sessions: float  # mean of those


@dataclass(frozen=True)
class PhaseShape:
    """Everything that differs between primary and secondary schools."""

    with_meals: Mixture
    without_meals: Mixture
    thinned: float  # the mixtures are of 2022/23; this brings their mean to 2025/26
    severe: float  # the share of pupils beyond the mixtures, which under-state severe absence
    mean: float  # overall absence
    left_to_spells: float  # the share of absence that is illness or absence without leave
    truant_base: float  # of those sessions, the share without leave grows with a pupil's absence
    truant_growth: float
    truant_days: float  # mean length of such a spell
    half_days: float  # the share of such spells that are one afternoon
    late: float  # L
    late_in_the_morning: float
    after_close: Spread  # U
    medical: float  # M
    leave: float  # C
    holiday: Spread  # G
    religious: float  # the share of pupils
    excluded: Spread  # E
    reduced: Spread  # C2
    sport: float  # P
    trips: float  # V
    off_site: float  # B
    year_factors: dict[int, float] = field(default_factory=dict)
    weekdays: dict[str, tuple[float, ...]] = field(default_factory=dict)
    levels: dict[Kind, tuple[float, ...]] = field(default_factory=dict)  # one for each half term


FREE_SCHOOL_MEALS: Final = 0.246  # January 2024
ILLNESS_DAYS: Final = 2.3  # mean spell (assumed)
OVER_BY_MONDAY: Final = 0.6  # the share of spells, of those that reach a weekend, that end with it (assumed)
LONGER_SPELLS: Final = 9.0  # how much longer spells are for those who miss more, days for each whole share (assumed)
NEEDS: Final = {"E": (0.05, 1.55), "K": (0.14, 1.2), "": (0.81, 0.92)}  # share of pupils; their absence over the mean

# Of a half term's weeks: the first, those between, the last but one, and the last.
POSITIONS: Final[dict[Kind, tuple[float, float, float, float]]] = {
    Kind.ILLNESS: (0.82, 0.99, 1.04, 1.17),
    Kind.HOLIDAY: (1.27, 0.74, 0.92, 1.67),
    Kind.OTHER: (0.92, 0.96, 1.00, 1.22),
}

PRIMARY: Final = PhaseShape(
    with_meals=Mixture(0.856, 1.590, 20.29, 0.719, 3.182),
    without_meals=Mixture(0.913, 1.453, 29.04, 0.301, 2.890),
    thinned=0.84,
    severe=0.006,
    mean=0.0528,
    left_to_spells=0.69,
    truant_base=0.08,
    truant_growth=0.8,
    truant_days=1.6,
    half_days=0.1,
    late=0.0112,
    late_in_the_morning=0.9,
    after_close=Spread(0.148, 4.0),
    medical=0.00272,
    leave=0.00367,
    holiday=Spread(0.232, 8.9),
    religious=0.05,
    excluded=Spread(0.012, 10.3),
    reduced=Spread(0.010, 46),
    sport=0.00085,
    trips=0.00733,
    off_site=0.00191,
    year_factors={-1: 1.35, 0: 1.25, 1: 1.12, 2: 1.0, 3: 0.96, 4: 0.96, 5: 0.97, 6: 0.97},
    weekdays={
        "ordinary": (1.044, 0.938, 0.920, 0.932, 1.166),
        "last": (1.001, 0.871, 0.874, 0.971, 1.283),
        "first": (1.126, 0.941, 0.879, 0.885, 1.170),
    },
    levels={
        Kind.ILLNESS: (2.5, 3.6, 3.3, 2.9, 2.3, 2.3),
        Kind.HOLIDAY: (0.60, 0.46, 0.35, 0.37, 0.73, 0.91),
        Kind.OTHER: (1, 1, 1, 1, 1, 1),
    },
)

SECONDARY: Final = PhaseShape(
    with_meals=Mixture(0.692, 1.531, 16.48, 0.775, 1.783),
    without_meals=Mixture(0.821, 1.481, 24.73, 0.383, 1.863),
    thinned=0.79,
    severe=0.022,
    mean=0.0849,
    left_to_spells=0.75,
    truant_base=0.12,
    truant_growth=0.8,
    truant_days=1.6,
    half_days=0.3,
    late=0.0279,
    late_in_the_morning=0.78,
    after_close=Spread(0.177, 6.0),
    medical=0.00376,
    leave=0.00426,
    holiday=Spread(0.127, 9.8),
    religious=0.05,
    excluded=Spread(0.079, 14.3),
    reduced=Spread(0.034, 33),
    sport=0.00142,
    trips=0.00729,
    off_site=0.003,
    year_factors={7: 0.75, 8: 0.95, 9: 1.07, 10: 1.1, 11: 1.13, 12: 0.8, 13: 0.8},
    weekdays={
        "ordinary": (0.962, 0.951, 0.967, 0.978, 1.142),
        "last": (0.911, 0.895, 0.915, 0.966, 1.313),
        "first": (0.979, 0.935, 0.945, 0.971, 1.170),
    },
    levels={
        Kind.ILLNESS: (7.2, 8.8, 8.3, 8.8, 9.0, 9.6),
        Kind.HOLIDAY: (0.60, 0.46, 0.35, 0.37, 0.73, 0.91),
        Kind.OTHER: (7.2, 8.8, 8.3, 8.8, 9.0, 9.6),
    },
)


def shape_of(phase: str) -> PhaseShape:
    """Return a phase's figures."""
    return PRIMARY if phase == "primary" else SECONDARY
