"""months of the log that were taken out of it, packed"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "archived_day",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_seq", _BIG, nullable=False),
        sa.Column("last_seq", _BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_archived_day_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archived_day")),
    )
    op.create_index(op.f("ix_archived_day_office_id_day"), "archived_day", ["office_id", "day"])
    op.create_index(op.f("ix_archived_day_office_id_month"), "archived_day", ["office_id", "month"])
    op.create_table(
        "archived_run",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("first_seq", _BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_archived_run_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "last_seq", name=op.f("pk_archived_run")),
    )
    for table in ("archived_day", "archived_run"):
        _guard(table)


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )
        return
    for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_change_of_log()"
        )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
