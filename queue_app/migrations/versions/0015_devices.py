"""displays that an office has registered, and how a screen is paired with one"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("office") as office:
        office.add_column(sa.Column("alert_display_minutes", sa.Integer(), nullable=False, server_default="2"))

    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("counters", _JSON, nullable=False),
        sa.Column("services", _JSON, nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("reloads", sa.Integer(), nullable=False),
        sa.Column("identify_until", UTCDateTime(), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("paired_at", UTCDateTime(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("page", sa.String(length=20), nullable=True),
        sa.Column("resolution", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_device_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_device_office_id_name")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_device_token_digest")),
    )
    op.create_table(
        "device_pairing",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_device_pairing_device_id_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_pairing")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_device_pairing_secret_digest")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_device_pairing_code_digest")),
    )
    op.create_index(op.f("ix_device_pairing_device_id"), "device_pairing", ["device_id"], unique=False)
    op.create_index(op.f("ix_device_pairing_expires_at"), "device_pairing", ["expires_at"], unique=False)
    op.create_table(
        "pairing_miss",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_pairing_miss_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_miss")),
    )
    op.create_index(op.f("ix_pairing_miss_at"), "pairing_miss", ["at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
