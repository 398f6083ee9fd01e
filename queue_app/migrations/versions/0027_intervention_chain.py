"""the history of interventions is chained, also what is in it already"""

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.audit.chain import START, digest_of
from queue_app.database import UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TABLE = "intervention_entry"
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ENTRY = sa.table(
    _TABLE,
    sa.column("id", _BIG_ID),
    sa.column("intervention_id", sa.Integer()),
    sa.column("at", UTCDateTime()),
    sa.column("actor_id", sa.Integer()),
    sa.column("deed", sa.String()),
    sa.column("words", sa.String()),
    sa.column("data", _JSON),
    sa.column("office_id", sa.Integer()),
    sa.column("seq", _BIG_ID),
    sa.column("digest", sa.String()),
)
_OWNER = sa.table("intervention", sa.column("id", sa.Integer()), sa.column("office_id", sa.Integer()))


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("office_id", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(_TABLE, sa.Column("seq", _BIG_ID, nullable=False, server_default="0"))
    op.add_column(_TABLE, sa.Column("digest", sa.String(length=64), nullable=False, server_default=""))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute(f"DROP TRIGGER {_TABLE}_refuses_update")
    else:
        op.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER {_TABLE}_refuses_change")
    _chain(op.get_bind())
    if is_sqlite:
        op.execute(
            f"CREATE TRIGGER {_TABLE}_refuses_update BEFORE update ON {_TABLE}"
            " BEGIN SELECT RAISE(ABORT, 'the history of an intervention is append-only'); END"
        )
    else:
        op.execute(f"ALTER TABLE {_TABLE} ENABLE TRIGGER {_TABLE}_refuses_change")
    op.create_index(f"uq_{_TABLE}_seq", _TABLE, ["office_id", "seq"], unique=True)


def _chain(bind: sa.Connection) -> None:
    """Each row gets its office, its number there in the order in which the rows came, and its digest."""
    kept = [column for column in _ENTRY.columns if column.name not in ("office_id", "seq", "digest")]
    rows = (
        sa.select(_OWNER.c.office_id, *kept)
        .join(_OWNER, _OWNER.c.id == _ENTRY.c.intervention_id)
        .order_by(_OWNER.c.office_id, _ENTRY.c.id)
    )
    for office_id, of_office in groupby(bind.execute(rows).mappings().all(), key=lambda row: row["office_id"]):
        seq, digest = 0, START
        for seq, row in enumerate(of_office, start=1):
            content: dict[str, Any] = {**row, "seq": seq}
            digest = digest_of(_TABLE, digest, content)
            put = sa.update(_ENTRY).where(_ENTRY.c.id == row["id"])
            bind.execute(put.values(office_id=office_id, seq=seq, digest=digest))
        head = {"office": office_id, "log": _TABLE, "seq": seq, "digest": digest}
        bind.execute(sa.text("INSERT INTO chain_head VALUES (:office, :log, :seq, :digest)"), head)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
