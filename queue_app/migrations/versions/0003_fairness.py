"""one place per person, and a list for places that come free"""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OUTCOME = sa.Enum("placed", "left", "lapsed", "has_ticket", name="outcome", native_enum=False, length=20)
_CATEGORY = sa.Enum(
    "regular", "elderly", "disabled", "pregnant", "infant", name="category", native_enum=False, length=20
)
_RELATION = sa.Enum("self", "child", "parent", "spouse", "other", name="relation", native_enum=False, length=20)
_PROOF_OF_WORK = sa.Enum("profile", "on", "off", name="proofofwork", native_enum=False, length=20)
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE_NIK = "nik_hash IS NOT NULL AND state IN ('BOOKED', 'WAITING', 'CALLED', 'SERVING', 'ON_HOLD')"
_IN_LINE = sa.text("outcome IS NULL")


def upgrade() -> None:
    op.add_column("office", sa.Column("nik_required", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("office", sa.Column("proof_of_work", _PROOF_OF_WORK, nullable=False, server_default="profile"))
    # An office that was here before goes on as it did, until it decides.
    op.add_column("office", sa.Column("cooling_off", sa.Boolean(), nullable=False, server_default=sa.false()))
    _one_live_ticket_per_person()
    _standby()
    op.create_table(
        "used_proof",
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_used_proof")),
    )
    op.create_index(op.f("ix_used_proof_expires_at"), "used_proof", ["expires_at"], unique=False)


def _one_live_ticket_per_person() -> None:
    """Whoever has several live tickets for a service keeps them all; the NIK stays with the oldest."""
    op.execute(
        f"""
        UPDATE ticket SET nik_hash = NULL WHERE {_LIVE_NIK} AND EXISTS (
            SELECT 1 FROM (SELECT id, service_id, nik_hash FROM ticket WHERE {_LIVE_NIK}) AS older
            WHERE older.service_id = ticket.service_id AND older.nik_hash = ticket.nik_hash AND older.id < ticket.id
        )
        """  # noqa: S608 - the condition is the constant above
    )
    op.create_index(
        "uq_ticket_nik_live",
        "ticket",
        ["service_id", "nik_hash"],
        unique=True,
        sqlite_where=sa.text(_LIVE_NIK),
        postgresql_where=sa.text(_LIVE_NIK),
    )


def _standby() -> None:
    op.create_table(
        "standby",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot_start", UTCDateTime(), nullable=True),
        sa.Column("category", _CATEGORY, nullable=False),
        sa.Column("relation", _RELATION, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", _OUTCOME, nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ticket_id", _BIG_ID, nullable=True),
        sa.Column("form_key", sa.String(length=80), nullable=True),
        sa.Column("holder_key", sa.String(length=64), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("nik_hash", sa.String(length=64), nullable=True),
        sa.Column("nik_last4", sa.String(length=4), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_standby_office_id_office")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_standby_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_standby_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standby")),
        sa.UniqueConstraint("public_id", name=op.f("uq_standby_public_id")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_standby_ticket_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_standby_form_key")),
    )
    op.create_index(
        "uq_standby_holder",
        "standby",
        ["service_id", "holder_key"],
        unique=True,
        sqlite_where=_IN_LINE,
        postgresql_where=_IN_LINE,
    )
    op.create_index(
        "ix_standby_line",
        "standby",
        ["service_id", "day", "id"],
        unique=False,
        sqlite_where=_IN_LINE,
        postgresql_where=_IN_LINE,
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
