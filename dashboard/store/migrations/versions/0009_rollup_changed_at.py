"""When a month of days was last touched: so that a past instant is read from the sums wherever nothing has changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Months of before know no such instant: they are read from their days, as before, until they are touched or made anew.
    op.add_column(
        "rollup",
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of a month: when one of its days was last written; null: not known",
        ),
    )
