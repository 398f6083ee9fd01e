"""printers, and receipts to be printed"""

import sqlalchemy as sa
from alembic import op

from queue_app.database import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('QUEUED', 'PRINTING')")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("office", sa.Column("receipt_text", sa.String(length=240), nullable=False, server_default=""))
    op.create_table(
        "printer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("draws_qr", sa.Boolean(), nullable=False),
        sa.Column("claim", sa.String(length=16), nullable=True),
        sa.Column("claimed_until", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", UTCDateTime(), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("problem_since", UTCDateTime(), nullable=True),
        sa.CheckConstraint("width_mm IN (58, 80)", name=op.f("ck_printer_width")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_printer_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_printer_office_id_name")),
    )
    op.create_table(
        "print_job",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("printer_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("wanted_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["printer_id"], ["printer.id"], name=op.f("fk_print_job_printer_id_printer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_print_job_ticket_id_ticket")),
        sa.ForeignKeyConstraint(
            ["wanted_by_id"], ["user_account.id"], name=op.f("fk_print_job_wanted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("ticket_id", "copy", name=op.f("uq_print_job_ticket_id_copy")),
    )
    op.create_index("ix_print_job_open", "print_job", ["printer_id", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index(op.f("ix_print_job_created_at"), "print_job", ["created_at"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
