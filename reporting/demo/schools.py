"""The demonstration's trust and its five schools: each follows another policy, so that each is ready to take one."""

from dataclasses import dataclass
from typing import Final

from attendance_mat.trust.models import Phase

TRUST: Final = "Kestrel Vale Academies Trust"
LOCAL_AUTHORITY: Final = "Kestrelshire"


@dataclass(frozen=True)
class YearPlan:
    """A year group: its classes, and the children in each."""

    year: int
    classes: int
    size: int


@dataclass(frozen=True)
class SchoolPlan:
    """One school as the demonstration opens it."""

    number: int  # in its pupils' numbers
    slug: str
    name: str
    phase: str
    pack: str
    urn: str
    town: str
    district: str  # the first half of its postcode
    street: str
    telephone: str
    factor: float  # its absence over its phase's
    years: tuple[YearPlan, ...]

    @property
    def address(self) -> str:
        """Return the address on its letters."""
        return f"{self.street}\n{self.town}\n{LOCAL_AUTHORITY}\n{self.district} 1AA"

    @property
    def pupils(self) -> int:
        """Return how many children are meant to be on roll."""
        return sum(plan.classes * plan.size for plan in self.years)


def _years(first: int, last: int, *, classes: int, size: int) -> tuple[YearPlan, ...]:
    return tuple(YearPlan(year, classes, size) for year in range(first, last + 1))


SCHOOLS: Final = (
    SchoolPlan(
        number=4001, slug="hazel-bank", name="Hazel Bank Primary School", phase=Phase.PRIMARY, pack="aspire",
        urn="999001", town="Hazel Bank", district="KV3", street="Bramble Lane", telephone="01632 960101", factor=0.92,
        years=_years(0, 6, classes=1, size=29),
    ),
    SchoolPlan(
        number=4002, slug="otter-ford", name="Otter Ford Primary School", phase=Phase.PRIMARY, pack="hertfordshire",
        urn="999002", town="Otter Ford", district="KV5", street="Ford Street", telephone="01632 960102", factor=1.14,
        years=(*_years(0, 6, classes=2, size=27), YearPlan(-1, 1, 26)),
    ),
    SchoolPlan(
        number=4003, slug="linnet-fields", name="Linnet Fields Primary School", phase=Phase.PRIMARY, pack="advance",
        urn="999003", town="Kestrelford", district="KV1", street="Field Rise", telephone="01632 960103", factor=0.98,
        years=_years(0, 6, classes=2, size=24),
    ),
    SchoolPlan(
        number=4004, slug="sorrel-park", name="Sorrel Park Academy", phase=Phase.SECONDARY, pack="wigston",
        urn="999004", town="Sorrel Park", district="KV2", street="Park Road", telephone="01632 960104", factor=1.1,
        years=_years(7, 11, classes=6, size=26),
    ),
    SchoolPlan(
        number=4005, slug="kestrel-vale", name="Kestrel Vale High School", phase=Phase.SECONDARY, pack="john_taylor",
        urn="999005", town="Kestrelford", district="KV1", street="Vale Avenue", telephone="01632 960105", factor=0.93,
        years=(*_years(7, 11, classes=8, size=26), YearPlan(12, 4, 24), YearPlan(13, 4, 21)),
    ),
)  # fmt: skip


def smaller(plan: SchoolPlan) -> SchoolPlan:
    """Return the school with one class of eight in each year, for tests."""
    years = tuple(YearPlan(row.year, classes=1, size=8) for row in plan.years)
    return SchoolPlan(**{**vars(plan), "years": years})


def plans(*, small: bool) -> tuple[SchoolPlan, ...]:
    """Return the five schools; or, small, the primary with a nursery and the secondary with a sixth form."""
    return (smaller(SCHOOLS[1]), smaller(SCHOOLS[4])) if small else SCHOOLS
