"""how many came in each hour of a past day, counted once"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "crowd_day",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("form", _BIG_ID, nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "day"],
            ["visit_day.office_id", "visit_day.day"],
            name=op.f("fk_crowd_day_office_id_visit_day"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_crowd_day")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
