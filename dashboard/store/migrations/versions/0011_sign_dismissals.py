"""Signs of formalism that somebody dismissed, or took up again, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_dismissal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("rule", sa.Text(), nullable=False, comment="a table of data/signs.toml"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False, comment="false: taken up again by hand"),
        sa.Column("through", sa.Date(), nullable=False, comment="the last day of the evidence that was looked at"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    )
    op.create_index("ix_sign_dismissal_rule_unit", "sign_dismissal", ["rule", "unit", sa.text("id DESC")])
