"""The units of one tier, and how they are found by name."""

import datetime as dt
from collections import defaultdict
from functools import cached_property

from dashboard.units import names
from dashboard.units.unit import Unit

_LONG_AGO = dt.date.min


class Shelf:
    """The units of a tier: those that live and those that ended apart, so that a question about today does not walk through the past.

    Indexes of names are made when they are first asked for: most processes ask by key and by code, and folding 14,000 names takes longer
    than reading them.
    """

    def __init__(self) -> None:
        """An empty shelf; `put` fills it before it is shared."""
        self._living: list[Unit] = []
        self._ended: list[Unit] = []
        self._last_end = _LONG_AGO

    def put(self, unit: Unit) -> None:
        """Add a unit."""
        if unit.valid_to is None:
            self._living.append(unit)
        else:
            self._ended.append(unit)
            self._last_end = max(self._last_end, unit.valid_to)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of all of them, of every time."""
        return tuple(unit.key for unit in (*self._ended, *self._living))

    @cached_property
    def changes(self) -> tuple[dt.date, ...]:
        """The days on which any of them began, or was no more; in order."""
        begun = {unit.valid_from for unit in (*self._ended, *self._living)}
        return tuple(sorted(begun | {unit.valid_to + dt.timedelta(days=1) for unit in self._ended if unit.valid_to is not None}))

    def on(self, day: dt.date) -> list[Unit]:
        """Those that existed on the day, in no order."""
        pool = self._living if day > self._last_end else [*self._living, *self._ended]
        return [unit for unit in pool if unit.valid(day)]

    def named(self, folded: str, since: dt.date) -> list[Unit]:
        """Those of that folded name that may have existed on some day from `since` on."""
        living = self._living_names.get(folded, [])
        return living if since > self._last_end else [*living, *self._ended_names.get(folded, ())]

    @cached_property
    def _living_names(self) -> dict[str, list[Unit]]:
        return _index(self._living)

    @cached_property
    def _ended_names(self) -> dict[str, list[Unit]]:
        return _index(self._ended)


def _index(units: list[Unit]) -> dict[str, list[Unit]]:
    index: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for name in names.names_of(unit):
            index[name].append(unit)
    return dict(index)
