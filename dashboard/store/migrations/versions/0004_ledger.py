"""Live figures: the ledger of subjects, rollups, how measures and units fold, the provenance of feeds, simulated tokens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False, comment="keyed hash of the subject's name, 16 bytes"),
        sa.Column(
            "entry",
            postgresql.JSON(astext_type=sa.Text()),
            nullable=False,
            comment="name to [value, instant of the statement in microseconds since 1970]; '' is the unit",
        ),
        sa.Column(
            "tallies",
            postgresql.JSON(astext_type=sa.Text()),
            nullable=False,
            comment="[measure, unit, day, detail, value] as last counted",
        ),
        sa.PrimaryKeyConstraint("feed", "subject", name=op.f("pk_ledger")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "ledger_key",
        sa.Column("only", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="of the hash of subjects; made once, never leaves the database"),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_ledger_key")),
    )
    op.create_table(
        "rollup",
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False, comment="a day or a month"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("within", sa.Boolean(), nullable=False, comment="true: of the units in it; false: a month, of its own days"),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("upto", sa.Text(), nullable=True, comment="the day that a stock's month was read on"),
        sa.PrimaryKeyConstraint("measure", "period", "unit", "detail", "within", name=op.f("pk_rollup")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "fold_measure",
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="null: still so"),
        sa.Column("kind", sa.Text(), nullable=False, comment="flow, histogram or stock"),
        sa.Column(
            "closes_day", sa.SmallInteger(), nullable=True, comment="the day on which its reporting months close; null: calendar months"
        ),
        sa.PrimaryKeyConstraint("measure", "since", name=op.f("pk_fold_measure")),
    )
    op.create_table(
        "fold_unit",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("above", sa.Text(), nullable=False, comment="the region or nation in whose sums the unit counts"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="null: still so"),
        sa.PrimaryKeyConstraint("unit", "above", "since", name=op.f("pk_fold_unit")),
    )
    op.create_table(
        "feed_state",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False, comment="of every figure of this feed in this store"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_state")),
    )
    op.add_column(
        "api_token",
        sa.Column("simulated", sa.Boolean(), server_default="false", nullable=False, comment="what arrives by it is simulated"),
    )
