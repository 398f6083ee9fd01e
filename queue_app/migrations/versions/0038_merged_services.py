"""a service that became part of another one"""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words: SQLite adds a column with its reference, but no reference afterwards.
    op.execute(
        "ALTER TABLE service ADD COLUMN merged_into_id INTEGER "
        "CONSTRAINT fk_service_merged_into_id_service REFERENCES service (id)"
    )
    op.add_column("service", sa.Column("merged_at", UTCDateTime(), nullable=True))
    op.add_column("service", sa.Column("reported_together", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("service", sa.Column("was_active", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
