"""Displays of the video wall: those let in, and those that ask."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pairing",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie of the display that asks"),
        sa.Column("code", sa.Text(), nullable=False, comment="what it shows"),
        sa.Column("wall", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code", name=op.f("uq_pairing_code")),
    )
    op.create_table(
        "wall_device",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the display's cookie"),
        sa.Column("wall", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the operator calls the display"),
        sa.Column("address", sa.Text(), nullable=False, comment="where it asked from"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_wall_device")),
    )
    op.create_index("uq_wall_device_name_live", "wall_device", ["name"], unique=True, postgresql_where=sa.text("revoked_at IS NULL"))
