"""what people are told, once each"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_KINDS = ("booked", "moved", "reminder", "near", "called", "missed", "closed_day", "place", "notice")
_STATUSES = ("QUEUED", "SENDING", "SENT", "FAILED", "UNKNOWN", "DROPPED")
_OPEN = sa.text("status IN ('QUEUED', 'SENDING')")


def upgrade() -> None:
    for name, default in (("tell_at_place", 3), ("remind_evening_minute", 1080), ("remind_minutes_before", 60)):
        op.add_column("office", sa.Column(name, sa.Integer(), nullable=False, server_default=str(default)))
    op.create_table(
        "contact",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_contact_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "ticket_id", "channel", "fingerprint", name=op.f("uq_contact_ticket_id_channel_fingerprint")
        ),
    )
    op.create_table(
        "message",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("contact_id", _BIG_ID, nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.Enum(*_KINDS, name="messagekind", native_enum=False, length=20), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("params", _JSON, nullable=False),
        sa.Column("status", sa.Enum(*_STATUSES, name="messagestatus", native_enum=False, length=20), nullable=False),
        sa.Column("due_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("done_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_message_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_message_office_id_office")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_message_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "ticket_id",
            "kind",
            "occurrence",
            "contact_id",
            name=op.f("uq_message_ticket_id_kind_occurrence_contact_id"),
        ),
    )
    op.create_index(op.f("ix_message_contact_id"), "message", ["contact_id"], unique=False)
    op.create_index(op.f("ix_message_created_at"), "message", ["created_at"], unique=False)
    op.create_index(
        "ix_message_open",
        "message",
        ["due_at", "id"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "message_log_mark",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("seq", _BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_message_log_mark_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_message_log_mark")),
    )
    # What happened before people could be told is not told now.
    op.execute("INSERT INTO message_log_mark (office_id, seq) SELECT id, version FROM office")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
