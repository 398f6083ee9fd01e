"""levers, alerts and messages of the supervisor"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_OPEN = sa.text("cleared_at IS NULL")
_ONE_SUBJECT = "ticket_id IS NULL OR shift_id IS NULL"

# The database itself refuses to change or remove a row of the log. They go with SQLite's old table.
_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER event_refuses_{verb} BEFORE {verb} ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """
    for verb in ("update", "delete")
]

_THRESHOLDS = {
    "wait_target_minutes": 60,
    "alert_queue_length": 40,
    "alert_longest_wait_minutes": 90,
    "alert_at_risk": 5,
    "alert_no_counter_minutes": 5,
    "alert_pause_minutes": 30,
    "alert_serving_factor": 3,
}


def upgrade() -> None:
    for name, value in _THRESHOLDS.items():
        op.add_column("office", sa.Column(name, sa.Integer(), nullable=False, server_default=str(value)))
    op.add_column("office", sa.Column("alert_address_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("office", sa.Column("issuing_stopped_on", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("wait_target_minutes", sa.Integer(), nullable=True))
    op.add_column("service", sa.Column("calls_paused_on", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("issuing_stopped_on", sa.Date(), nullable=True))
    _let_the_log_speak_of_the_office()
    with op.batch_alter_table("message") as batch:
        batch.alter_column("ticket_id", existing_type=sa.BigInteger(), nullable=True)
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_announcement_office_id_office")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_announcement_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("office_id", "key", name=op.f("uq_announcement_office_id_key")),
    )
    op.create_index(op.f("ix_announcement_office_id_until"), "announcement", ["office_id", "until"])
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("cleared_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_alert_office_id_office")),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["user_account.id"], name=op.f("fk_alert_acknowledged_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(
        "uq_alert_open",
        "alert",
        ["office_id", "kind", "subject_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _let_the_log_speak_of_the_office() -> None:
    """A row may be of a ticket, of a shift, or of neither: then it is of the office, or of a service of it."""
    with op.batch_alter_table("event") as batch:
        batch.drop_constraint(op.f("ck_event_subject"), type_="check")
        batch.create_check_constraint(op.f("ck_event_subject"), _ONE_SUBJECT)
    if op.get_bind().dialect.name == "sqlite":  # which copied the table, and dropped the guards with the old one
        for statement in _SQLITE_GUARDS:
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
