"""the whole survey and its sample; people recognised by a keyed hash of their phone number"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "survey_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_survey_share_percent")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_survey_share_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_share")),
        sa.UniqueConstraint("office_id", "from_day", name=op.f("uq_survey_share_office_id_from_day")),
    )
    op.create_table(
        "survey_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("about", _JSON, nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("completed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_survey_form_office_id_office")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["user_account.id"], name=op.f("fk_survey_form_officer_id_user_account")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_survey_form_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_survey_form_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_form")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_survey_form_ticket_id")),
    )
    op.create_index(
        op.f("ix_survey_form_office_id_completed_at"), "survey_form", ["office_id", "completed_at"], unique=False
    )
    for table in ("ticket", "standby"):
        op.add_column(table, sa.Column("phone_hash", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_ticket_phone_hash"), "ticket", ["phone_hash"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
