"""with which token a token was made, and what else than a ticket a doubled request gets again"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("idempotency_key", sa.Column("made_id", _BIG_ID, nullable=True))
    # Written out: SQLite adds a column that refers to another table only so, without making the whole table anew.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE api_token ADD COLUMN made_with_id INTEGER "
            "CONSTRAINT fk_api_token_made_with_id_api_token REFERENCES api_token (id)"
        )
    else:
        op.add_column("api_token", sa.Column("made_with_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f("fk_api_token_made_with_id_api_token"), "api_token", "api_token", ["made_with_id"], ["id"]
        )
    op.create_index(op.f("ix_api_token_made_with_id"), "api_token", ["made_with_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
