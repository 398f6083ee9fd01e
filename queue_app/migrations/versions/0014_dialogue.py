"""targets and the performance dialogue; reports that are made beside the server's work"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_LIVE = sa.text("status IN ('QUEUED', 'RUNNING')")
_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER dialogue_entry_refuses_{verb} BEFORE {verb} ON dialogue_entry
    BEGIN SELECT RAISE(ABORT, 'the history of a dialogue is append-only'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL_GUARDS = [
    """
    CREATE TRIGGER dialogue_entry_refuses_change BEFORE UPDATE OR DELETE ON dialogue_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE TRIGGER dialogue_entry_refuses_truncate BEFORE TRUNCATE ON dialogue_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
]


def upgrade() -> None:
    op.create_table(
        "dialogue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("span", sa.String(length=20), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("conduct", sa.String(length=20), nullable=True),
        sa.Column("conduct_reason", sa.String(length=2000), nullable=True),
        sa.Column("predikat", sa.String(length=20), nullable=True),
        sa.Column("predikat_reason", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_dialogue_office_id_office")),
        sa.ForeignKeyConstraint(["officer_id"], ["user_account.id"], name=op.f("fk_dialogue_officer_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue")),
        sa.UniqueConstraint("officer_id", "span", "start_day", name=op.f("uq_dialogue_officer_id_span_start_day")),
    )
    op.create_index(op.f("ix_dialogue_office_id_start_day"), "dialogue", ["office_id", "start_day"], unique=False)

    op.create_table(
        "report_job",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("wish", _JSON, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_report_job_asked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_report_job_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_job")),
    )
    op.create_index(op.f("ix_report_job_office_id_asked_at"), "report_job", ["office_id", "asked_at"], unique=False)
    op.create_index(
        "uq_report_job_live",
        "report_job",
        ["office_id", "key"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )

    op.create_table(
        "dialogue_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("done_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name=op.f("fk_dialogue_action_dialogue_id_dialogue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_action")),
    )
    op.create_index(op.f("ix_dialogue_action_dialogue_id"), "dialogue_action", ["dialogue_id"], unique=False)

    op.create_table(
        "dialogue_entry",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=True),
        sa.Column("data", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_dialogue_entry_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name=op.f("fk_dialogue_entry_dialogue_id_dialogue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_entry")),
    )
    op.create_index(op.f("ix_dialogue_entry_dialogue_id_id"), "dialogue_entry", ["dialogue_id", "id"], unique=False)

    op.create_table(
        "dialogue_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=240), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("goal", sa.Double(), nullable=True),
        sa.Column("words", sa.String(length=240), nullable=True),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name=op.f("fk_dialogue_target_dialogue_id_dialogue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_target")),
    )
    op.create_index(op.f("ix_dialogue_target_dialogue_id"), "dialogue_target", ["dialogue_id"], unique=False)

    for statement in _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
