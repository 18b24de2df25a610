"""The list of cameras, ruled by the administration page from now on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "camera",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place_vi", sa.Text(), nullable=False),
        sa.Column("purpose_vi", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, server_default="", comment="without what opens it; that is in sealed"),
        sa.Column("substream", sa.Text(), nullable=False, server_default=""),
        sa.Column("endpoint", sa.Text(), nullable=False, server_default="", comment="WHEP, for the engine of that name"),
        sa.Column("sealed", sa.LargeBinary(), comment="addresses with what opens them, by field, as JSON, encrypted"),
        sa.Column("engine", sa.Text(), nullable=False, server_default="own"),
        sa.Column("hours", sa.Text(), nullable=False, server_default="", comment="empty: the usual ones"),
        sa.Column("privacy", sa.Text(), nullable=False, server_default="open"),
        sa.Column("privacy_for", postgresql.JSONB(), nullable=False, server_default="{}", comment="role to mode"),
        sa.Column("masks", postgresql.JSONB(), nullable=False, server_default="[]", comment="polygons, in shares of width and height"),
        sa.Column("zones", postgresql.JSONB(), nullable=False, server_default="[]"),
        sa.Column("reference_at", sa.DateTime(timezone=True), comment="when the view was last said to be the right one"),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("place", sa.Integer(), nullable=False, server_default="0", comment="in the list"),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), comment="deleted by hand: no seed brings it back"),
    )
