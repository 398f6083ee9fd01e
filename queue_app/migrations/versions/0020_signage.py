"""pictures, videos, running text and looks of the displays"""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "display_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mimetype", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_display_media_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_display_media")),
        sa.UniqueConstraint("key", name=op.f("uq_display_media_key")),
    )
    op.create_index(op.f("ix_display_media_office_id_position"), "display_media", ["office_id", "position"])
    op.create_table(
        "display_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=240), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_display_line_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_display_line")),
    )
    op.create_index(op.f("ix_display_line_office_id"), "display_line", ["office_id"])
    op.create_table(
        "display_look",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("brand", sa.String(length=7), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("shows_next", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_display_look_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_display_look")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
