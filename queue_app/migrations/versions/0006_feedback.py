"""answers and complaints, tied to the visit"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column(
            "answers", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("comment_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_feedback_office_id_office")),
        sa.ForeignKeyConstraint(["officer_id"], ["user_account.id"], name=op.f("fk_feedback_officer_id_user_account")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_feedback_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_feedback_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_feedback_ticket_id")),
    )
    op.create_index(op.f("ix_feedback_office_id_created_at"), "feedback", ["office_id", "created_at"])
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_complaint_office_id_office")),
        sa.ForeignKeyConstraint(["officer_id"], ["user_account.id"], name=op.f("fk_complaint_officer_id_user_account")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_complaint_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_complaint_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_complaint_office_id_number")),
        sa.UniqueConstraint("ticket_id", "key", name=op.f("uq_complaint_ticket_id_key")),
    )
    op.create_index(op.f("ix_complaint_office_id_created_at"), "complaint", ["office_id", "created_at"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
