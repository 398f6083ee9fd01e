"""what was foretold of waits, and what came"""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "wait_forecast",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("low_s", sa.Double(), nullable=False),
        sa.Column("median_s", sa.Double(), nullable=False),
        sa.Column("high_s", sa.Double(), nullable=False),
        sa.Column("rolled_low_s", sa.Double(), nullable=False),
        sa.Column("rolled_median_s", sa.Double(), nullable=False),
        sa.Column("rolled_high_s", sa.Double(), nullable=False),
        sa.Column("head_s", sa.Double(), nullable=False),
        sa.Column("last_s", sa.Double(), nullable=False),
        sa.Column("own_last_s", sa.Double(), nullable=False),
        sa.Column("recent_s", sa.Double(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("own_ahead", sa.Integer(), nullable=False),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.Column("waited_s", sa.Double(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_wait_forecast_office_id_office")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_wait_forecast_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_wait_forecast_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_forecast")),
        sa.UniqueConstraint("ticket_id", "turn", name=op.f("uq_wait_forecast_ticket_id_turn")),
    )
    op.create_index(op.f("ix_wait_forecast_office_id_at"), "wait_forecast", ["office_id", "at"])
    op.create_index(op.f("ix_wait_forecast_settled_office_id"), "wait_forecast", ["settled", "office_id"])
