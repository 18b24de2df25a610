"""What is known of each subject of an event feed, and what that adds to which cells.

However often, in whatever order and in whatever batches the same statements arrive, the ledger and the sums of its tallies are the same in
the end: of each attribute the latest statement counts (the greater value when two were made at one instant), of those named `earliest` the
smallest value. A subject's name is kept as a keyed hash only.
"""

import hashlib
import json
import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import Connection as Wire

from dashboard.errors import FeedError
from dashboard.observations import Attribute, Entry, Event, Rules, Tally
from dashboard.store import Store
from dashboard.store.cells import CellKey, Counted
from dashboard.store.wire import run, wire_of

HASH_BYTES = 16
_UNIT = ""  # the name under which an entry keeps its unit, beside those of its attributes
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))  # `json.dumps` would make one for each entry
_MOST = 2**53  # whole numbers up to here are exact in a float

Known = dict[str, list[Any]]
"""Name to [value, instant]."""
Tallied = list[list[Any]]
"""[measure, unit, period, detail, value], in that order."""


@dataclass(frozen=True)
class Counting:
    """How a feed's events become figures: its rules, and the days off that these ask for."""

    rules: Rules
    days_off: frozenset[date]


@dataclass(slots=True)
class Page:
    """One subject while a batch is entered: what is known, what was counted, and the record that last changed it."""

    known: Known
    tallies: Tallied
    record: str = ""
    is_changed: bool = False


_SELECT = "SELECT subject, entry, tallies FROM ledger WHERE feed = %(feed)s AND subject = ANY(%(subjects)b::bytea[])"
_UPSERT = """
    INSERT INTO ledger (feed, subject, entry, tallies)
    SELECT %(feed)s, n.subject, n.entry::json, n.tallies::json
    FROM unnest(%(subject)b::bytea[], %(entry)b::text[], %(tallies)b::text[]) AS n (subject, entry, tallies)
    ON CONFLICT (feed, subject) DO UPDATE SET entry = excluded.entry, tallies = excluded.tallies
    """


def enter(wire: "Wire[tuple[Any, ...]]", feed: str, events: Iterable[Event], counting: Counting) -> Counted:
    """Enters events into the ledger and tells what that adds to which cells.

    The caller holds the feed's lock. Raises FeedError for an attribute that is no number, and for a tally that is no whole number from 0.
    """
    key = _hash_key(wire)
    subjects = [(_hash(event.key, key), event) for event in events]
    pages = _read(wire, feed, {subject for subject, _ in subjects})
    rules = counting.rules
    news = [event.record for subject, event in subjects if _merge(pages.setdefault(subject, Page({}, [])), event, rules.earliest)]
    changed = {subject: page for subject, page in pages.items() if page.is_changed}
    cells: dict[CellKey, tuple[int, str]] = {}
    for page in changed.values():
        fresh = tallies_of(page.known, counting)
        if fresh != page.tallies:
            _add(cells, page, fresh)
            page.tallies = fresh
    save(wire, feed, {subject: (page.known, page.tallies) for subject, page in changed.items()})
    return Counted({cell: more for cell, more in cells.items() if more[0]}, len(subjects) - len(news), frozenset(news))


def tallies_of(known: Known, counting: Counting) -> Tallied:
    """What an entry adds to which cells, in their order. Raises FeedError for what is no whole number from 0."""
    attributes: dict[str, Attribute] = {name: value for name, (value, _) in known.items() if name != _UNIT}
    counted = counting.rules.tally(Entry(known[_UNIT][0], attributes), counting.days_off)
    return sorted([one.measure, one.unit, one.period, one.detail, _whole(one)] for one in counted)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the ledger knows of one subject: its keyed hash in hex, name to value ("" names the unit), and what that adds to which cells."""

    digest: str
    known: Mapping[str, Attribute]
    tallies: tuple[Tally, ...]


def subjects(store: Store, feed: str, keys: Iterable[str]) -> dict[str, Subject]:
    """By name: the subjects of a feed that are in the ledger. Raises StoreUnavailable."""
    with store.transaction([]) as connection:
        wire = wire_of(connection)
        row = wire.execute("SELECT key FROM ledger_key").fetchone()
        hashed = {_hash(key, bytes(row[0])): key for key in keys} if row else {}
        rows = run(wire, _SELECT, {"feed": feed, "subjects": list(hashed)}) if hashed else ()
        return {hashed[bytes(subject)]: _subject(bytes(subject), known, tallied) for subject, known, tallied in rows}


def _subject(subject: bytes, known: Known, tallied: Tallied) -> Subject:
    tallies = tuple(Tally(measure, unit, date.fromisoformat(day), detail, value) for measure, unit, day, detail, value in tallied)
    return Subject(subject.hex(), {name: value for name, (value, _) in known.items()}, tallies)


def save(wire: "Wire[tuple[Any, ...]]", feed: str, entries: Mapping[bytes, tuple[Known, Tallied]]) -> None:
    """Writes entries with their tallies."""
    if entries:
        entry = [_ENCODER.encode(known) for known, _ in entries.values()]
        tallies = [_ENCODER.encode(tallied) for _, tallied in entries.values()]
        run(wire, _UPSERT, {"feed": feed, "subject": list(entries), "entry": entry, "tallies": tallies})


def hash_key(store: Store) -> bytes:
    """The secret of this database, under which names are kept as hashes. Raises StoreUnavailable."""
    with store.transaction() as connection:
        return _hash_key(wire_of(connection))


def _hash_key(wire: "Wire[tuple[Any, ...]]") -> bytes:
    for _ in range(2):
        if row := wire.execute("SELECT key FROM ledger_key").fetchone():
            return bytes(row[0])
        wire.execute("INSERT INTO ledger_key (key) VALUES (%s) ON CONFLICT DO NOTHING", [secrets.token_bytes(32)])
    raise FeedError("the ledger has no key")


def _hash(subject: str, key: bytes) -> bytes:
    return hashlib.blake2b(subject.encode(errors="surrogatepass"), key=key, digest_size=HASH_BYTES).digest()


def _read(wire: "Wire[tuple[Any, ...]]", feed: str, subjects: set[bytes]) -> dict[bytes, Page]:
    rows = run(wire, _SELECT, {"feed": feed, "subjects": list(subjects)})
    return {bytes(subject): Page(known, tallies) for subject, known, tallies in rows}


def _merge(page: Page, event: Event, earliest: frozenset[str]) -> bool:
    """Takes a statement into what is known; whether it said anything new."""
    at = (event.at - _EPOCH) // _MICROSECOND
    known, news = page.known, False
    for name, value in ((_UNIT, event.unit), *event.attributes.items()):
        old = known.get(name)
        if name in earliest:
            counts = old is None or _order(value) < _order(old[0])
            stated = 0
        else:
            counts = old is None or at > old[1] or (at == old[1] and _order(value) > _order(old[0]))
            stated = at
        if counts:
            known[name] = [_finite(value, name), stated]
            news = True
    if news:
        page.is_changed, page.record = True, event.record or page.record
    return news


def _order(value: Attribute) -> tuple[int, Attribute, bool]:
    """One order for all values, in which only equal ones are equal: truths, then numbers, then texts."""
    rank = 0 if isinstance(value, bool) else 2 if isinstance(value, str) else 1
    return rank, value, isinstance(value, float)


def _finite(value: Attribute, name: str) -> Attribute:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise FeedError(f"attribute {name}: {value} is no number")
        return value + 0.0  # the two zeros are one
    return value


def _whole(tally: Tally) -> int:
    if not (0 <= tally.value < _MOST and float(tally.value).is_integer()):
        raise FeedError(f"{tally.measure} of {tally.unit}, {tally.day}: a count is a whole number from 0, not {tally.value}")
    return int(tally.value)


def _add(cells: dict[CellKey, tuple[int, str]], page: Page, fresh: Tallied) -> None:
    for sign, tallied in ((-1, page.tallies), (1, fresh)):
        for measure, unit, period, detail, value in tallied:
            cell = (measure, unit, period, detail)
            before, record = cells.get(cell, (0, page.record))
            cells[cell] = (before + sign * value, record)
