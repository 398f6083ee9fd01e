"""Alembic's entry: runs the migrations on the connection that ``schema`` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from queue_app.database import Base, UTCDateTime
from queue_app.models import Event

assert Event.metadata is Base.metadata  # noqa: S101 - importing the models is what fills the metadata


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column type with the import it needs; by itself Alembic writes a name it never imports."""
    if kind == "type" and isinstance(item, UTCDateTime):
        autogen.imports.add("from queue_app.database import UTCDateTime")
        return "UTCDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
