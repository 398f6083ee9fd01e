"""The secret address under which calendars fetch an office's bookings."""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking_feed",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_booking_feed_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_booking_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_booking_feed_digest")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
