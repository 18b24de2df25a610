"""What a run needs to be read again, by whom a held record was released, and the way to the last run of each source."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed_run", sa.Column("provenance", sa.Text(), nullable=True, comment="of what it brought; null: not known any more"))
    op.add_column("feed_run", sa.Column("spoke_for", sa.Text(), nullable=True, comment="the unit that its sender was bound to"))
    op.add_column("feed_run", sa.Column("replay_of", sa.BigInteger(), nullable=True, comment="the run whose bytes were read again"))
    op.add_column("quarantine", sa.Column("released_by", sa.BigInteger(), nullable=True, comment="the run that no longer held it"))
    op.create_index("ix_feed_run_source", "feed_run", ["feed", "source", "id"])
    op.create_index("ix_feed_run_failed", "feed_run", ["feed", "finished_at"], postgresql_where=sa.text("error IS NOT NULL"))
    op.create_index("ix_feed_run_replay_of", "feed_run", ["replay_of"], postgresql_where=sa.text("replay_of IS NOT NULL"))
    op.create_index("ix_quarantine_released_by", "quarantine", ["released_by"])
    # A feed's figures in one store are of one provenance; a run of before that landed something is of it. Of the others nobody knows.
    op.execute("UPDATE feed_run r SET provenance = s.provenance FROM feed_state s WHERE s.feed = r.feed AND r.landed > 0")
