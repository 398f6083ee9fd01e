"""how many may come, when, and by which channel"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHANNEL = sa.Enum("online", "kiosk", "reception", "imported", name="channel", native_enum=False, length=20)
_DECISION = sa.Enum("suggested", "closed", "open", name="decision", native_enum=False, length=20)
_RELATION = sa.Enum("self", "child", "parent", "spouse", "other", name="relation", native_enum=False, length=20)
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    _add_columns(
        "office",
        sa.Column("holidays_close", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("overbooking", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("overbooking_cap_percent", sa.Integer(), nullable=False, server_default="20"),
    )
    _add_columns(
        "service",
        sa.Column("cost_rupiah", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("online_quota", sa.Integer(), nullable=True),
        sa.Column("kiosk_quota", sa.Integer(), nullable=True),
        sa.Column("reception_quota", sa.Integer(), nullable=True),
        sa.Column("online_share_percent", sa.Integer(), nullable=False, server_default="100"),
        sa.Column("online_needs_slot", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("release", _JSON, nullable=False, server_default=sa.text("'[]'")),
    )
    _add_columns("ticket", sa.Column("relation", _RELATION, nullable=False, server_default="self"))
    _add_columns("daily_sequence", *(_count(f"taken_{channel}") for channel in ("online", "kiosk", "reception")))
    _add_columns("slot_usage", _count("taken_online"))
    _count_what_is_taken()
    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("decision", _DECISION, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_holiday_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("office_id", "day", name=op.f("uq_holiday_office_id_day")),
    )
    op.create_table(
        "slot_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("channel", _CHANNEL, nullable=False),
        sa.Column("browser", sa.String(length=32), nullable=True),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_slot_hold_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_hold")),
        sa.UniqueConstraint("token", name=op.f("uq_slot_hold_token")),
        sa.UniqueConstraint("browser", name=op.f("uq_slot_hold_browser")),
    )
    op.create_index(
        op.f("ix_slot_hold_service_id_day_expires_at"), "slot_hold", ["service_id", "day", "expires_at"], unique=False
    )


def _add_columns(table: str, *columns: sa.Column[object]) -> None:
    """By ADD COLUMN alone: the tables are not copied, so that the log's triggers and references stay as they are."""
    for column in columns:
        op.add_column(table, column)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _count_what_is_taken() -> None:
    """By channel from the tickets. A slot's places all count as online: nobody can say less for certain here."""
    for channel in ("online", "kiosk", "reception"):
        op.execute(
            f"""
            UPDATE daily_sequence SET taken_{channel} = (
                SELECT count(*) FROM ticket
                WHERE ticket.numbered_by_id = daily_sequence.service_id AND ticket.day = daily_sequence.day
                AND ticket.channel = '{channel}' AND ticket.state <> 'CANCELLED'
            ) WHERE taken > 0
            """  # noqa: S608 - the names are those above
        )
    op.execute("UPDATE slot_usage SET taken_online = taken")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
