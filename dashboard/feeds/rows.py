"""Feeds that are rows of `data/feeds.toml`: systems that push, and systems that are asked over HTTP, by SQL or by the portal's protocol."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.catalog import Catalog
from dashboard.errors import ConfigurationError
from dashboard.feeds import handed_in, portal, pushed, rest, secrets, sql
from dashboard.feeds.base import Change, Expected, Feed, nothing
from dashboard.feeds.dossiers import ORDER, Codes
from dashboard.observations import Provenance
from dashboard.workbooks.reports import FILE as REPORTS
from dashboard.workbooks.reports import Report, load_reports

FILE: Final = "feeds.toml"
BUCKETS: Final = frozenset({"waiting", "working", "paused", "finished", "not_counted"})
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Expect(BaseModel):
    """What a source must keep to: units that it brings at least, bounds of a cell by measure, and by how much (as a share) the sum of a
    measure may differ from what stands."""

    model_config = _STRICT

    at_least: Annotated[int, Field(ge=0, le=20_000)] = 1
    ranges: Mapping[str, tuple[float, float]] = Field(default_factory=dict)
    changes: Mapping[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


class Row(BaseModel):
    """What every table of the file says. A feed that is live is silent when nothing came for `silent_after_minutes` of office hours."""

    model_config = _STRICT

    name_vi: Annotated[str, Field(min_length=1)]
    publisher: Annotated[str, Field(min_length=1)]
    provenance: Provenance
    silent_after_minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None
    expect: Expect = Expect()


class Push(BaseModel):
    """`measures` are those that this feed, and no other of the file, may state."""

    model_config = _STRICT

    kind: Literal["push"] = "push"
    measures: Annotated[tuple[str, ...], Field(min_length=1)]


class CodesRow(BaseModel):
    """`data/dossiers.toml`."""

    model_config = _STRICT

    class Payment(BaseModel):
        """Codes that mean "paid online"."""

        model_config = _STRICT

        online: tuple[str, ...]

    buckets: Mapping[str, tuple[str, ...]]
    payment: Payment


Door = Push | rest.Rest | sql.Sql | portal.Door
_DOORS: Final[Mapping[str, type[Push | rest.Rest | sql.Sql | portal.Door]]] = {
    "push": Push,
    "rest": rest.Rest,
    "sql": sql.Sql,
    "portal": portal.Door,
}


def load_rows(folder: Path, catalog: Catalog) -> Mapping[str, Feed]:
    """The feeds of the file in `data/`, by key; none without the file. Raises ConfigurationError naming file, table and field."""
    read = {key: _row(key, fields) for key, fields in _tables(folder / FILE).items()}
    _check_measures(read, catalog)
    reports = load_reports(folder, catalog)
    _check_reports(reports, read)
    feeds = {key: _feed(key, row, door, folder) for key, (row, door) in sorted(read.items())}
    return MappingProxyType({key: handed_in.also(feed, reports) for key, feed in feeds.items()})


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"data/{path.name}: cannot be read: {error}") from error


def _row(key: str, fields: Any) -> tuple[Row, Door]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key) or not isinstance(fields, dict):
        raise ConfigurationError(f"data/{FILE}: [{key}]: a feed's key is made of a-z, 0-9 and _, and names a table")
    kind = fields.get("kind", "push")
    if kind not in _DOORS:
        raise ConfigurationError(f"data/{FILE}: [{key}] kind: “{kind}” is none of {', '.join(_DOORS)}")
    common = {name: value for name, value in fields.items() if name in Row.model_fields}
    try:
        row = Row.model_validate(common)
        door = _DOORS[kind].model_validate({name: value for name, value in fields.items() if name not in common})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ConfigurationError(f"data/{FILE}: [{key}] {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if isinstance(door, portal.Door) and "expect" in common:
        raise ConfigurationError(f"data/{FILE}: [{key}.expect]: dossiers are counted, not stated, so nothing can be expected of a source")
    _check_secrets(key, door)
    return row, door


def _check_secrets(key: str, door: Door) -> None:
    """A secret stands where it is referred to, never in a file that is in git."""
    named = [("username", door.username), ("password", door.password)] if isinstance(door, portal.Door) else []
    named += door.secrets() if isinstance(door, rest.Rest | sql.Sql) else []
    for field, text in named:
        if not secrets.is_reference(text):
            raise ConfigurationError(f"data/{FILE}: [{key}] {field}: a secret is never written here: say env:NAME or file:/path")
    address = [] if isinstance(door, Push) else [("address", door.address)]
    for field, text in [*named, *address]:
        if fault := secrets.fault(text) if secrets.is_reference(text) else "":
            raise ConfigurationError(f"data/{FILE}: [{key}] {field}: {fault}")


def _measures(door: Door) -> tuple[str, ...]:
    """Those that a row may state; the portal's are counted, not stated."""
    if isinstance(door, Push):
        return door.measures
    return () if isinstance(door, portal.Door) else tuple(dict.fromkeys(cell.measure for cell in door.cells))


def _check_measures(rows: Mapping[str, tuple[Row, Door]], catalog: Catalog) -> None:
    owner: dict[str, str] = {}
    for key, (row, door) in rows.items():
        for measure in (*_measures(door), *row.expect.ranges, *row.expect.changes):
            if measure not in catalog.measures:
                raise ConfigurationError(f"data/{FILE}: [{key}] measures: “{measure}” is declared nowhere")
        for measure in _measures(door):
            if owner.setdefault(measure, key) != key:
                raise ConfigurationError(f"data/{FILE}: [{key}] measures: “{measure}” belongs to [{owner[measure]}] already")


def _check_reports(reports: Mapping[str, Report], rows: Mapping[str, tuple[Row, Door]]) -> None:
    """A report lands by a row of this file, and brings what that may state."""
    for report in reports.values():
        door = rows[report.feed][1] if report.feed in rows else None
        if not isinstance(door, Push):
            raise ConfigurationError(f"data/{REPORTS}: [{report.key}] feed: “{report.feed}” is no feed of data/{FILE} that others send to")
        if strange := {column.measure for column in report.columns} - set(door.measures):
            raise ConfigurationError(f"data/{REPORTS}: [{report.key}] columns: {min(strange)} is no measure of the feed {report.feed}")


def _feed(key: str, row: Row, door: Door, folder: Path) -> Feed:
    changes = tuple(Change(measure, most) for measure, most in row.expect.changes.items())
    base = Feed(
        key=key,
        name_vi=row.name_vi,
        publisher=row.publisher,
        provenance=row.provenance,
        every=None,
        fetch=nothing,
        parse=partial(pushed.parse, frozenset(_measures(door))),
        excerpt=pushed.excerpt,
        at_least=row.expect.at_least,
        silent_after=timedelta(minutes=row.silent_after_minutes) if row.silent_after_minutes else None,
        is_pushed=isinstance(door, Push),
        expected=Expected(row.expect.ranges, changes),
        compose=pushed.compose,
    )
    if isinstance(door, rest.Rest):
        return rest.make(base, door)
    if isinstance(door, sql.Sql):
        return sql.make(base, door)
    return portal.make(base, door, load_codes(portal.codes_file(folder))) if isinstance(door, portal.Door) else base


def load_codes(path: Path) -> Codes:
    """What the portal's codes mean. Raises ConfigurationError."""
    try:
        row = CodesRow.model_validate(_tables(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ConfigurationError(f"data/{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if unknown := row.buckets.keys() ^ BUCKETS:
        raise ConfigurationError(
            f"data/{path.name}: [buckets]: there are {', '.join(sorted(BUCKETS))}; look at {', '.join(sorted(unknown))}"
        )
    listed = [code for codes in row.buckets.values() for code in codes]
    if sorted(listed) != sorted(ORDER):
        raise ConfigurationError(f"data/{path.name}: [buckets]: each status from 1 to 10 stands in one bucket")
    return Codes(MappingProxyType({code: bucket for bucket, codes in row.buckets.items() for code in codes}), frozenset(row.payment.online))
