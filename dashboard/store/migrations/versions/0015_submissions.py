"""Workbooks that units handed in: versions, what was read of them, every step with who and when, mappings that were shown once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("report", sa.Text(), nullable=False, comment="a table of data/reports.toml"),
        sa.Column("unit", sa.Text(), nullable=False, comment="whose report it is"),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="draft, waiting, approved, returned, withdrawn or replaced"),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("brought_sha256", sa.Text(), nullable=False, comment="of the bytes as they were brought"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the bytes as they are kept, their address in the raw store"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes as they were brought"),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("mapping", JSONB(), nullable=True, comment="which column says what; null: nobody has shown it yet"),
        sa.Column("fingerprint", sa.Text(), nullable=False, comment="of the headers"),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="the feed_run that landed it, once it was approved"),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="when its state was last changed"),
    )
    op.create_index("uq_submission_version", "submission", ["unit", "report", "period", "version"], unique=True)
    op.create_index("ix_submission_run_id", "submission", ["run_id"])
    op.create_table(
        "submission_content",
        sa.Column("submission_id", sa.BigInteger(), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column(
            "content", JSONB(), nullable=False, comment="figures with their cells, problems, headers: what the person saw and confirmed"
        ),
    )
    op.create_table(
        "submission_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("submission_id", sa.BigInteger(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="the state that it led to"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), sa.ForeignKey("person.id", ondelete="SET NULL"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    )
    op.create_index("ix_submission_step_submission_id", "submission_step", ["submission_id", "id"])
    op.create_table(
        "report_mapping",
        sa.Column("unit", sa.Text(), primary_key=True),
        sa.Column("report", sa.Text(), primary_key=True),
        sa.Column("fingerprint", sa.Text(), primary_key=True),
        sa.Column("mapping", JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    )
