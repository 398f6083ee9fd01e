"""live tickets by an index of their own: a day's end looks for those that are left among all there ever were"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('BOOKED', 'WAITING', 'CALLED', 'SERVING', 'ON_HOLD')")


def upgrade() -> None:
    columns = ["office_id", "day", "state"]
    op.create_index("ix_ticket_live", "ticket", columns, sqlite_where=_LIVE, postgresql_where=_LIVE)
    # Whoever reads what happened to accounts reads the latest first, by number.
    for owner in ("office_id", "user_id"):
        op.drop_index(op.f(f"ix_sign_in_event_{owner}_at"), "sign_in_event")
        op.create_index(op.f(f"ix_sign_in_event_{owner}_id"), "sign_in_event", [owner, "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
