"""how long personal data are kept, the record of what was done with them, the keys of their hashes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_TERMS = (("people", "30"), ("contacts", "2"), ("complainant", "30"), ("complaint", "365"), ("comment", "365"))
_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER privacy_deed_refuses_{verb} BEFORE {verb} ON privacy_deed
    BEGIN SELECT RAISE(ABORT, 'the record of what was done with personal data is append-only'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL_GUARDS = [
    """
    CREATE TRIGGER privacy_deed_refuses_change BEFORE UPDATE OR DELETE ON privacy_deed
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE TRIGGER privacy_deed_refuses_truncate BEFORE TRUNCATE ON privacy_deed
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
]


def upgrade() -> None:
    for kind, days in _TERMS:
        op.add_column("office", sa.Column(f"kept_{kind}_days", sa.Integer(), nullable=False, server_default=days))
    op.add_column("office", sa.Column("privacy_contact", sa.String(length=240), nullable=False, server_default=""))
    op.create_table(
        "hash_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("keys_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_keys")),
    )
    op.create_table(
        "privacy_deed",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Date(), nullable=True),
        sa.Column("tickets", _JSON, nullable=False),
        sa.Column("seq", _BIG_ID, nullable=False, server_default="0"),
        sa.Column("digest", sa.String(length=64), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_privacy_deed_office_id_office")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_privacy_deed_actor_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_deed")),
    )
    op.create_index("uq_privacy_deed_seq", "privacy_deed", ["office_id", "seq"], unique=True)
    op.create_index("ix_privacy_deed_subject", "privacy_deed", ["office_id", "subject", "up_to"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in _SQLITE_GUARDS if is_sqlite else _POSTGRESQL_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
