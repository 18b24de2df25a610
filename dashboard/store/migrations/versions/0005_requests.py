"""The name that a sender gives to what it pushes, so that it may be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed_run", sa.Column("request", sa.Text(), nullable=True, comment="the sender's own name for this batch"))
    where = sa.text("error IS NULL")
    op.create_index("uq_feed_run_request", "feed_run", ["feed", "source", "request"], unique=True, postgresql_where=where)
