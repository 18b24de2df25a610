"""The tables of figures: runs, raw sources, observations, quarantine, data versions, catalogs as they were.

Observations are append-only: a correction is a new row, and the current truth of a cell is its row with the highest id.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

feed_run = Table(
    "feed_run",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("source", Text, nullable=False, comment="file name or address, without secrets"),
    Column("sha256", Text, nullable=False, comment="of the raw bytes, its address in the raw store"),
    Column("request", Text, comment="the sender's own name for this batch"),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("landed", Integer, nullable=False, comment="cells that were new or changed"),
    Column("unchanged", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("error", Text, comment="why nothing landed; null when it went well"),
    Column("provenance", Text, comment="of what it brought; null: not known any more"),
    Column("spoke_for", Text, comment="the unit that its sender was bound to"),
    Column("replay_of", BigInteger, comment="the run whose bytes were read again"),
    Index("ix_feed_run_feed_finished_at", "feed", "finished_at"),
    Index("ix_feed_run_failed", "feed", "finished_at", postgresql_where=text("error IS NOT NULL")),
    Index("ix_feed_run_replay_of", "replay_of", postgresql_where=text("replay_of IS NOT NULL")),
    Index("ix_feed_run_source", "feed", "source", "id"),
    Index("uq_feed_run_request", "feed", "source", "request", unique=True, postgresql_where=text("error IS NULL")),
)

observation = Table(
    "observation",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("measure", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("value", Double, nullable=False),
    Column("run_id", BigInteger, nullable=False, comment="a feed_run, written in the same transaction"),
    Column("record", Text, nullable=False, comment="where in the source it stood"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_observation_cell", "measure", "period", "unit", "detail", text("id DESC")),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("run_id", BigInteger, ForeignKey("feed_run.id"), nullable=False),
    Column("held_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("released_at", DateTime(timezone=True), comment="when a later reading of the source no longer held it"),
    Column("released_by", BigInteger, comment="the run that no longer held it"),
    Column("dismissed_by", Text, comment="who said that it need not come in"),
    Column("dismissed_why", Text),
    Column("corrected_by", Text, comment="who put it right by hand"),
    Index("ix_quarantine_released_by", "released_by"),
    Index("ix_quarantine_open", "feed", "source", postgresql_where=text("released_at IS NULL")),
)

data_version = Table(
    "data_version",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

catalog_content = Table(
    "catalog_content",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("digest", Text, nullable=False),
    Column("texts", JSONB, nullable=False, comment="file name to text, as the definitions stood from then on"),
    Column("stored_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
