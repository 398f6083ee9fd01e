"""how each office's announcements are spoken"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queue_app.database import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_READING = sa.Enum("digits", "number", name="voicereading", native_enum=False, length=20)
_DISPLAYS = sa.Enum("all", "one", name="voicedisplays", native_enum=False, length=20)


def upgrade() -> None:
    # An office that was here before stays as silent as it was, until it decides.
    op.add_column("office", sa.Column("voice", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("office", sa.Column("voice_reading", _READING, nullable=False, server_default="digits"))
    op.add_column("office", sa.Column("voice_repeat", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("office", sa.Column("voice_languages", _JSON, nullable=False, server_default=sa.text("'[\"id\"]'")))
    op.add_column("office", sa.Column("voice_chime", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("office", sa.Column("voice_displays", _DISPLAYS, nullable=False, server_default="all"))
    op.create_table(
        "speaker",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("display", sa.String(length=40), nullable=False),
        sa.Column("is_paired", sa.Boolean(), nullable=False),
        sa.Column("said", sa.BigInteger(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_speaker_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_speaker")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
