"""counters' order of services, officers' skills, visits of several steps, tickets kept for a counter or an officer"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_APART = sa.text(
    "state = 'WAITING' AND (lets_pass > 0 OR for_counter_id IS NOT NULL OR for_officer_id IS NOT NULL"
    " OR for_pool_id IS NOT NULL)"
)


def upgrade() -> None:
    """By ADD COLUMN alone: the tables are not copied, so that the log's triggers and references stay as they are."""
    op.create_table(
        "pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_pool_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_pool_office_id_code")),
    )
    op.create_table(
        "visit_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_id", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("steps", _JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_visit_template_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_template")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_visit_template_office_id_code")),
    )
    op.create_table(
        "officer_service",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["user_account.id"],
            name=op.f("fk_officer_service_officer_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_officer_service_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", "service_id", name=op.f("pk_officer_service")),
    )
    op.add_column("counter_service", sa.Column("preference", sa.SmallInteger(), nullable=False, server_default="1"))
    _reference("counter", "pool_id", "pool")
    op.create_index(op.f("ix_counter_pool_id"), "counter", ["pool_id"], unique=False)
    _reference("ticket", "visit_id", "visit_template")
    _reference("ticket", "for_counter_id", "counter")
    _reference("ticket", "for_officer_id", "user_account")
    _reference("ticket", "for_pool_id", "pool")
    op.create_index(
        "ix_ticket_apart",
        "ticket",
        ["office_id", "day", "state"],
        unique=False,
        sqlite_where=_APART,
        postgresql_where=_APART,
    )
    op.drop_index("ix_ticket_lets_pass", table_name="ticket")


def _reference(table: str, name: str, to: str) -> None:
    key = sa.ForeignKey(f"{to}.id", name=op.f(f"fk_{table}_{name}_{to}"))
    op.add_column(table, sa.Column(name, sa.Integer(), key, nullable=True), inline_references=True)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
