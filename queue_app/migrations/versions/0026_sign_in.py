"""sessions, events and second steps of signing in"""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER sign_in_event_refuses_{verb} BEFORE {verb} ON sign_in_event
    BEGIN SELECT RAISE(ABORT, 'the record of signing in is append-only'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL_GUARDS = [
    """
    CREATE TRIGGER sign_in_event_refuses_change BEFORE UPDATE OR DELETE ON sign_in_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE TRIGGER sign_in_event_refuses_truncate BEFORE TRUNCATE ON sign_in_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
]


def upgrade() -> None:
    for column in (
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_since", UTCDateTime(timezone=True), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
    ):
        op.add_column("user_account", column)
    op.add_column("office", sa.Column("second_step", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("office", sa.Column("lock_minutes", sa.Integer(), nullable=False, server_default="0"))
    _sessions()
    _events()
    op.create_table(
        "sign_in_miss",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("last_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_miss")),
    )
    op.create_index(op.f("ix_sign_in_miss_last_at"), "sign_in_miss", ["last_at"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sign_in_session",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("locked_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("pin_misses", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_session_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_in_session_token_digest")),
    )
    op.create_index(
        op.f("ix_sign_in_session_user_id_ended_at"), "sign_in_session", ["user_id", "ended_at"], unique=False
    )


def _events() -> None:
    op.create_table(
        "sign_in_event",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_sign_in_event_office_id_office")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_event_user_id_user_account")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_sign_in_event_actor_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_event")),
    )
    op.create_index(op.f("ix_sign_in_event_office_id_at"), "sign_in_event", ["office_id", "at"], unique=False)
    op.create_index(op.f("ix_sign_in_event_user_id_at"), "sign_in_event", ["user_id", "at"], unique=False)
    for guard in _POSTGRESQL_GUARDS if op.get_bind().dialect.name == "postgresql" else _SQLITE_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
