"""The tables of the clock: how far systems were read, when each feed is due, who asked for a reading now, who may work."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, Table, Text, text

from dashboard.store.schema import metadata

feed_mark = Table(
    "feed_mark",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("mark", Text, nullable=False, comment="how far the system was read, in the feed's own notation"),
    Column("run_id", BigInteger, nullable=False, comment="the run that read so far"),
    Column("marked_at", DateTime(timezone=True), nullable=False),
)

feed_turn = Table(
    "feed_turn",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("begun_at", DateTime(timezone=True), comment="of the reading that goes on; null: none does"),
    Column("ended_at", DateTime(timezone=True), comment="of the last reading"),
    Column("next_at", DateTime(timezone=True), nullable=False, comment="when it is read next"),
    Column("failures", Integer, nullable=False, server_default="0", comment="readings in a row that brought nothing"),
    Column("error", Text, comment="why the last one brought nothing"),
)

feed_request = Table(
    "feed_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("taken_at", DateTime(timezone=True), comment="when the clock began to read for it"),
    Index("ix_feed_request_open", "feed", postgresql_where=text("taken_at IS NULL")),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False, comment="application_name of all connections of the process that holds it"),
    Column("until", DateTime(timezone=True), nullable=False),
)
