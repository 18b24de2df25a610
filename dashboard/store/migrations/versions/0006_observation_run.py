"""Observations without a foreign key to their run."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A run is written in the transaction of its observations and never deleted: looking it up for each row proved nothing and cost a third.
    # A database made from 0004 as it stands now has none; one that ran it earlier still has.
    op.drop_constraint("fk_observation_run_id", "observation", type_="foreignkey", if_exists=True)
