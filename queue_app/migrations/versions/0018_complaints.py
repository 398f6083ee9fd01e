"""the course of complaints: states, deadlines, what was written, and the log of their steps"""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WITHOUT_TICKET = sa.text("ticket_id IS NULL")
_PERSONAL = sa.text("name_sealed IS NOT NULL OR phone_sealed IS NOT NULL OR text_sealed IS NOT NULL")
_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER complaint_entry_refuses_{verb} BEFORE {verb} ON complaint_entry
    BEGIN SELECT RAISE(ABORT, 'the steps of a complaint are append-only'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL_GUARDS = [
    """
    CREATE TRIGGER complaint_entry_refuses_change BEFORE UPDATE OR DELETE ON complaint_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE TRIGGER complaint_entry_refuses_truncate BEFORE TRUNCATE ON complaint_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
]

# Of complaints from before: how grave each is by its subject, and the days from Monday to Friday for its decision.
_SEVERITIES = {"wait": "normative", "information": "normative", "facilities": "light", "cost": "examination"}
_DAYS = {"light": 2, "normative": 5, "ordinary": 14, "examination": 60}


def upgrade() -> None:
    for column in (
        sa.Column("public_id", sa.String(length=32), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False, server_default="online"),
        sa.Column("severity", sa.String(length=20), nullable=False, server_default="ordinary"),
        sa.Column("state", sa.String(length=20), nullable=False, server_default="RECEIVED"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.String(length=20), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("substance_sealed", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("complaint", column)
    kept = _carry_over()
    with op.batch_alter_table("complaint") as batch:
        batch.alter_column("ticket_id", existing_type=_BIG_ID, nullable=True)
        batch.alter_column("service_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("text_sealed", existing_type=sa.LargeBinary(), nullable=True)
        batch.alter_column("public_id", existing_type=sa.String(length=32), nullable=False)
        batch.alter_column("due_on", existing_type=sa.Date(), nullable=False)
        for name in ("channel", "severity", "state"):
            batch.alter_column(name, existing_type=sa.String(length=20), server_default=None)
        batch.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch.create_unique_constraint(op.f("uq_complaint_public_id"), ["public_id"])
        batch.create_foreign_key(op.f("fk_complaint_assignee_id_user_account"), "user_account", ["assignee_id"], ["id"])
    op.create_index(op.f("ix_complaint_office_id_state_due_on"), "complaint", ["office_id", "state", "due_on"])
    op.create_index(op.f("ix_complaint_officer_id"), "complaint", ["officer_id"])
    op.create_index(
        "uq_complaint_key_without_ticket",
        "complaint",
        ["office_id", "key"],
        unique=True,
        sqlite_where=_WITHOUT_TICKET,
        postgresql_where=_WITHOUT_TICKET,
    )
    op.create_index(
        "ix_complaint_personal",
        "complaint",
        ["office_id", "finished_at"],
        sqlite_where=_PERSONAL,
        postgresql_where=_PERSONAL,
    )
    op.create_table(
        "complaint_message",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_message_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_message")),
    )
    op.create_index(op.f("ix_complaint_message_complaint_id"), "complaint_message", ["complaint_id"])
    entry = op.create_table(
        "complaint_entry",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("message_id", _BIG_ID, nullable=True),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("data", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_complaint_entry_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_entry_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["complaint_message.id"], name=op.f("fk_complaint_entry_message_id_complaint_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_entry")),
        sa.UniqueConstraint("complaint_id", "key", name=op.f("uq_complaint_entry_complaint_id_key")),
    )
    op.create_index(op.f("ix_complaint_entry_complaint_id_id"), "complaint_entry", ["complaint_id", "id"])
    if kept:
        op.bulk_insert(entry, kept)
    for statement in _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS:
        op.execute(statement)


def _carry_over() -> list[dict[str, Any]]:
    """Give each complaint from before its address, severity and deadline; the first steps of them all.

    Nobody could work on them here before, so their time begins with the upgrade.
    """
    complaint = sa.table(
        "complaint",
        sa.column("id", sa.Integer()),
        sa.column("office_id", sa.Integer()),
        sa.column("subject", sa.String()),
        sa.column("created_at", UTCDateTime()),
        sa.column("public_id", sa.String()),
        sa.column("severity", sa.String()),
        sa.column("due_on", sa.Date()),
    )
    connection = op.get_bind()
    zones = {row.id: ZoneInfo(row.timezone) for row in connection.execute(sa.text("SELECT id, timezone FROM office"))}
    started = _upgraded_at(connection)
    kept = []
    for row in connection.execute(sa.select(complaint).order_by(complaint.c.id)).all():
        severity = _SEVERITIES.get(row.subject, "ordinary")
        due_on = _later(started.astimezone(zones[row.office_id]).date(), _DAYS[severity])
        connection.execute(
            sa.update(complaint)
            .where(complaint.c.id == row.id)
            .values(public_id=secrets.token_urlsafe(16), severity=severity, due_on=due_on)
        )
        kept.append(
            {
                "complaint_id": row.id,
                "at": row.created_at,
                "actor_id": None,
                "step": "file",
                "from_state": None,
                "to_state": "RECEIVED",
                "message_id": None,
                "key": "file",
                "data": {"severity": severity, "due_on": due_on.isoformat(), "carried_over": True},
            }
        )
    return kept


def _upgraded_at(connection: sa.Connection) -> datetime:
    """The database's own clock, in UTC."""
    at = connection.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    if isinstance(at, str):
        return datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert isinstance(at, datetime)  # noqa: S101 - PostgreSQL answers with an instant
    return at


def _later(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
