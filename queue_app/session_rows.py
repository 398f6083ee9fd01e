"""Rows of a session that a statement of its own has read or written, without asking the database again."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state, set_committed_value

from queue_app.database import Base

Row = TypeVar("Row", bound=Base)


def loaded(session: Session, kind: type[Row], columns: Mapping[str, Any], **named: Base) -> Row:
    """The session's row with these columns, all that it has, which a statement of its own has just read or written; as
    if the session had loaded it. One that it has already is brought up to date, unless it is to be changed.

    ``named``: what its relationships name, as far as it is known.
    """
    mapper = class_mapper(kind)
    known: Row | None = session.identity_map.get(mapper.identity_key_from_primary_key((columns["id"],)))
    if known is None:
        row: Row = mapper.class_manager.new_instance()
        instance_dict(row).update(columns)
        make_transient_to_detached(row)
        session.add(row)
    else:
        row = known
        if not instance_state(row).modified:
            instance_dict(row).update(columns)
    for name, other in named.items():
        set_committed_value(row, name, other)
    return row


def unbound(kind: type[Row], columns: Mapping[str, Any]) -> Row:
    """A row with these columns that belongs to no session, and is only looked at."""
    row: Row = class_mapper(kind).class_manager.new_instance()
    instance_dict(row).update(columns)
    return row


def set_written(row: Base, values: Mapping[str, Any]) -> None:
    """Bring a row of a session up to date with what a statement of its own has just written.

    What it names by another key than before (``counter`` by ``counter_id``) is read anew when it is asked for.
    """
    loaded = instance_dict(row)
    for name, value in values.items():
        if name.endswith("_id") and value != loaded.get(name):
            loaded.pop(name.removesuffix("_id"), None)
        set_committed_value(row, name, value)
