"""interventions and their history"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER intervention_entry_refuses_{verb} BEFORE {verb} ON intervention_entry
    BEGIN SELECT RAISE(ABORT, 'the history of an intervention is append-only'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL_GUARDS = [
    """
    CREATE TRIGGER intervention_entry_refuses_change BEFORE UPDATE OR DELETE ON intervention_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE TRIGGER intervention_entry_refuses_truncate BEFORE TRUNCATE ON intervention_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
]


def upgrade() -> None:
    op.create_table(
        "intervention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("done", sa.String(length=2000), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("washout", sa.Integer(), nullable=False),
        sa.Column("group_kind", sa.String(length=20), nullable=False),
        sa.Column("members", _JSON, nullable=False),
        sa.Column("control_kind", sa.String(length=20), nullable=True),
        sa.Column("control_members", _JSON, nullable=False),
        sa.Column("primary_indicators", _JSON, nullable=False),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("annotation_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["annotation_id"], ["annotation.id"], name=op.f("fk_intervention_annotation_id_annotation")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_intervention_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(
        op.f("ix_intervention_office_id_start_day"), "intervention", ["office_id", "start_day"], unique=False
    )
    op.create_table(
        "intervention_entry",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=True),
        sa.Column("data", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_intervention_entry_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["intervention.id"], name=op.f("fk_intervention_entry_intervention_id_intervention")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention_entry")),
    )
    op.create_index(
        op.f("ix_intervention_entry_intervention_id_id"), "intervention_entry", ["intervention_id", "id"], unique=False
    )
    guards = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for guard in guards:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
