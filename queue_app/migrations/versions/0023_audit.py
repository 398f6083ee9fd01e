"""the logs are chained, also what is in them already; the settings have a history"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.audit.chain import START, digest_of
from queue_app.database import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARDED = {
    "event": "the log is append-only",
    "complaint_entry": "the steps of a complaint are append-only",
    "dialogue_entry": "the history of a dialogue is append-only",
}
_NUMBERED_BY = {"complaint_entry": "complaint", "dialogue_entry": "dialogue"}
_AT_ONCE = 2000


def upgrade() -> None:
    op.create_table(
        "chain_head",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("seq", _BIG_ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_chain_head_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "log", name=op.f("pk_chain_head")),
    )
    for table in _GUARDED:
        op.add_column(table, sa.Column("digest", sa.String(length=64), nullable=False, server_default=""))
    for table in _NUMBERED_BY:
        op.add_column(table, sa.Column("office_id", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("seq", _BIG_ID, nullable=False, server_default="0"))
    _let_go()
    for table, owner in _NUMBERED_BY.items():
        _number(table, owner)
    for table in _GUARDED:
        _chain(table)
    for table in _NUMBERED_BY:
        op.create_index(f"uq_{table}_seq", table, ["office_id", "seq"], unique=True)
    _guard_again()
    op.create_table(
        "configuration_change",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("before", _JSON, nullable=False),
        sa.Column("after", _JSON, nullable=False),
        sa.Column("seq", _BIG_ID, nullable=False, server_default="0"),
        sa.Column("digest", sa.String(length=64), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_configuration_change_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_configuration_change_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration_change")),
    )
    op.create_index("uq_configuration_change_seq", "configuration_change", ["office_id", "seq"], unique=True)
    _guard_the_settings()


def _let_go() -> None:
    """The rows get their digests, so the guards look away for as long."""
    for table in _GUARDED:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_refuses_update")
        else:
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuses_change")


def _guard_again() -> None:
    for table, message in _GUARDED.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(_sqlite_guard(table, "update", message))
        else:
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_refuses_change")


def _guard_the_settings() -> None:
    table = "configuration_change"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_sqlite_guard(table, verb, "the history of the settings is append-only"))
        return
    for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_change_of_log()"
        )


def _sqlite_guard(table: str, verb: str, message: str) -> str:
    return f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _number(table: str, owner: str) -> None:
    """Each row gets its office and its number there, in the order in which the rows came."""
    op.execute(
        f"UPDATE {table} SET office_id = (SELECT office_id FROM {owner} WHERE {owner}.id = {table}.{owner}_id)"  # noqa: S608
    )
    op.execute(
        f"UPDATE {table} SET seq = (SELECT count(*) FROM {table} AS earlier"  # noqa: S608
        f" WHERE earlier.office_id = {table}.office_id AND earlier.id <= {table}.id)"
    )


def _chain(name: str) -> None:
    bind = op.get_bind()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind)
    for office_id in bind.execute(sa.select(table.c.office_id).distinct()).scalars().all():
        seq, digest = _chain_office(bind, table, office_id)
        if name != "event":
            head = {"office": office_id, "log": name, "seq": seq, "digest": digest}
            bind.execute(sa.text("INSERT INTO chain_head VALUES (:office, :log, :seq, :digest)"), head)


def _chain_office(bind: sa.Connection, table: sa.Table, office_id: int) -> tuple[int, str]:
    columns = (sa.type_coerce(column, _type_of(column)).label(column.name) for column in table.columns)
    rows = sa.select(*columns).where(table.c.office_id == office_id).order_by(table.c.seq).limit(_AT_ONCE)
    put = sa.update(table).where(table.c.id == sa.bindparam("row")).values(digest=sa.bindparam("made"))
    seq, digest = 0, START
    while part := bind.execute(rows.where(table.c.seq > seq)).mappings().all():
        made = []
        for row in part:
            seq, digest = row["seq"], digest_of(table.name, digest, dict(row))
            made.append({"row": row["id"], "made": digest})
        bind.execute(put, made)
    return seq, digest


def _type_of(column: sa.Column[Any]) -> Any:
    """How the program reads it; a reflected type may say it otherwise."""
    match column.name:
        case "at":
            return UTCDateTime()
        case "data":
            return _JSON
    return column.type


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
