"""The tables behind live figures: what is known of each subject, sums of inner units and which periods these were told in, how measures
fold, whose figures a feed holds."""

from sqlalchemy import Boolean, Column, DateTime, LargeBinary, Numeric, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSON

from dashboard.store.schema import metadata

# Rows that are written over and over keep room on their page, so that a new version needs no new index entry.
_ROOM = {"fillfactor": "80"}

ledger = Table(
    "ledger",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("subject", LargeBinary, primary_key=True, comment="keyed hash of the subject's name, 16 bytes"),
    # Not jsonb: texts from outside may hold what jsonb refuses (a zero character), and nobody asks inside.
    Column("entry", JSON, nullable=False, comment="name to [value, instant of the statement in microseconds since 1970]; '' is the unit"),
    Column("tallies", JSON, nullable=False, comment="[measure, unit, day, detail, value] as last counted"),
    postgresql_with=_ROOM,
)

ledger_key = Table(
    "ledger_key",
    metadata,
    Column("only", Boolean, primary_key=True, server_default="true"),
    Column("key", LargeBinary, nullable=False, comment="of the hash of subjects; made once, never leaves the database"),
)

rollup = Table(
    "rollup",
    metadata,
    Column("measure", Text, primary_key=True),
    Column("period", Text, primary_key=True, comment="a day or a month"),
    Column("unit", Text, primary_key=True),
    Column("detail", Text, primary_key=True),
    Column("within", Boolean, primary_key=True, comment="true: of the units in it; false: a month, of its own days"),
    # Exact, so that what was added piece by piece equals what is summed anew.
    Column("value", Numeric, nullable=False),
    Column("upto", Text, comment="the day that a stock's month was read on"),
    Column("changed_at", DateTime(timezone=True), comment="of a month: when one of its days was last written; null: not known"),
    postgresql_with=_ROOM,
)

fold_measure = Table(
    "fold_measure",
    metadata,
    Column("measure", Text, primary_key=True),
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("until", DateTime(timezone=True), comment="null: still so"),
    Column("kind", Text, nullable=False, comment="flow, histogram or stock"),
    Column("closes_day", SmallInteger, comment="the day on which its reporting months close; null: calendar months"),
)

fold_unit = Table(
    "fold_unit",
    metadata,
    Column("unit", Text, primary_key=True),
    Column("above", Text, primary_key=True, comment="the region or nation in whose sums the unit counts"),
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("until", DateTime(timezone=True), comment="null: still so"),
)

told = Table(
    "told",
    metadata,
    Column("measure", Text, primary_key=True),
    Column("period", Text, primary_key=True, comment="one in which an inner unit was told"),
)

feed_state = Table(
    "feed_state",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("provenance", Text, nullable=False, comment="of every figure of this feed in this store"),
    Column("since", DateTime(timezone=True), nullable=False),
)
