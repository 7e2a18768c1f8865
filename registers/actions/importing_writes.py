"""Rows to add, change and remove, gathered over many pupils and written a table at a time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.db import models

from registers.models import Characteristic, Contact, Group, GroupMember, Pupil, PupilYear, RollPeriod

# What others point at comes first.
TABLES: Final[Sequence[type[models.Model]]] = (
    Pupil, Group, RollPeriod, PupilYear, GroupMember, Characteristic, Contact,
)  # fmt: skip


class Writes:
    """What a batch of rows will write: three statements a table at most."""

    def __init__(self) -> None:
        self._added: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._changed: dict[type[models.Model], dict[int, models.Model]] = defaultdict(dict)
        self._fields: dict[type[models.Model], set[str]] = defaultdict(set)
        self._removed: dict[type[models.Model], list[int]] = defaultdict(list)

    def add(self, row: models.Model) -> None:
        """Have a row added."""
        self._added[type(row)].append(row)

    def change(self, row: models.Model, **values: Any) -> None:
        """Change a row now, and in its table later."""
        for name, value in values.items():
            setattr(row, name, value)
        if row.pk is not None:
            self._changed[type(row)][row.pk] = row
            self._fields[type(row)].update(values)

    def remove(self, row: models.Model) -> None:
        """Have a row removed: one that says nothing of any day that has been."""
        self._removed[type(row)].append(row.pk)
        self._changed[type(row)].pop(row.pk, None)

    def write(self) -> None:
        """Write everything. What ends goes before what begins, so that periods never overlap."""
        for table in TABLES:
            rows = table._default_manager
            if self._removed[table]:
                rows.filter(pk__in=self._removed[table]).delete()
            if self._changed[table]:
                rows.bulk_update(self._changed[table].values(), sorted(self._fields[table]), batch_size=500)
            if self._added[table]:
                rows.bulk_create(self._added[table], batch_size=1000)
