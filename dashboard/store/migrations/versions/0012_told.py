"""Which periods were told of inner units: so that nobody looks for each province in each month that communes alone state."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("measure", sa.Text(), primary_key=True),
        sa.Column("period", sa.Text(), primary_key=True),
    )
    op.execute("CREATE VIEW inner_unit (unit) AS SELECT unit FROM fold_unit UNION SELECT above FROM fold_unit")
    op.execute("INSERT INTO told SELECT DISTINCT measure, period FROM observation WHERE unit IN (SELECT unit FROM inner_unit)")
    op.execute("ANALYZE told")
