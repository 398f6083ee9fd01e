"""annotations of the charts, and signals of the indicators"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_annotation_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
    )
    op.create_index(op.f("ix_annotation_office_id_start_day"), "annotation", ["office_id", "start_day"], unique=False)
    op.create_table(
        "indicator_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_indicator_signal_office_id_office")),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["user_account.id"], name=op.f("fk_indicator_signal_seen_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_signal")),
        sa.UniqueConstraint(
            "office_id", "indicator", "rule", "day", name=op.f("uq_indicator_signal_office_id_indicator_rule_day")
        ),
    )
    op.create_table(
        "indicator_watch",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_indicator_watch_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_indicator_watch")),
    )
