"""Cameras: relays, what they see, stills, and who looked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relay",
        sa.Column("id", sa.Text(), nullable=False, comment="new at every start"),
        sa.Column("address", sa.Text(), nullable=False, comment="where web reaches it, http://host:port"),
        sa.Column("secret", sa.LargeBinary(), nullable=False, comment="signs the requests to it; gone with the process"),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
    )
    op.create_table(
        "camera_state",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_frame_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_state")),
    )
    op.create_table(
        "camera_still",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False, comment="when somebody last asked to see it"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True, comment="when the picture left the camera"),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True, comment="when vision last asked for it"),
        sa.Column("jpeg", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_still")),
    )
    op.create_table(
        "camera_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="user name, or token name"),
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="live or still"),
        sa.Column("address", sa.Text(), nullable=False, comment="of the viewer"),
        sa.Column("relay", sa.Text(), server_default="", nullable=False),
        sa.Column("session", sa.Text(), server_default="", nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True, comment="null while it lasts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_view")),
    )
    op.create_index("ix_camera_view_from_at", "camera_view", ["from_at"], unique=False)
    op.create_index("ix_camera_view_open", "camera_view", ["relay", "session"], unique=False, postgresql_where=sa.text("to_at IS NULL"))
