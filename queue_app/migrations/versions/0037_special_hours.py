"""a day may have hours of its own in place of the weekly ones"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("closure") as table:
        table.add_column(sa.Column("hours", sa.String(length=80), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
