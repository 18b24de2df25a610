"""How measures and units fold, as the store remembers it: what sums are kept by, today and as of a past instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from psycopg import Connection as Wire

from dashboard.catalog import Catalog
from dashboard.store import Store, told
from dashboard.store.rollup import Rule, lock_rollups, renew
from dashboard.store.wire import make_stages, run, wire_of
from dashboard.units import UnitRegistry
from dashboard.units.unit import Tier

FOLDING = ("flow", "histogram", "stock")
"""Kinds of measures that fold; distinct, official and fact never do."""


@dataclass(frozen=True)
class Folding:
    """The rules of the measures that fold, as (measure, kind, closing day); and pairs of a unit and one in whose sums it counts."""

    measures: frozenset[tuple[str, str, int | None]]
    above: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, catalog: Catalog, units: UnitRegistry) -> Self:
        """As the definitions have it: a province counts in its region and in the nation, an agency of the centre in the nation."""
        measures = catalog.measures.values()
        return cls(frozenset((one.key, one.kind, one.closes_day) for one in measures if one.kind in FOLDING), frozenset(_above(units)))


def remember_folding(store: Store, folding: Folding) -> bool:
    """Stores how things fold when that differs from what is known, and makes the sums it touches anew; whether it did.

    All in one transaction: nobody ever reads sums that were made by other rules than those that stand.
    """
    with store.transaction() as connection:
        wire = wire_of(connection)
        lock_rollups(wire, alone=True)
        old = Folding(
            frozenset(run(wire, "SELECT measure, kind, closes_day FROM fold_measure WHERE until IS NULL")),
            frozenset(run(wire, "SELECT unit, above FROM fold_unit WHERE until IS NULL")),
        )
        if old == folding:
            return False
        touched = {one[0] for one in (old.measures ^ folding.measures if old.above == folding.above else old.measures | folding.measures)}
        _replace(wire, old, folding)
        # Every landing joins them: the planner must not take them for empty.
        run(wire, "ANALYZE fold_measure, fold_unit")
        _renew(wire, touched, folding)
        if old.above != folding.above:
            told.renew(wire)
        return True


def _renew(wire: "Wire[tuple[Any, ...]]", touched: set[str], folding: Folding) -> None:
    rules = {measure: Rule(kind == "stock", closes) for measure, kind, closes in folding.measures}
    make_stages(wire)
    for measure in sorted(touched):
        renew(wire, measure, rules.get(measure))


_MEASURES_GONE = "UPDATE fold_measure SET until = %(at)s WHERE until IS NULL AND measure = ANY(%(gone)s)"
_MEASURE_COME = "INSERT INTO fold_measure (measure, since, kind, closes_day) VALUES (%(measure)s, %(at)s, %(kind)s, %(closes)s)"
_UNITS_GONE = """
    UPDATE fold_unit f SET until = %(at)s FROM unnest(%(unit)s::text[], %(above)s::text[]) AS n (unit, above)
    WHERE f.until IS NULL AND (f.unit, f.above) = (n.unit, n.above)
    """
_UNITS_COME = """
    INSERT INTO fold_unit (unit, above, since)
    SELECT n.unit, n.above, %(at)s FROM unnest(%(unit)s::text[], %(above)s::text[]) AS n (unit, above)
    """


def _replace(wire: "Wire[tuple[Any, ...]]", old: Folding, new: Folding) -> None:
    # One instant ends the old and begins the new: as of no instant is there neither.
    (at,) = run(wire, "SELECT clock_timestamp()").fetchone() or (None,)
    run(wire, _MEASURES_GONE, {"at": at, "gone": [measure for measure, _, _ in old.measures - new.measures]})
    for measure, kind, closes in new.measures - old.measures:
        run(wire, _MEASURE_COME, {"at": at, "measure": measure, "kind": kind, "closes": closes})
    for statement, pairs in ((_UNITS_GONE, old.above - new.above), (_UNITS_COME, new.above - old.above)):
        run(wire, statement, {"at": at, "unit": [unit for unit, _ in pairs], "above": [above for _, above in pairs]})


def _above(units: UnitRegistry) -> Iterator[tuple[str, str]]:
    for unit in units.all():
        parent = units.get(unit.parent) if unit.parent is not None else None
        if unit.tier is Tier.PROVINCE or (unit.tier is Tier.DEPARTMENT and parent is not None and parent.tier is Tier.NATION):
            while parent is not None:
                yield unit.key, parent.key
                parent = units.get(parent.parent) if parent.parent is not None else None
