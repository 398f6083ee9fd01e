"""what was brought in from elsewhere, so that it can be undone"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_IMPORTED = sa.text("import_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "past_import",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("size", _BIG_ID, nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=True),
        *(sa.Column(name, _JSON, nullable=False) for name in ("plan", "found", "made", "undo")),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_past_import_office_id_office")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_past_import_asked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_import")),
    )
    op.create_index("ix_past_import_office_id_id", "past_import", ["office_id", "id"])
    # Written out: SQLite adds a column that refers to another table only so, without making the whole table anew.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE ticket ADD COLUMN import_id INTEGER "
            "CONSTRAINT fk_ticket_import_id_past_import REFERENCES past_import (id)"
        )
    else:
        op.add_column("ticket", sa.Column("import_id", _BIG_ID, nullable=True))
        op.create_foreign_key(op.f("fk_ticket_import_id_past_import"), "ticket", "past_import", ["import_id"], ["id"])
    op.create_index("ix_ticket_import", "ticket", ["import_id"], sqlite_where=_IMPORTED, postgresql_where=_IMPORTED)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
