"""an officer's answers of a time are found without reading all others"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INDEXES = (("feedback", "created_at"), ("survey_form", "completed_at"))


def upgrade() -> None:
    for table, at in _INDEXES:
        op.create_index(op.f(f"ix_{table}_officer_id_{at}"), table, ["officer_id", at], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
