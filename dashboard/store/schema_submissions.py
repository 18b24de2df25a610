"""The tables of workbooks that units hand in: what was brought, what was read of it, each step with who and when, remembered mappings."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Integer, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from dashboard.store.schema import metadata

submission = Table(
    "submission",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("report", Text, nullable=False, comment="a table of data/reports.toml"),
    Column("unit", Text, nullable=False, comment="whose report it is"),
    Column("period", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, comment="draft, waiting, approved, returned, withdrawn or replaced"),
    Column("file_name", Text, nullable=False),
    Column("brought_sha256", Text, nullable=False, comment="of the bytes as they were brought"),
    Column("sha256", Text, nullable=False, comment="of the bytes as they are kept, their address in the raw store"),
    Column("size", BigInteger, nullable=False, comment="bytes as they were brought"),
    Column("provenance", Text, nullable=False),
    Column("mapping", JSONB(none_as_null=True), comment="which column says what; null: nobody has shown it yet"),
    Column("fingerprint", Text, nullable=False, comment="of the headers"),
    Column("figures", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("run_id", BigInteger, comment="the feed_run that landed it, once it was approved"),
    Column("handed_in_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, comment="when its state was last changed"),
    Index("uq_submission_version", "unit", "report", "period", "version", unique=True),
    Index("ix_submission_run_id", "run_id"),
)

submission_content = Table(
    "submission_content",
    metadata,
    Column("submission_id", BigInteger, ForeignKey("submission.id"), primary_key=True),
    Column("content", JSONB, nullable=False, comment="figures with their cells, problems, headers: what the person saw and confirmed"),
)

submission_step = Table(
    "submission_step",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("submission_id", BigInteger, ForeignKey("submission.id"), nullable=False),
    Column("state", Text, nullable=False, comment="the state that it led to"),
    Column("actor", Text, nullable=False),
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="SET NULL")),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index("ix_submission_step_submission_id", "submission_id", "id"),
)

report_mapping = Table(
    "report_mapping",
    metadata,
    Column("unit", Text, primary_key=True),
    Column("report", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("mapping", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
