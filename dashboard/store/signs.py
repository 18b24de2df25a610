"""Signs of formalism in the store: the counts that they are judged by, and who dismissed which with what reason.

Every function may raise StoreUnavailable. A dismissal raises a data version of its own, so that pages that show signs are drawn anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Identity, Index, Table, Text, func, insert, select, text

from dashboard.store import Store
from dashboard.store.accounts import AuditEntry, person, write_audit
from dashboard.store.runs import next_version
from dashboard.store.schema import metadata

VERSIONED = "signs"
"""The name under which a change of dismissals is counted beside those of feeds, and under which they are read."""

sign_dismissal = Table(
    "sign_dismissal",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rule", Text, nullable=False, comment="a table of data/signs.toml"),
    Column("unit", Text, nullable=False),
    Column("dismissed", Boolean, nullable=False, comment="false: taken up again by hand"),
    Column("through", Date, nullable=False, comment="the last day of the evidence that was looked at"),
    Column("reason", Text, nullable=False),
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="SET NULL")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index("ix_sign_dismissal_rule_unit", "rule", "unit", text("id DESC")),
)


@dataclass(frozen=True, slots=True)
class Dismissal:
    """The last word on a sign: put aside for what was seen `through` a day, or taken up again; `who` is the name that somebody goes by."""

    rule: str
    unit: str
    dismissed: bool
    through: date
    reason: str
    who: str
    at: datetime


# Newest value of each cell, then all details of a day together; one walk along the cell's index, however many revisions there are.
_DAILY = text(
    """
    SELECT unit, array_agg(period) AS days, array_agg(value) AS counts FROM (
      SELECT unit, period, sum(value) AS value FROM (
        SELECT DISTINCT ON (period, unit, detail) period, unit, detail, value FROM observation
        WHERE measure = :measure AND period >= :first AND period <= :last AND length(period) = 10 AND unit = ANY (:units)
          AND (CAST(:as_of AS timestamptz) IS NULL OR recorded_at <= :as_of)
        ORDER BY period, unit, detail, id DESC) AS newest
      GROUP BY unit, period) AS by_day
    GROUP BY unit
    """
)


def daily(
    store: Store, measure: str, units: Iterable[str], days: tuple[date, date], as_of: datetime | None = None
) -> dict[str, dict[date, float]]:
    """By unit and day from the first to the last of two: what was told of a measure, all details added up; a day not told is not there."""
    asked = {"measure": measure, "first": days[0].isoformat(), "last": days[1].isoformat(), "units": list(units), "as_of": as_of}
    with store.transaction([measure]) as connection:
        rows = connection.execute(_DAILY, asked).all()
    return {row.unit: dict(zip(map(date.fromisoformat, row.days), row.counts, strict=True)) for row in rows}


def dismissals(store: Store, as_of: datetime | None = None) -> dict[tuple[str, str], Dismissal]:
    """The last word on each sign, by rule and unit, that was ever dismissed."""
    table = sign_dismissal
    name = func.coalesce(person.c.display_name, "").label("who")
    columns = (table.c.rule, table.c.unit, table.c.dismissed, table.c.through, table.c.reason, name, table.c.at)
    statement = select(*columns).join_from(table, person, isouter=True).order_by(table.c.id)
    if as_of is not None:
        statement = statement.where(table.c.at <= as_of)
    with store.transaction([VERSIONED]) as connection:
        return {(row.rule, row.unit): Dismissal(**row._mapping) for row in connection.execute(statement)}


def write_dismissal(store: Store, one: Dismissal, person_id: int, entry: AuditEntry) -> None:
    """Writes the last word on a sign (its `who` and `at` are not looked at) with its audit row."""
    fields = {"rule": one.rule, "unit": one.unit, "dismissed": one.dismissed, "through": one.through, "reason": one.reason}
    with store.transaction() as connection:
        connection.execute(insert(sign_dismissal).values(**fields, person_id=person_id))
        write_audit(connection, entry)
        next_version(connection, VERSIONED)
