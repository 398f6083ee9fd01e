"""being here, more time, several services in one visit"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_LETS_PASS = sa.text("state = 'WAITING' AND lets_pass > 0")


def upgrade() -> None:
    """By ADD COLUMN alone: the tables are not copied, so that the log's triggers and references stay as they are."""
    op.add_column("office", sa.Column("presence", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("office", sa.Column("presence_required", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("ticket", sa.Column("lets_pass", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("deferrals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("legs", _JSON, nullable=False, server_default=sa.text("'[]'")))
    op.create_index(
        "ix_ticket_lets_pass",
        "ticket",
        ["office_id", "day"],
        unique=False,
        sqlite_where=_LETS_PASS,
        postgresql_where=_LETS_PASS,
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
