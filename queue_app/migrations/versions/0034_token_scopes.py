"""tokens have a name, scopes and an end; those that exist keep all scopes and no end"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_ALL = '["tickets", "desk", "figures", "export", "levers"]'


def upgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.add_column(sa.Column("name", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("beginning", sa.String(length=16), nullable=False, server_default=""))
        table.add_column(sa.Column("scopes", _JSON, nullable=False, server_default=_ALL))
        table.add_column(sa.Column("made_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("expires_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("last_used_at", UTCDateTime(), nullable=True))
        table.create_foreign_key(op.f("fk_api_token_made_by_id_user_account"), "user_account", ["made_by_id"], ["id"])
    with op.batch_alter_table("api_token") as table:  # what is made from now on says what it is for
        table.alter_column("scopes", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
