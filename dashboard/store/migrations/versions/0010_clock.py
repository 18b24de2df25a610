"""How far systems were read that are asked; the clock's book; requests to read now; what people decide about held records."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_mark",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("mark", sa.Text(), nullable=False, comment="how far the system was read, in the feed's own notation"),
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="the run that read so far"),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "feed_turn",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True, comment="of the reading that goes on; null: none does"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="of the last reading"),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, comment="when it is read next"),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0", comment="readings in a row that brought nothing"),
        sa.Column("error", sa.Text(), nullable=True, comment="why the last one brought nothing"),
    )
    op.create_table(
        "feed_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True, comment="when the clock began to read for it"),
    )
    op.create_index("ix_feed_request_open", "feed_request", ["feed"], postgresql_where=sa.text("taken_at IS NULL"))
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("holder", sa.Text(), nullable=False, comment="application_name of all connections of the process that holds it"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("quarantine", sa.Column("dismissed_by", sa.Text(), nullable=True, comment="who said that it need not come in"))
    op.add_column("quarantine", sa.Column("dismissed_why", sa.Text(), nullable=True))
    op.add_column("quarantine", sa.Column("corrected_by", sa.Text(), nullable=True, comment="who put it right by hand"))
