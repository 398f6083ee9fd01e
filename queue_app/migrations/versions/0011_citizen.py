"""the language of who waits for a place; pairings of screens that can be ended"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standby", sa.Column("language", sa.String(length=5), nullable=False, server_default="id"))
    op.add_column("office", sa.Column("pairing", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
