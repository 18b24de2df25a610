"""What vision sees: health and minutes of cameras, their right views; stills and looks by what may be seen; blurrers beside relays."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "camera_health",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=True, comment="people in the waiting zones, smoothed; null where nobody can count"),
        sa.Column("waiting_error", sa.Integer(), nullable=True, comment="by how much that may be wrong"),
        sa.Column("is_staffed", sa.Boolean(), nullable=True, comment="null without a staff zone"),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_health")),
    )
    op.create_table(
        "camera_minute",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False, comment="its beginning"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="of the picture, or why there was none"),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("is_staffed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("minute", "camera", name=op.f("pk_camera_minute")),
    )
    op.create_table(
        "camera_reference",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column(
            "said_at", sa.DateTime(timezone=True), nullable=True, comment="the word of a person that it rests on; null: learned unasked"
        ),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_empty", sa.Boolean(), nullable=False),
        sa.Column("sharpness", sa.Float(), nullable=False),
        sa.Column("view", sa.LargeBinary(), nullable=False, comment="320 x 180, a median of looks; no picture of a moment"),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_reference")),
    )
    op.create_table(
        "camera_evidence",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False, comment="at the last change of health"),
        sa.PrimaryKeyConstraint("camera", "mode", name=op.f("pk_camera_evidence")),
    )
    op.execute("DELETE FROM camera_still")  # the next look asks for new ones
    op.add_column("camera_still", sa.Column("mode", sa.Text(), nullable=False, server_default="open", comment="what may be seen in it"))
    op.add_column("camera_still", sa.Column("version", sa.BigInteger(), nullable=True, comment="of the camera whose masks were painted"))
    op.drop_constraint("pk_camera_still", "camera_still")
    op.create_primary_key("pk_camera_still", "camera_still", ["camera", "mode"])
    op.add_column("camera_view", sa.Column("mode", sa.Text(), nullable=False, server_default="open", comment="what could be seen"))
    op.add_column("relay", sa.Column("kind", sa.Text(), nullable=False, server_default="relay", comment="relay, or blurrer"))
