"""a kept day's content has a name; shifts are found by their time

Kept days are derived: they are thrown away here, and made anew by the server within minutes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_table("visit_day")
    op.create_table(
        "visit_day",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("form", _BIG_ID, nullable=False),
        sa.Column("made", _BIG_ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_visit_day_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_visit_day")),
    )
    op.create_index(op.f("ix_shift_office_id_opened_at"), "shift", ["office_id", "opened_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
