"""what the shifts of a past day went to, kept by day"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stay_day",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("eve", sa.Date(), nullable=False),
        sa.Column("form", _BIG_ID, nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "day"],
            ["visit_day.office_id", "visit_day.day"],
            name=op.f("fk_stay_day_office_id_visit_day"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "eve"],
            ["visit_day.office_id", "visit_day.day"],
            name=op.f("fk_stay_day_eve_visit_day"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_stay_day")),
    )
    op.create_index("ix_stay_day_eve", "stay_day", ["office_id", "eve"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
