"""A country of two regions and four provinces, one ministry, and a feed of letters: small enough to be reckoned in the head."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

from sqlalchemy import text

from dashboard.observations import Entry, Event, Observation, Parsed, Rules, Tally
from dashboard.periods import Grain, Period
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.ledger import Counting
from dashboard.store.write import Landing, Origin, land

REGION = {"an": "north", "binh": "north", "cong": "south", "dong": "south"}
ABOVE = {**{province: (region, "vn") for province, region in REGION.items()}, "ministry": ("vn",)}
MEASURES: dict[str, tuple[str, int | None]] = {
    "sent": ("flow", None),
    "signed": ("flow", None),
    "hours": ("histogram", None),
    "connected": ("stock", None),
    "reported": ("flow", 14),
    "enrolled": ("stock", 14),
}
FOLDING = Folding(
    frozenset((key, kind, closes) for key, (kind, closes) in MEASURES.items()),
    frozenset((unit, above) for unit, all_above in ABOVE.items() for above in all_above),
)
FoldRules = Mapping[str, tuple[str, int | None]]
"""Measure → how it folds, and the day on which its months close."""
Cell = tuple[str, str, str, str]
"""Measure, unit, period, detail."""


def settle(store: Store) -> Store:
    """The store, told how this country folds."""
    remember_folding(store, FOLDING)
    return store


def empty(store: Store) -> None:
    """Forgets all figures, not how they fold."""
    with store.transaction() as connection:
        connection.execute(text("TRUNCATE observation, feed_run, quarantine, ledger, rollup, told, data_version, feed_state"))


def origin(source: str = "batch", feed: str = "letters") -> Origin:
    """Where a batch of this country comes from."""
    return Origin(feed, source, "0" * 64, datetime.now(UTC), "simulated")


def tally_letter(entry: Entry, days_off: frozenset[date]) -> tuple[Tally, ...]:
    """A letter counts on the day it was first sent, as sent or as recalled; signed ones twice over; none on a day off."""
    known = entry.attributes
    if "sent" not in known:
        return ()
    day = date.fromisoformat(str(known["sent"])[:10])
    if day in days_off:
        return ()
    detail = f"tier={known.get('tier', 'province')}"
    if known.get("recalled") is True:
        return (Tally("recalled", entry.unit, day, detail),)
    counted = [Tally("sent", entry.unit, day, detail)]
    if known.get("signed") is True:
        counted += [Tally("signed", entry.unit, day, detail), Tally("pages", entry.unit, day, "", float(known.get("pages", 1)))]
    return tuple(counted)


LETTERS = Counting(Rules(tally_letter, frozenset({"sent"})), frozenset({date(2026, 9, 2)}))


def letter(key: str, unit: str, second: int, record: str = "", **attributes: str | float | bool) -> Event:
    """What is said of a letter, so many seconds into 1 October 2026."""
    return Event(key, unit, datetime(2026, 10, 1, 0, 0, second, tzinfo=UTC), attributes, record)


def post(store: Store, *events: Event, source: str = "batch") -> Landing:
    """Lands what is said of letters."""
    return land(store, origin(source), Parsed(events=events), LETTERS)


def state(store: Store, *cells: Observation, source: str = "batch") -> Landing:
    """Lands statements of whole values."""
    return land(store, origin(source, "statements"), Parsed(cells))


def standing(store: Store) -> dict[Cell, float]:
    """The current value of every cell."""
    newest = "SELECT DISTINCT ON (measure, unit, period, detail) * FROM observation ORDER BY measure, unit, period, detail, id DESC"
    with store.transaction() as connection:
        return {(row.measure, row.unit, row.period, row.detail): row.value for row in connection.execute(text(newest))}


def table(store: Store, name: str) -> list[tuple[object, ...]]:
    """All rows of a table, as text, in one order."""
    with store.transaction() as connection:
        return sorted(tuple(map(str, row)) for row in connection.execute(text(f"SELECT * FROM {name}")))


def reckoned(cells: Mapping[Cell, float], asked: Iterable[str], folding: Folding = FOLDING) -> dict[Cell, float]:
    """What `folded` must give, reckoned plainly from the current cells by the words of its docstring."""
    found: dict[Cell, float] = {}
    rules = {measure: (kind, closes) for measure, kind, closes in folding.measures}
    lines = {(measure, unit, detail) for measure, unit, _, detail in cells}
    for text_of_period in asked:
        period = Period.parse(text_of_period)
        own = {line: value for line in lines if (value := _own(cells, line, period, rules)) is not None}
        sums: defaultdict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
        for (measure, unit, detail), value in own.items():
            for above in (above for inner, above in folding.above if inner == unit and measure in rules):
                sums[measure, above, detail] += _exact(value)
        for (measure, unit, detail), exact in {**sums, **own}.items():
            found[measure, unit, str(period), detail] = float(exact)
    return found


def _own(cells: Mapping[Cell, float], line: tuple[str, str, str], period: Period, rules: FoldRules) -> float | Fraction | None:
    measure, unit, detail = line
    stated = cells.get((measure, unit, str(period), detail))
    if stated is not None or measure not in rules or period.grain is Grain.DAY:
        return stated
    kind, closes = rules[measure]
    known: list[tuple[date, float | Fraction]]
    if period.grain is Grain.MONTH:
        known = [
            (day, _exact(value))
            for (m, u, notation, d), value in cells.items()
            if (m, u, d) == line and len(notation) == 10 and _month(day := date.fromisoformat(notation), closes) == period
        ]
    else:
        parts = [Period.of(Grain.MONTH, date(period.first_day.year, month, 1)) for month in range(1, 13)]
        known = [(one.first_day, value) for one in parts if period.contains(one) and (value := _own(cells, line, one, rules)) is not None]
    if not known:
        return None
    if kind == "stock" or len(known) == 1:
        return max(known)[1]
    return sum((_exact(value) for _, value in known), Fraction(0))


def _month(day: date, closes: int | None) -> Period:
    month = Period.of(Grain.MONTH, day)
    return month if closes is None or day.day <= closes else Period.of(Grain.MONTH, month.end_day)


def _exact(value: float | Fraction) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(f"{value:.15g}")
