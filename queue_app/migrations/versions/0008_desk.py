"""outcomes, undo and reminders at the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("office") as office:
        office.add_column(sa.Column("recall_limit", sa.Integer(), nullable=False, server_default="3"))
        office.add_column(sa.Column("hold_reminder_minutes", sa.Integer(), nullable=False, server_default="15"))
