"""slots have other places from a time of the day on"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.add_column("service", sa.Column("slot_plan", _JSON, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
